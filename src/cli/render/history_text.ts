// The past for people: a block for each pass, newest first, with what it changed and why.
import { formatDuration } from "../../core/model/duration.ts";
import type { RecordedChange, RecordedVersion } from "../../core/model/recorded_change.ts";
import { formatTime } from "../../core/model/time.ts";
import type { Past, PastChange, PastRun, PlanCommit } from "../../core/plan/past_run.ts";
import { plainLine } from "../../core/plan/plain_line.ts";
import type { StoredDelivery } from "../../core/ports/store.ts";
import type { System } from "../../core/ports/system.ts";
import { secondsOf } from "../../core/report/history_report.ts";
import { type Paint, painterFor } from "./colour.ts";
import { versionText } from "./plan_text.ts";
import { renderProblems } from "./problems.ts";

/** The whole text. `author` is whose name magos's own commits carry: only another one is worth a word. */
export function renderHistory(
  system: System,
  past: Pick<Past, "runs" | "complete"> & { readonly source: "state" | "git" },
  author: string,
): string {
  if (past.runs.length === 0) {
    return past.source === "git" ? "Nothing to show.\n" : "Nothing to show; --from-git reads the commits themselves.\n";
  }
  const paint = painterFor(system, system.stdout);
  const blocks = past.runs.map((run) => runText(run, author, paint));
  return blocks.join("\n") + (past.complete ? "" : "\nThere are older ones: --limit shows more.\n");
}

function runText(run: PastRun, author: string, paint: Paint): string {
  const seconds = secondsOf(run);
  const words = [
    run.kind,
    ...run.trigger === "unknown" ? [] : [`(${shown(run.trigger)})`],
    `on ${shown(run.host)}`,
    ...seconds === null ? [] : [`in ${seconds} s`],
  ];
  const colour = { failed: "red", interrupted: "red", partly: "yellow", running: "yellow" } as const;
  const result = run.result === "done" || run.result === "nothing" ? run.result : paint(colour[run.result], run.result);
  const lines = [
    `${paint("bold", formatTime(run.started))}  ${result}  ${words.join(" ")}  ${paint("dim", shown(run.id))}`,
    ...run.changes.flatMap((change) => changeLines(change, paint)),
    ...run.commits.flatMap((commit) => commitLines(commit, author)),
    ...run.deliveries.map(deliveryLine),
  ];
  return lines.map((line) => `${line}\n`).join("") + indented(renderProblems(run.problems, paint));
}

function changeLines(change: PastChange, paint: Paint): readonly string[] {
  const place = change.line === null ? shown(change.file) : `${shown(change.file)}:${change.line}`;
  const moved = `${recordedVersion(change.from)} -> ${recordedVersion(change.to)}`;
  return [`  ${shown(change.image)}  ${moved}  ${place}`, `    ${paint("dim", whyText(change))}`];
}

/** Why a change was made, by its evidence: `semver, known for 3d, built ..., linux/amd64`. */
export function whyText({ policy, age, created, platforms, source, revision }: RecordedChange): string {
  return [
    policy,
    ...age === null ? [] : [`known for ${formatDuration(age)}`],
    ...created === null ? [] : [`built ${created}`],
    ...platforms.length === 0 ? [] : [platforms.join(" ")],
    ...source === null ? [] : [revision === null ? source : `${source} at ${revision}`],
  ].map(shown).join(", ");
}

/** `1.4.2@0f3a...`, as plan shows it. */
export function recordedVersion({ tag, digest }: RecordedVersion): string {
  return versionText({ name: "", tag, digest });
}

function commitLines(commit: PlanCommit, author: string): readonly string[] {
  const by = commit.author === author ? "" : ` by ${commit.author}`;
  const signed = commit.verified === null ? "" : commit.verified ? ", verified" : ", NOT verified";
  const lines = [`  commit ${commit.revision.slice(0, 12)}${by}${signed}: ${shown(commit.subject)}`];
  if (commit.revert !== null) {
    lines.push(
      `  takes back ${commit.revert.slice(0, 12)}${commit.reason === null ? "" : `: ${shown(commit.reason)}`}`,
    );
  }
  return lines;
}

function deliveryLine({ state, commit, branch, subject }: StoredDelivery): string {
  return `  ${state} ${commit.slice(0, 12)}, ${shown(branch)}: ${shown(subject)}`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

/** Commits are written by whoever may push: nothing in them moves the cursor or hides what follows. */
function shown(text: string): string {
  return plainLine(text, 300);
}
