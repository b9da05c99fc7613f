// How an interrupted delivery is found again: by the plan's id on its branch (contracts.md 4.2, row 10).
import { type Result, success } from "../core/model/problem.ts";
import { parseTrailers } from "../core/plan/trailers.ts";
import type { Git, Head } from "../core/ports/git.ts";
import type { StoredDelivery } from "../core/ports/store.ts";
import { type DeliverPorts, finishDelivery } from "./deliver.ts";
import { dropExtras, extrasOf, keptExtras } from "./kept_extras.ts";
import { pushRefs } from "./push_refs.ts";

// Between base and tip of a branch; more means that the plan's base is not to be trusted any more.
const commitsSearched = 1000;

/**
 * Takes up deliveries that a kill left behind as `prepared`: those that are on the branch already are marked so, those
 * whose followed branch still stands where they expect it are pushed, all others are planned anew. Answers whether the
 * followed branch may have moved.
 */
export async function resumeDeliveries(head: Head, ports: DeliverPorts): Promise<Result<boolean>> {
  let moved = false;
  for (const delivery of ports.store.deliveries("prepared")) {
    const outcome = delivery.delivery === "branch"
      ? await resumeOnBranch(delivery, head, ports)
      : await resumePush(delivery, head, ports);
    if (!outcome.ok) return outcome;
    ports.log.event("info", "delivery.resumed", { plan: delivery.planId, state: outcome.value });
    moved ||= outcome.value === "pushed" && delivery.branch === head.branch;
  }
  await resumeExtras(ports);
  return success(moved);
}

/** A commit that reached its branch goes to its other places too; what was not pushed is planned anew with its own. */
async function resumeExtras(ports: DeliverPorts): Promise<void> {
  const { store, log } = ports;
  const commits = Object.entries(keptExtras(store));
  if (commits.length === 0) return;
  const states = new Map(store.deliveries().map(({ commit, state }) => [commit, state]));
  for (const [commit, extras] of commits) {
    const state = states.get(commit);
    if (state === "prepared") continue;
    if (state !== "pushed") dropExtras(store, commit);
    else {
      const problems = await pushRefs(commit, extras, ports);
      for (const { code, message } of problems) log.event("warning", "delivery.ref_refused", { code, message });
    }
  }
}

async function resumePush(delivery: StoredDelivery, head: Head, ports: DeliverPorts): Promise<Result<string>> {
  const { git } = ports;
  if (delivery.branch !== head.branch) return settle(delivery, "superseded", ports);
  const landed = await isOnBranch(delivery, head, git);
  if (!landed.ok) return landed;
  if (landed.value) return settle(delivery, "pushed", ports);
  const kept = await git.hasCommit(delivery.commit);
  if (!kept.ok) return kept;
  if (!kept.value || head.revision !== delivery.lease) return settle(delivery, "superseded", ports);
  const outcome = await finishDelivery(delivery, ports, extrasOf(ports.store, delivery.commit).options);
  if (!outcome.ok) return outcome;
  // What was refused for good, or lost its race, is planned anew by the pass that follows.
  return success(outcome.value.state);
}

/**
 * A branch beside the followed one is only looked at: its name may be that of a week that is over, and the pass that
 * follows makes the same commits again where they are still wanted.
 */
async function resumeOnBranch(delivery: StoredDelivery, head: Head, ports: DeliverPorts): Promise<Result<string>> {
  const { git } = ports;
  const target = await git.branch(delivery.branch);
  if (!target.ok) return target;
  // It may have been merged, and deleted, meanwhile.
  for (const at of target.value === null ? [head] : [target.value, head]) {
    const fetched = await git.fetch(at);
    if (!fetched.ok) return fetched;
    const landed = await isOnBranch(delivery, at, git);
    if (!landed.ok) return landed;
    if (landed.value) return settle(delivery, "pushed", ports);
  }
  return settle(delivery, "superseded", ports);
}

function settle(
  delivery: StoredDelivery,
  state: StoredDelivery["state"],
  { store }: Pick<DeliverPorts, "store">,
): Result<string> {
  store.saveDelivery({ ...delivery, state });
  return success(state);
}

/** Whether a commit of this plan stands between the plan's base and the branch's tip. */
async function isOnBranch(delivery: StoredDelivery, head: Head, git: Git): Promise<Result<boolean>> {
  const hasBase = await git.hasCommit(delivery.base);
  if (!hasBase.ok) return hasBase;
  const commits = await git.log(hasBase.value ? delivery.base : null, head.revision, commitsSearched);
  if (!commits.ok) return commits;
  return success(commits.value.some((commit) => parseTrailers(commit.message)?.plan === delivery.planId));
}
