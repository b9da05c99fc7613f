// Where a verb that only looks takes the repository from: the remote's branch, or the clone it stands in.
import type { Checkout, Git } from "../core/ports/git.ts";
import { fetchHead } from "../reconcile/follow_branch.ts";
import { orFail, type Session } from "./session.ts";
import { openClone, openCloneHistory, openGit, type World } from "./wire.ts";

/** What is looked at, and where its history is read. */
export interface PlanSource {
  readonly checkout: Checkout;
  readonly git: Pick<Git, "log">;
}

/** The configured repository at its head; without one, the clone around the working directory (rulings.md 14). */
export async function openSource(session: Session, world: World): Promise<PlanSource> {
  const { system, config, host } = session;
  if (config.repo.url === null) {
    const checkout = orFail(await openClone(system, system.cwd));
    return { checkout, git: openCloneHistory(system, checkout.root) };
  }
  const git = orFail(await openGit(system, config, host.token, world.stateDir));
  session.progress.update("fetching", 0, 0);
  const head = orFail(await fetchHead({ git }, config.repo.branch));
  return { checkout: orFail(await git.checkout(head)), git };
}
