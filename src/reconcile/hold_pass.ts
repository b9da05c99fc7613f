// The pass of `hold` and `unhold`: the branch's head to a commit that changes the list of holds alone.
import type { HoldsEdit } from "../core/documents/change_holds.ts";
import { holdsFile } from "../core/documents/holds.ts";
import { failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { holdMessage, holdPlanId, type HoldsChange, holdSubject } from "../core/plan/hold_message.ts";
import type { Checkout, Git } from "../core/ports/git.ts";
import { type CheckoutReader, readCheckout } from "./checkout_reader.ts";
import { deliver, type DeliveryOutcome } from "./deliver.ts";
import { followBranch } from "./follow_branch.ts";
import { mostAttempts, pauseBefore } from "./lost_race.ts";
import { checkHoldsPlace, holdsFolder } from "./holds_place.ts";
import { type LockOptions, takePassLock } from "./pass_lock.ts";
import type { PassPorts } from "./pass_ports.ts";
import { resumeDeliveries } from "./resume_deliveries.ts";
import type { VerifyRules } from "./verify_rules.ts";

/** What a command makes of the list as it stands in the checkout; null: it says so already. */
export type EditHolds = (
  text: string | null,
  checkout: Checkout,
  reader: CheckoutReader,
) => Promise<Result<HoldsEdit | null>>;

/** What rules the pass. */
export interface HoldOptions {
  readonly branch: string | null;
  readonly run: { readonly id: string; readonly host: string };
  /** As the user named it. */
  readonly image: string;
  readonly edit: EditHolds;
  readonly authorFor: (checkout: Checkout) => Promise<{ readonly name: string; readonly email: string }>;
  /** Null: every commit is built on. */
  readonly verify: VerifyRules | null;
  /** A branch of its own, which a person has to merge, instead of the followed one. */
  readonly apart: boolean;
}

/** What became of it. `change` is null when there was nothing to do, and then nothing was delivered. */
export interface HoldReport {
  readonly change: HoldsChange | null;
  readonly base: string;
  readonly branch: string;
  readonly outcome: DeliveryOutcome | null;
  readonly attempts: number;
  readonly problems: readonly Problem[];
}

/** Runs the pass under the lock; whoever pushes in between wins, and the list is read again. */
export async function runHold(ports: PassPorts, lock: LockOptions, options: HoldOptions): Promise<Result<HoldReport>> {
  const held = await takePassLock(ports.files, ports.clock, lock);
  if (!held.ok) return held;
  try {
    for (let attempt = 1; !ports.stop.aborted; attempt++) {
      await pauseBefore(attempt, ports);
      const tried = await attemptHold(ports, options, attempt);
      if (!tried.ok || tried.value.outcome?.state !== "lost-race" || attempt === mostAttempts) return tried;
      ports.log.event("info", "delivery.lost_race", { attempt });
    }
    return failure("pass.interrupted", "a signal ended the pass; nothing was delivered", { retry: "later" });
  } finally {
    held.value.release();
  }
}

async function attemptHold(ports: PassPorts, options: HoldOptions, attempt: number): Promise<Result<HoldReport>> {
  const followed = await followBranch(ports, options.branch, (head) => resumeDeliveries(head, ports), {
    verify: options.verify,
    accept: null,
  });
  if (!followed.ok) return followed;
  const checkout = await ports.git.checkout(followed.value.head);
  if (!checkout.ok) return checkout;
  try {
    const reader = await readCheckout(checkout.value, ports.files);
    if (!reader.ok) return reader;
    const text = await reader.value.read(holdsFile);
    if (!text.ok) return { ok: false, failure: { ...text.failure, code: "hold.unreadable" } };
    const edit = await options.edit(text.value, checkout.value, reader.value);
    if (!edit.ok) return edit;
    const base = checkout.value.branch;
    const report = { base, attempts: attempt, problems: followed.value.problems };
    if (edit.value === null) return success({ ...report, change: null, branch: base, outcome: null });
    const change = { ...edit.value, image: options.image };
    const planId = holdPlanId(checkout.value.revision, change);
    const branch = options.apart ? `magos/unhold-${planId.slice(0, 12)}` : base;
    const outcome = await deliverChange(checkout.value, change, planId, ports, { ...options, branch });
    if (!outcome.ok) return outcome;
    const problems = outcome.value.state === "refused" ? [problemOf(outcome.value.failure)] : [];
    return success({ ...report, change, branch, outcome: outcome.value, problems: [...report.problems, ...problems] });
  } finally {
    await checkout.value.close();
  }
}

async function deliverChange(
  checkout: Checkout,
  change: HoldsChange,
  planId: string,
  ports: PassPorts,
  options: Omit<HoldOptions, "branch"> & { readonly branch: string },
): Promise<Result<DeliveryOutcome>> {
  const { apart, branch, run } = options;
  const waiting = apart ? await waitingAt(ports.git, branch) : success(null);
  if (!waiting.ok) return waiting;
  if (waiting.value !== null) return success({ state: "unchanged", commit: waiting.value });
  const sound = await checkHoldsPlace(checkout.root, ports.files);
  if (!sound.ok) return sound;
  const made = await ports.files.makeFolder(`${checkout.root}/${holdsFolder}`);
  if (!made.ok) return made;
  const written = await ports.files.write(`${checkout.root}/${holdsFile}`, change.text, 0o644);
  if (!written.ok) return written;
  const commit = await ports.git.commit({
    checkout,
    files: [holdsFile],
    message: holdMessage(change, planId, run),
    author: await options.authorFor(checkout),
    time: ports.clock.now(),
  });
  if (!commit.ok) return commit;
  ports.log.event("debug", "update.step", { step: "committed" });
  return await deliver({
    kind: "hold",
    planId,
    delivery: apart ? "branch" : "push",
    group: null,
    baseBranch: checkout.branch,
    base: checkout.revision,
    branch,
    lease: apart ? null : checkout.revision,
    commit: commit.value,
    commits: 1,
    subject: holdSubject(change),
    changes: change.added.length + change.removed.length,
  }, ports);
}

/** The commit that waits for a person already: the branch is named after the plan. */
async function waitingAt(git: Git, branch: string): Promise<Result<string | null>> {
  const head = await git.branch(branch);
  return head.ok ? success(head.value?.revision ?? null) : head;
}
