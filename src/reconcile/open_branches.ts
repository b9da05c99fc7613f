// Branches of magos's own that wait for somebody: last week's that was never merged, and what is no longer wanted.
import { type Problem, problemOf } from "../core/model/problem.ts";
import { branchPrefix } from "../core/template/branch_template.ts";
import { parseTrailers } from "../core/plan/trailers.ts";
import { type PassFindings, undecidedChanges } from "../core/plan/undecided_changes.ts";
import type { Git, Head } from "../core/ports/git.ts";
import { movedMeanwhile } from "./moved_meanwhile.ts";
import { readBranch } from "./read_branch.ts";

/** Which branches are whose. */
export interface OpenBranchOptions {
  /** Template of the names. */
  readonly template: string;
  /** The head that was planned on. */
  readonly base: Head;
  /** Names that the template gives now. */
  readonly current: ReadonlySet<string>;
  /** Names that something was delivered to in this pass. */
  readonly delivered: ReadonlySet<string>;
  readonly findings: PassFindings;
}

/** Who leaves more of them behind does not read notes; the newest tell enough, and each costs a few questions. */
const mostRead = 20;

/**
 * A note for each branch of the template that holds commits of magos's which the base lacks. Nothing is changed or
 * deleted: somebody may be looking at it. What cannot be read is a note as well.
 */
export async function findOpenBranches(git: Git, options: OpenBranchOptions): Promise<readonly Problem[]> {
  const heads = await headsOf(git, options);
  if (!heads.ok) return [problemOf(heads.failure, {}, "warning")];
  const notes: Problem[] = [];
  for (const head of heads.value) {
    const state = await readBranch(git, options.base.revision, head);
    if (!state.ok) {
      if (!movedMeanwhile(state.failure)) notes.push(problemOf(state.failure, {}, "warning"));
      continue;
    }
    if (state.value.kind !== "own" && state.value.kind !== "foreign") continue;
    const { commits } = state.value;
    if (!commits.some((commit) => parseTrailers(commit.message) !== null)) continue;
    if (!options.current.has(head.branch)) notes.push(stillOpen(head));
    // What nothing is known of may well be wanted still.
    else if (undecidedChanges(commits, options.findings).length === 0) notes.push(notWanted(head));
  }
  return notes;
}

async function headsOf(
  git: Git,
  { template, base, current, delivered }: OpenBranchOptions,
): Promise<Awaited<ReturnType<Git["branches"]>>> {
  const prefix = branchPrefix(template);
  // A template that begins with an action has no beginning to look for, and a constant one no other branches.
  const isConstant = prefix === template.trimStart();
  const found: Head[] = [];
  if (prefix === "" || isConstant) {
    for (const name of current) {
      const head = await git.branch(name);
      if (!head.ok) return head;
      if (head.value !== null) found.push(head.value);
    }
  } else {
    const heads = await git.branches(prefix);
    if (!heads.ok) return heads;
    found.push(...heads.value);
  }
  const others = found.filter(({ branch }) => branch !== base.branch && !delivered.has(branch));
  return { ok: true, value: others.reverse().slice(0, mostRead) };
}

function stillOpen({ branch }: Head): Problem {
  return {
    code: "delivery.still_open",
    severity: "warning",
    message: `${branch} is still open: its changes were not merged`,
    cure: "merge it or delete it; what is still wanted of it goes to the current branch as well",
  };
}

function notWanted({ branch }: Head): Problem {
  return {
    code: "delivery.not_wanted",
    severity: "warning",
    message: `${branch} holds changes that are no longer wanted; it stays as it is`,
    cure: "delete it, or merge it if you want them all the same",
  };
}
