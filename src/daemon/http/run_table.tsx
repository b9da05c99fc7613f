// What passes did, newest first; those in a row that found nothing to do are one line.
import { DataTable, type TableRow } from "./data_table.tsx";
import { ImageName, VersionMove, type VersionView } from "./version.tsx";
import type { Markup, Tell } from "./moment.tsx";

/** A run of `magos.history/v1`, as far as it is shown. */
export interface RunView {
  readonly kind: string;
  readonly trigger: string;
  readonly started: string;
  readonly seconds: number | null;
  readonly result: string;
  readonly commit: string | null;
  readonly changes: readonly { readonly image: string; readonly from: VersionView; readonly to: VersionView }[];
  readonly deliveries: readonly { readonly branch: string; readonly subject: string; readonly state: string }[];
  readonly problems: readonly { readonly severity: string; readonly message: string }[];
}

const words: Readonly<Record<string, readonly [word: string, colour: string]>> = {
  done: ["done", "good"],
  nothing: ["nothing to do", "quiet"],
  partly: ["partly done", "wait"],
  running: ["runs now", "wait"],
};

const mostRows = 12;
const mostChanges = 10;
const mostProblems = 3;

/** The table. */
export function RunTable({ runs, tell }: { readonly runs: readonly RunView[]; readonly tell: Tell }): Markup {
  if (runs.length === 0) return <p class="quiet">No pass has run yet.</p>;
  return (
    <DataTable
      kind="runs"
      caption="Last passes"
      columns={["Began", "Pass", "Result", "What it did", "Took"]}
      rows={foldQuiet(runs).slice(0, mostRows).map((group) => groupRow(group, tell))}
    />
  );
}

/** Neighbours that found nothing to do, together; every other run alone. */
export function foldQuiet(runs: readonly RunView[]): readonly (readonly [RunView, ...RunView[]])[] {
  const groups: [RunView, ...RunView[]][] = [];
  for (const run of runs) {
    const last = groups.at(-1);
    if (last !== undefined && isQuiet(run) && isQuiet(last[0]) && run.kind === last[0].kind) last.push(run);
    else groups.push([run]);
  }
  return groups;
}

function isQuiet({ result, problems, changes }: RunView): boolean {
  return result === "nothing" && problems.length === 0 && changes.length === 0;
}

function groupRow([run, ...others]: readonly [RunView, ...RunView[]], tell: Tell): TableRow {
  const [word, colour] = words[run.result] ?? [run.result, "bad"];
  const first = others.at(-1);
  return {
    head: tell(run.started),
    cells: [
      <>
        {run.kind} <span class="quiet">by {run.trigger}</span>
      </>,
      <span class={`state ${colour}`}>{word}</span>,
      first === undefined ? doings(run) : <>and {others.length} more like it since {tell(first.started)}</>,
      run.seconds === null ? null : <>{run.seconds} s</>,
    ],
  };
}

function doings(run: RunView): Markup | null {
  const more = run.changes.length - mostChanges;
  if (run.changes.length + run.deliveries.length + run.problems.length === 0 && run.commit === null) return null;
  return (
    <>
      {run.changes.slice(0, mostChanges).map(({ image, from, to }) => (
        <p>
          <ImageName name={image} /> <VersionMove from={from} to={to} />
        </p>
      ))}
      {more > 0 ? <p class="quiet">and {more} more</p> : ""}
      {run.deliveries.map(({ branch, subject, state }) => (
        <p class="quiet">
          {state} to <code>{branch}</code>: {subject}
        </p>
      ))}
      {run.commit === null ? "" : (
        <p class="quiet">
          commit <code>{run.commit.slice(0, 10)}</code>
        </p>
      )}
      {run.problems.slice(0, mostProblems).map(({ severity, message }) => (
        <p class={severity === "error" ? "bad" : "wait"}>{message}</p>
      ))}
    </>
  );
}
