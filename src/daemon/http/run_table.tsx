// What passes did, newest first.
import { type Markup, moment } from "./moment.tsx";

/** A run of `magos.history/v1`, as far as it is shown. */
export interface RunView {
  readonly kind: string;
  readonly trigger: string;
  readonly started: string;
  readonly seconds: number | null;
  readonly result: string;
  readonly commit: string | null;
  readonly changes: readonly { readonly old: string; readonly new: string; readonly image: string }[];
  readonly problems: readonly { readonly message: string }[];
}

const colours: Readonly<Record<string, string>> = { done: "good", nothing: "quiet", partly: "wait", running: "quiet" };

/** The table. */
export function RunTable({ runs }: { readonly runs: readonly RunView[] }): Markup {
  if (runs.length === 0) return <p class="quiet">No pass has run yet.</p>;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Last passes">
      <table>
        <thead>
          <tr>
            {["Began", "Pass", "Because of", "Result", "Seconds", "What it did"].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr>
              <td>{moment(run.started)}</td>
              <td>{run.kind}</td>
              <td>{run.trigger}</td>
              <td class={`state ${colours[run.result] ?? "bad"}`}>{run.result}</td>
              <td>{run.seconds ?? "–"}</td>
              <td>
                {run.changes.slice(0, 10).map((change) => (
                  <p>
                    {change.image}: <code>{change.old}</code> to <code>{change.new}</code>
                  </p>
                ))}
                {run.changes.length > 10 ? <p>and {run.changes.length - 10} more</p> : ""}
                {run.commit === null ? "" : (
                  <p>
                    commit <code>{run.commit.slice(0, 10)}</code>
                  </p>
                )}
                {run.problems.slice(0, 3).map(({ message }) => <p class="wait">{message}</p>)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
