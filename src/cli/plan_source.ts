// Where a verb that only looks takes the repository from: the remote's branch, or the clone it stands in.
import type { Checkout } from "../core/ports/git.ts";
import { fetchHead } from "../reconcile/follow_branch.ts";
import { orFail, type Session } from "./session.ts";
import { openClone, openGit, type World } from "./wire.ts";

/** The configured repository at its head; without one, the clone around the working directory (rulings.md 14). */
export async function openSource(session: Session, world: World): Promise<Checkout> {
  const { system, config, host } = session;
  if (config.repo.url === null) return orFail(await openClone(system, system.cwd));
  const git = orFail(await openGit(system, config, host.token, world.stateDir));
  session.progress.update("fetching", 0, 0);
  const head = orFail(await fetchHead({ git }, config.repo.branch));
  return orFail(await git.checkout(head));
}
