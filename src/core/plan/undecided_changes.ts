// Changes on a branch of magos's own that a pass could not decide anew: taking them back would be a guess.
import type { Decision } from "../model/decision.ts";
import type { Problem } from "../model/problem.ts";
import type { Commit } from "../ports/git.ts";
import { parseTrailers } from "./trailers.ts";

/** What a pass found out, and what it did not. */
export interface PassFindings {
  readonly decisions: readonly Decision[];
  readonly problems: readonly Problem[];
}

/**
 * The images whose changes the commits hold while this pass has no answer for them: a registry that is silent, a check
 * that could not be made, a file that does not parse. Names as the trailers give them, each once.
 */
export function undecidedChanges(commits: readonly Commit[], findings: PassFindings): readonly string[] {
  const records = commits.flatMap((commit) => parseTrailers(commit.message)?.changes ?? []);
  const open = records.filter(({ image, file }) => isUndecided(image, file, findings));
  return [...new Set(open.map(({ image }) => image))].sort();
}

function isUndecided(image: string, file: string, { decisions, problems }: PassFindings): boolean {
  const about = decisions.filter(({ target }) => target.value.file === file && target.current.name === image);
  if (about.length > 0) return about.some(isUnanswered);
  return problems.some((problem) => problem.severity === "error" && problem.file === file);
}

function isUnanswered({ state, blockers }: Decision): boolean {
  return state === "error" || blockers.some((gate) => gate.verdict === "unknown");
}
