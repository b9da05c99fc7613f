// Where a verb that only looks takes the repository from: the remote's branch, or the clone it stands in.
import { type Problem, problemOf } from "../core/model/problem.ts";
import type { Checkout, Git, Head } from "../core/ports/git.ts";
import { fetchHead } from "../reconcile/follow_branch.ts";
import { verifyRules } from "../reconcile/survey_commit.ts";
import { verifyHead } from "../reconcile/verify_head.ts";
import { verifiedRevision } from "../reconcile/verify_rules.ts";
import { configFor, planSettings } from "./repository_config.ts";
import { orFail, type Session } from "./session.ts";
import { openClone, openGit, type World } from "./wire.ts";

/** A repository to look at. */
export interface Source {
  readonly checkout: Checkout;
  /** Null for the user's own clone, which is read as it is. */
  readonly git: Git | null;
  /** Why a pass would not build on it. */
  readonly problems: readonly Problem[];
}

/** The configured repository at its head; without one, the clone around the working directory (rulings.md 14). */
export async function openSource(session: Session, world: World): Promise<Source> {
  const { system, config, host } = session;
  if (config.repo.url === null) {
    return { checkout: orFail(await openClone(system, system.cwd)), git: null, problems: [] };
  }
  const git = orFail(await openGit(system, config, host.token, world.stateDir));
  session.progress.update("fetching", 0, 0);
  const head = orFail(await fetchHead({ git }, config.repo.branch));
  const problems = await unverified(session, world, git, head);
  return { checkout: orFail(await git.checkout(head)), git, problems };
}

/** A pass would refuse; looking does no harm, so it is a warning, and the mark of what is verified stays. */
async function unverified(session: Session, world: World, git: Git, head: Head): Promise<readonly Problem[]> {
  const { system, config } = session;
  if (config.repo.verifyCommits === null) return [];
  const rules = verifyRules(
    system.files,
    config.repo.verifyCommits.bots,
    async (checkout) => planSettings(await configFor(session, checkout), world),
  );
  const verified = await verifyHead({ git }, head, verifiedRevision(world.store), rules);
  return verified.ok ? verified.value : [problemOf(verified.failure, {}, "warning")];
}
