// Steps 7 to 11 for all that a pass delivers: what each branch has is read first, and only news is pushed.
import type { PlannedDelivery } from "../core/model/plan.ts";
import { type Failure, failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import type { Time } from "../core/model/time.ts";
import { haveAllChanges } from "../core/plan/delivered_changes.ts";
import { deliverySubject } from "../core/plan/delivery_messages.ts";
import type { PreparedDelivery } from "../core/plan/prepare_deliveries.ts";
import { parseTrailers } from "../core/plan/trailers.ts";
import { type PassFindings, undecidedChanges } from "../core/plan/undecided_changes.ts";
import { countChanges } from "../core/plan/update_plan.ts";
import type { Checkout, Commit } from "../core/ports/git.ts";
import { commitParts, type WorkTree } from "./commit_parts.ts";
import { deliver, type DeliveryOutcome } from "./deliver.ts";
import { movedMeanwhile } from "./moved_meanwhile.ts";
import type { KeyFiles } from "./signing_keys.ts";
import type { PassPorts } from "./pass_ports.ts";
import { pushRefs } from "./push_refs.ts";
import { type BranchState, changesBrought, isSameChange, readBranch } from "./read_branch.ts";

/** How plans are delivered. */
export interface DeliverOptions {
  /** When the pass planned: what its commits say. */
  readonly now: Time;
  readonly findings: PassFindings;
  /** Whether there are no other lanes: then a lone delivery that cannot be made is the pass's own failure. */
  readonly isAlone: boolean;
  readonly keys: KeyFiles;
}

/** What a pass did with one delivery. */
export interface Delivered {
  readonly planned: PlannedDelivery;
  readonly subject: string;
  /** Of each commit, in their order. */
  readonly messages: readonly string[];
  readonly outcome: DeliveryOutcome;
  readonly problems: readonly Problem[];
}

type Ports = Pick<PassPorts, "git" | "store" | "files" | "random" | "log" | "clock">;

/**
 * Delivers one after the other. Fails when a commit cannot be made or a branch not be read; with several deliveries that
 * is a matter of the one alone, and the others go on.
 */
export async function deliverPlan(
  checkout: Checkout,
  deliveries: readonly PreparedDelivery[],
  ports: Ports,
  options: DeliverOptions,
): Promise<Result<readonly Delivered[]>> {
  const tree: WorkTree = { checkout, base: new Map() };
  const done: Delivered[] = [];
  for (const prepared of deliveries) {
    const { planned, failure: failed } = prepared;
    const outcome = failed === null
      ? await deliverOne(tree, prepared, ports, options)
      : { ok: false as const, failure: failed };
    if (!outcome.ok && deliveries.length === 1 && options.isAlone) return outcome;
    const messages = prepared.commits.map(({ message }) => message);
    const end = outcome.ok ? outcome.value : refused(outcome.failure);
    done.push({ planned, subject: deliverySubject(planned, messages), messages, ...end });
  }
  return success(done);
}

type Ended = Pick<Delivered, "outcome" | "problems">;

async function deliverOne(
  tree: WorkTree,
  { planned, commits, extras }: PreparedDelivery,
  ports: Ports,
  options: DeliverOptions,
): Promise<Result<Ended>> {
  const { checkout } = tree;
  const commit = (): Promise<Result<string>> =>
    commitParts(tree, planned.parts, ports, { commits, time: options.now, keys: options.keys });
  const push = async (tip: string, lease: string | null): Promise<Result<Ended>> => {
    const delivered = await deliver(
      {
        kind: "update",
        planId: planned.plan.id,
        delivery: planned.delivery,
        group: planned.group,
        baseBranch: checkout.branch,
        base: checkout.revision,
        branch: planned.branch,
        lease,
        commit: tip,
        commits: commits.length,
        subject: deliverySubject(planned, commits.map(({ message }) => message)),
        changes: countChanges(planned.plan),
      },
      ports,
      extras,
    );
    if (!delivered.ok) return delivered;
    const end = ended(delivered.value, planned);
    if (delivered.value.state !== "pushed") return success(end);
    return success({ ...end, problems: [...end.problems, ...await pushRefs(delivered.value.commit, extras, ports)] });
  };
  if (planned.delivery === "push") {
    const made = await commit();
    return made.ok ? await push(made.value, checkout.revision) : made;
  }
  const head = await ports.git.branch(planned.branch);
  if (!head.ok) return head;
  const state = await readBranch(ports.git, checkout.revision, head.value);
  if (!state.ok) return movedMeanwhile(state.failure) ? success(ended({ state: "lost-race" }, planned)) : state;
  const settled = withoutCommit(state.value, planned);
  if (settled !== null) return success(settled);
  const made = await commit();
  if (!made.ok) return made;
  const lease = head.value?.revision ?? null;
  if (state.value.kind === "own") {
    // The base may have moved. A branch that still makes the very same change to files that nobody has touched since
    // stays as it is: it merges as well as a new one would, and whoever reviews it keeps what he has seen. As soon as
    // the base touches one of its files, or another change is wanted, it is made anew.
    const brings = await changesBrought(ports.git, checkout.revision, made.value);
    if (!brings.ok) return brings;
    if (isSameChange(brings.value, state.value.brings)) return success(unchanged(state.value.tip));
    const open = undecidedChanges(state.value.commits, options.findings);
    if (open.length > 0) return success({ ...unchanged(state.value.tip), problems: [waits(planned.branch, open)] });
  }
  return await push(made.value, lease);
}

/** What can be said of a branch before anything is written: it has the plan already, or it is not to be touched. */
function withoutCommit(state: BranchState, planned: PlannedDelivery): Ended | null {
  if (state.kind !== "own" && state.kind !== "foreign") return null;
  if (state.kind === "own") {
    // Commits of one plan are pushed at once, so the last one says what stands there.
    const [last] = state.commits;
    return last && parseTrailers(last.message)?.plan === planned.plan.id ? unchanged(state.tip) : null;
  }
  const handsOff = foreignCommit(planned.branch, state.commit);
  // What is wanted is there already, so nothing is kept from anybody.
  if (haveAllChanges(state.commits, planned.plan)) {
    return { ...unchanged(state.tip), problems: [problemOf(handsOff, {}, "warning")] };
  }
  return refused(handsOff);
}

function refused(failed: Failure): Ended {
  return { outcome: { state: "refused", failure: failed }, problems: [problemOf(failed)] };
}

function unchanged(commit: string): Ended {
  return { outcome: { state: "unchanged", commit }, problems: [] };
}

/** A branch made anew from half an answer would lose the other half, and get it back in the next pass. */
function waits(branch: string, images: readonly string[]): Problem {
  return {
    code: "delivery.waits",
    severity: "warning",
    message: `${branch} stays as it is: it holds a change of ${images.join(", ").slice(0, 200)}, of which nothing is ` +
      "known in this pass",
    cure: "see the errors of this pass; the branch is made anew once they are gone",
  };
}

/** Why a branch is left alone (design.md 3.3): a person works on it. */
function foreignCommit(branch: string, { revision, author }: Commit): Failure {
  const who = author.replace(/[\p{Cc}\p{Cf}]/gu, "").slice(0, 120);
  const message = `the branch ${branch} holds ${revision.slice(0, 12)} by ${who}, which is no commit of magos's; ` +
    "it is not touched";
  return failure("delivery.foreign_commit", message, {
    cure: `merge ${branch} or delete it; magos begins anew when it is merged or gone`,
  }).failure;
}

function ended(outcome: DeliveryOutcome, planned: PlannedDelivery): Ended {
  if (outcome.state === "refused") return refused(outcome.failure);
  if (outcome.state !== "lost-race") return { outcome, problems: [] };
  const lost = failure(
    "git.lost_race",
    `somebody else pushed to ${planned.branch} each time before magos could; ` +
      "nothing was overwritten",
    { retry: "later", cure: "run magos update again when the branch is quiet" },
  );
  return { outcome, problems: [problemOf(lost.failure)] };
}
