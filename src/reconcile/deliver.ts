// Steps 8 to 11: how a plan reaches git, and how an interrupted delivery is found again.
import type { Failure, Result } from "../core/model/problem.ts";
import { success } from "../core/model/problem.ts";
import { parseTrailers } from "../core/plan/trailers.ts";
import type { CommitOrder, Git, Head } from "../core/ports/git.ts";
import type { StoredDelivery } from "../core/ports/store.ts";
import type { PassPorts } from "./pass_ports.ts";

/** What became of a delivery. */
export type DeliveryOutcome =
  | { readonly state: "pushed"; readonly commit: string }
  | { readonly state: "lost-race" }
  | { readonly state: "refused"; readonly failure: Failure };

/** A plan ready to be committed. */
export interface DeliveryOrder extends CommitOrder {
  /** Default: an update. */
  readonly kind?: StoredDelivery["kind"];
  /** A new branch that the commit goes to; default: the one of the checkout. */
  readonly newBranch?: string;
  readonly planId: string;
  readonly subject: string;
  readonly changes: number;
}

type DeliverPorts = Pick<PassPorts, "git" | "store" | "random" | "log" | "clock">;

// Between base and tip of a followed branch; more means that the plan's base is not to be trusted any more.
const commitsSearched = 1000;

/** Commits, remembers that it is about to push, pushes with the lease, and reads the branch back. */
export async function deliver(order: DeliveryOrder, ports: DeliverPorts): Promise<Result<DeliveryOutcome>> {
  const { git, store, log } = ports;
  const commit = await git.commit(order);
  if (!commit.ok) return commit;
  log.event("debug", "update.step", { step: "committed" });
  const delivery: StoredDelivery = {
    id: ports.random.hex(16),
    planId: order.planId,
    kind: order.kind ?? "update",
    branch: order.newBranch ?? order.checkout.branch,
    base: order.checkout.revision,
    // An empty lease: the branch must not exist yet.
    lease: order.newBranch === undefined ? order.checkout.revision : "",
    commit: commit.value,
    subject: order.subject,
    changes: order.changes,
    state: "prepared",
    createdAt: ports.clock.now(),
  };
  store.saveDelivery(delivery);
  log.event("debug", "update.step", { step: "prepared" });
  return await finish(delivery, ports);
}

/**
 * Takes up deliveries that a kill left behind as `prepared`: those that are on the branch already are marked so, those
 * whose branch still stands where they expect it are pushed, all others are planned anew (contracts.md 4.2, row 10).
 * Answers whether the branch may have moved.
 */
export async function resumeDeliveries(head: Head, ports: DeliverPorts): Promise<Result<boolean>> {
  let moved = false;
  for (const delivery of ports.store.deliveries("prepared")) {
    const outcome = await resume(delivery, head, ports);
    if (!outcome.ok) return outcome;
    ports.log.event("info", "delivery.resumed", { plan: delivery.planId, state: outcome.value });
    moved ||= outcome.value === "pushed";
  }
  return success(moved);
}

async function resume(delivery: StoredDelivery, head: Head, ports: DeliverPorts): Promise<Result<string>> {
  const { git, store } = ports;
  const settle = (state: StoredDelivery["state"]): Result<string> => {
    store.saveDelivery({ ...delivery, state });
    return success(state);
  };
  if (delivery.branch !== head.branch) return settle("superseded");
  const landed = await isOnBranch(delivery, head, git);
  if (!landed.ok) return landed;
  if (landed.value) return settle("pushed");
  const kept = await git.hasCommit(delivery.commit);
  if (!kept.ok) return kept;
  if (!kept.value || head.revision !== delivery.lease) return settle("superseded");
  const outcome = await finish(delivery, ports);
  if (!outcome.ok) return outcome;
  // What was refused for good, or lost its race, is planned anew by the pass that follows.
  return success(outcome.value.state);
}

/** Whether a commit of this plan stands between the plan's base and the branch's tip. */
async function isOnBranch(delivery: StoredDelivery, head: Head, git: Git): Promise<Result<boolean>> {
  const hasBase = await git.hasCommit(delivery.base);
  if (!hasBase.ok) return hasBase;
  const commits = await git.log(hasBase.value ? delivery.base : null, head.revision, commitsSearched);
  if (!commits.ok) return commits;
  return success(commits.value.some((commit) => parseTrailers(commit.message)?.plan === delivery.planId));
}

async function finish(delivery: StoredDelivery, ports: DeliverPorts): Promise<Result<DeliveryOutcome>> {
  const { git, store, log } = ports;
  const { commit, branch, lease } = delivery;
  const pushed = await git.push({ commit, branch, lease });
  log.event("debug", "update.step", { step: "pushed" });
  if (!pushed.ok) return await readBack(delivery, ports, { state: "refused", failure: pushed.failure });
  if (pushed.value.state === "lost-race") {
    store.saveDelivery({ ...delivery, state: "superseded" });
    return success({ state: "lost-race" });
  }
  if (pushed.value.state === "pushed") return await readBack(delivery, ports, { state: "lost-race" });
  const { failure } = pushed.value;
  // A connection that broke says nothing of what the remote did before.
  if (failure.retry === "later") return await readBack(delivery, ports, { state: "refused", failure });
  store.saveDelivery({ ...delivery, state: "refused" });
  return success({ state: "refused", failure });
}

/**
 * Claims success only of what the remote itself says. When the branch has the commit not, or cannot be asked, the row
 * stays `prepared`: the next pass asks again, and pushes or plans anew.
 */
async function readBack(
  delivery: StoredDelivery,
  ports: DeliverPorts,
  otherwise: DeliveryOutcome,
): Promise<Result<DeliveryOutcome>> {
  const { git, store, log } = ports;
  const { commit, branch } = delivery;
  const now = await git.head(branch);
  if (!now.ok) return otherwise.state === "refused" ? success(otherwise) : now;
  if (!await holds(git, commit, now.value)) return success(otherwise);
  store.saveDelivery({ ...delivery, state: "pushed" });
  log.event("debug", "update.step", { step: "confirmed" });
  log.event("info", "delivery.pushed", { branch, commit, plan: delivery.planId, changes: delivery.changes });
  return success({ state: "pushed", commit });
}

/** Whether the branch has the commit: it is the tip, or somebody has built on it since. */
async function holds(git: Git, commit: string, head: Head): Promise<boolean> {
  if (head.revision === commit) return true;
  const fetched = await git.fetch(head);
  if (!fetched.ok) return false;
  const below = await git.isAncestor(commit, head.revision);
  return below.ok && below.value;
}
