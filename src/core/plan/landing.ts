// How a commit came to a branch: pushed to it, or brought by a merge.
import type { LineCommit } from "../ports/history.ts";

/** The merge that brought a commit, with what its subject tells of the branch and the pull request. */
export interface Landing {
  readonly merge: string;
  readonly branch: string | null;
  readonly number: number | null;
}

/**
 * The oldest merge on the branch's own line that has the commit behind another parent than the first; null when the
 * commit stands on that line itself. `descendants` are all commits of the branch that have the commit behind them.
 */
export function landingOf(commit: string, tip: string, descendants: readonly LineCommit[]): Landing | null {
  const known = new Map(descendants.map((it) => [it.revision, it]));
  let at = known.get(tip);
  while (at !== undefined) {
    const [first] = at.parents;
    if (first === commit) return null;
    const below = first === undefined ? undefined : known.get(first);
    if (below === undefined) return { merge: at.revision, ...namesIn(at.subject) };
    at = below;
  }
  return null;
}

/** The number that a forge puts behind the subject of a squashed pull request: `update app to 2.0 (#12)`. */
export function squashNumber(subject: string): number | null {
  const number = / \(#(\d{1,9})\)$/.exec(subject)?.[1];
  return number === undefined ? null : Number(number);
}

// GitHub, Forgejo and Gitea, and git itself.
const mergeForms: readonly RegExp[] = [
  /^Merge pull request #(?<number>\d{1,9}) from [^/\s]+\/(?<branch>\S+)$/,
  /^Merge pull request '.*' \(#(?<number>\d{1,9})\) from (?<branch>\S+) into \S+$/,
  /^Merge (?:remote-tracking )?branch '(?:origin\/)?(?<branch>[^']+)'/,
];

function namesIn(subject: string): Omit<Landing, "merge"> {
  for (const form of mergeForms) {
    const groups = form.exec(subject)?.groups;
    if (groups === undefined) continue;
    const { branch, number } = groups;
    return { branch: branch ?? null, number: number === undefined ? null : Number(number) };
  }
  return { branch: null, number: null };
}
