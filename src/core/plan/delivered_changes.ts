// Whether commits of magos's, as their trailers tell, have brought all that a plan wants.
import type { UpdatePlan } from "../model/plan.ts";
import type { Commit } from "../ports/git.ts";
import { parseTrailers } from "./trailers.ts";

/** True when each change of the plan, by file, image and new reference, is among those that the commits made. */
export function haveAllChanges(commits: readonly Commit[], plan: UpdatePlan): boolean {
  const records = commits.flatMap((commit) => parseTrailers(commit.message)?.changes ?? []);
  const made = new Set(records.map(({ file, image, to }) => keyOf(file, image, to.tag, to.digest)));
  return plan.files.every(({ file, changes }) =>
    changes.every(({ decision: { target, selected } }) =>
      made.has(keyOf(file, target.current.name, selected?.tag, selected?.digest))
    )
  );
}

function keyOf(...parts: readonly (string | null | undefined)[]): string {
  return JSON.stringify(parts.map((part) => part ?? null));
}
