// Steps 9 to 11: how a commit reaches its branch, claimed only when the remote itself says so.
import type { Failure, Result } from "../core/model/problem.ts";
import { success } from "../core/model/problem.ts";
import type { Git, Head } from "../core/ports/git.ts";
import type { StoredDelivery } from "../core/ports/store.ts";
import { noPushExtras, type PushExtras } from "../core/plan/push_extras.ts";
import { keepExtras } from "./kept_extras.ts";
import type { PassPorts } from "./pass_ports.ts";

/** What became of a delivery. `unchanged`: the branch has these changes already, at this commit. */
export type DeliveryOutcome =
  | { readonly state: "pushed"; readonly commit: string }
  | { readonly state: "unchanged"; readonly commit: string }
  | { readonly state: "lost-race" }
  | { readonly state: "refused"; readonly failure: Failure };

/** Commits that were made, and where they go. */
export type DeliveryOrder = Omit<StoredDelivery, "id" | "state" | "createdAt">;

/** What delivering needs. */
export type DeliverPorts = Pick<PassPorts, "git" | "store" | "random" | "log" | "clock">;

/** Remembers that it is about to push, pushes with the lease, and reads the branch back. */
export async function deliver(
  order: DeliveryOrder,
  ports: DeliverPorts,
  extras: PushExtras = noPushExtras,
): Promise<Result<DeliveryOutcome>> {
  const { store, log, random, clock } = ports;
  const delivery: StoredDelivery = {
    ...order,
    id: random.hex(16),
    state: "prepared",
    createdAt: clock.now(),
  };
  keepExtras(store, order.commit, extras);
  store.saveDelivery(delivery);
  log.event("debug", "update.step", { step: "prepared" });
  return await finishDelivery(delivery, ports, extras.options);
}

/** Pushes what was prepared. A branch of magos's own may be replaced, the followed one never. */
export async function finishDelivery(
  delivery: StoredDelivery,
  ports: Pick<DeliverPorts, "git" | "store" | "log">,
  options: readonly string[] = [],
): Promise<Result<DeliveryOutcome>> {
  const { git, store, log } = ports;
  const { commit, branch, lease } = delivery;
  const pushed = await git.push({ commit, branch, lease, replaces: delivery.delivery === "branch", options });
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
  { git, store, log }: Pick<DeliverPorts, "git" | "store" | "log">,
  otherwise: DeliveryOutcome,
): Promise<Result<DeliveryOutcome>> {
  const { commit, branch } = delivery;
  const now = await git.branch(branch);
  if (!now.ok) return otherwise.state === "refused" ? success(otherwise) : now;
  if (now.value === null || !await holds(git, commit, now.value)) return success(otherwise);
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
