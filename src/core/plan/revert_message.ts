// The message of a commit that takes images of a stack back: why, the last log lines, and trailers as evidence.
import { plainLine } from "./plain_line.ts";
import type { RevertPlan } from "./plan_revert.ts";
import { revertedChanges } from "./plan_revert.ts";
import { formatRevertTrailers, type RunName } from "./trailers.ts";

const longestLine = 200;
const mostLines = 10;

/** What a revert says of itself. */
export interface RevertWords {
  readonly stack: string;
  /** The commit that is taken back. */
  readonly commit: string;
  /** One line, masked. */
  readonly reason: string;
  /** Masked. */
  readonly log: readonly string[];
}

/** The first line. Nothing of a registry or container stands in it. */
export function revertSubject({ stack }: Pick<RevertWords, "stack">, plan: RevertPlan): string {
  const count = plan.values.length;
  return `revert(images): take back ${count} image${count === 1 ? "" : "s"} of ${plainLine(stack, longestLine)}`;
}

/** The whole message; a container's words stand behind a mark, so none can pass for a trailer. */
export function revertMessage(words: RevertWords, plan: RevertPlan, planId: string, run: RunName): string {
  const values = plan.values.map(({ file, line, old, new: next }) =>
    `- ${plainLine(`${file}:${line}: ${old} -> ${next}`, 2 * longestLine)}`
  );
  const log = words.log.slice(-mostLines).map((line) => `> ${plainLine(line, longestLine)}`);
  const paragraphs = [
    revertSubject(words, plan),
    `${plainLine(words.stack, longestLine)} on ${plainLine(run.host, longestLine)}: ${plainLine(words.reason, 300)}`,
    values.join("\n"),
    ...log.length === 0 ? [] : [log.join("\n")],
    formatRevertTrailers(planId, run, words, revertedChanges(plan)),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}
