// The pass of `rollback`: the marked values of one stack set back in git, by a person's word. Hosts follow git.
import { nearestOf } from "../core/model/nearest.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import type { StackContent } from "../core/model/stack.ts";
import { parseTrailers, type RunName } from "../core/plan/trailers.ts";
import type { Checkout } from "../core/ports/git.ts";
import type { ApplyPorts, SettingsFor } from "./apply_ports.ts";
import { deliverRevert, type Reverted } from "./deliver_revert.ts";
import { followBranch } from "./follow_branch.ts";
import { mostAttempts, pauseBefore } from "./lost_race.ts";
import { type LockOptions, takePassLock } from "./pass_lock.ts";
import { readStacks } from "./read_stacks.ts";
import { resumeDeliveries } from "./resume_deliveries.ts";
import type { VerifyRules } from "./verify_rules.ts";

const commitsSearched = 1000;

/** The ports: nothing of the host's engine is asked. */
export type RollbackPorts = Pick<ApplyPorts, "git" | "files" | "store" | "clock" | "log" | "random" | "stop">;

/** What is to go back. */
export interface RollbackOptions {
  readonly branch: string | null;
  readonly run: RunName;
  readonly stack: string;
  /** Null: to before magos last moved one of its images. */
  readonly to: string | null;
  readonly settingsFor: SettingsFor;
  readonly verify: VerifyRules | null;
}

/** What became of it. */
export interface RollbackReport {
  readonly to: string;
  readonly reverted: Reverted;
  readonly attempts: number;
}

/** Runs the pass under the lock; whoever pushes in between wins, and the branch is read again. */
export async function runRollback(
  ports: RollbackPorts,
  lock: LockOptions,
  options: RollbackOptions,
): Promise<Result<RollbackReport>> {
  const held = await takePassLock(ports.files, ports.clock, lock);
  if (!held.ok) return held;
  try {
    for (let attempt = 1; !ports.stop.aborted; attempt++) {
      await pauseBefore(attempt, ports);
      const tried = await attemptRollback(ports, options, attempt);
      const isLost = tried.ok && tried.value.reverted.state === "delivered" &&
        tried.value.reverted.outcome.state === "lost-race";
      if (!isLost || attempt === mostAttempts) return tried;
    }
    return failure("pass.interrupted", "a signal ended the pass; nothing was delivered", { retry: "later" });
  } finally {
    held.value.release();
  }
}

async function attemptRollback(
  ports: RollbackPorts,
  options: RollbackOptions,
  attempts: number,
): Promise<Result<RollbackReport>> {
  const { branch, run, stack, settingsFor, verify } = options;
  const trust = { verify, accept: null };
  const followed = await followBranch(ports, branch, (head) => resumeDeliveries(head, ports), trust);
  if (!followed.ok) return followed;
  const checkout = await ports.git.checkout(followed.value.head);
  if (!checkout.ok) return checkout;
  try {
    const content = await contentOf(ports, checkout.value, options);
    if (!content.ok) return content;
    const files = new Set(content.value.files.map(({ path }) => path));
    const to = options.to === null
      ? await beforeLastMove(ports, checkout.value, stack, files)
      : await requireOnBranch(ports, checkout.value, options.to);
    if (!to.ok) return to;
    const reason = `rolled back by hand to ${to.value.slice(0, 12)}`;
    const order = { stack, reason, log: [], files, to: to.value, settingsFor, run, addsOnly: verify !== null };
    const reverted = await deliverRevert(ports, checkout.value, order);
    return reverted.ok ? success({ to: to.value, reverted: reverted.value, attempts }) : reverted;
  } finally {
    await checkout.value.close();
  }
}

async function contentOf(
  { files }: RollbackPorts,
  checkout: Checkout,
  { stack, settingsFor }: RollbackOptions,
): Promise<Result<StackContent>> {
  const stacks = await readStacks(checkout, files, await settingsFor(checkout));
  if (!stacks.ok) return stacks;
  const content = stacks.value.contents.find((it) => it.stack.name === stack);
  if (content !== undefined) return success(content);
  const known = [...stacks.value.contents.map((it) => it.stack.name), ...stacks.value.broken].sort();
  const near = nearestOf(stack, known);
  return failure("usage.unknown_stack", `"${stack.slice(0, 100)}" is no stack of this host that can be read`, {
    cure: near === null ? `known: ${known.join(", ") || "none"}` : `did you mean "${near}"?`,
  });
}

/** The parent of the newest commit of magos's own that moved a value of the stack and was no revert itself. */
async function beforeLastMove(
  { git }: RollbackPorts,
  checkout: Checkout,
  stack: string,
  files: ReadonlySet<string>,
): Promise<Result<string>> {
  const commits = await git.log(null, checkout.revision, commitsSearched);
  if (!commits.ok) return commits;
  const moved = commits.value.find(({ message }) => {
    const trailers = parseTrailers(message);
    return trailers !== null && trailers.revert === null && trailers.changes.some(({ file }) => files.has(file));
  });
  const [parent] = moved?.parents ?? [];
  if (parent !== undefined) return success(parent);
  return failure("usage.invalid", `no commit of magos moved an image of ${stack}`, {
    cure: `name the commit to go back to: magos rollback ${stack} --to REVISION`,
  });
}

/** The whole id of a commit on the branch, of which the first digits do, as `status` and `git log` print them. */
async function requireOnBranch({ git }: RollbackPorts, checkout: Checkout, to: string): Promise<Result<string>> {
  const wrong = (message: string): Result<string> =>
    failure("usage.invalid", `--to: ${message}`, { cure: `give the id of a commit on ${checkout.branch}` });
  if (!/^[0-9a-f]{7,64}$/.test(to)) return wrong(`"${to.slice(0, 80)}" is not a commit id`);
  if (to.length < checkout.revision.length) {
    const commits = await git.log(null, checkout.revision, commitsSearched);
    if (!commits.ok) return commits;
    const [first, ...others] = commits.value.filter(({ revision }) => revision.startsWith(to));
    if (others.length > 0) return wrong(`${to} begins several commits`);
    return first === undefined
      ? wrong(`${to} is not among the last ${commitsSearched} commits of the branch ${checkout.branch}`)
      : success(first.revision);
  }
  const known = await git.hasCommit(to);
  if (!known.ok) return known;
  const within = known.value ? await git.isAncestor(to, checkout.revision) : success(false);
  if (!within.ok) return within;
  return within.value ? success(to) : wrong(`${to} is not on the branch ${checkout.branch}`);
}
