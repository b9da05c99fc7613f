// Whether a branch was replaced or deleted while it was read: a race like one that is lost at the push.
import type { Failure } from "../core/model/problem.ts";

/** True for what a fetch says of a branch that was there when the remote was asked for its heads. */
export function movedMeanwhile({ code, retry }: Failure): boolean {
  return retry === "later" && (code === "git.rewritten" || code === "git.no_branch");
}
