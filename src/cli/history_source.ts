// Where the past is read from git: the mirror brought up to date, or the clone that the user stands in.
import { type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import type { Checkout, Git } from "../core/ports/git.ts";
import type { History } from "../core/ports/history.ts";
import { fetchHead } from "../reconcile/follow_branch.ts";
import { orFail, type Session } from "./session.ts";
import { openClone, openClonePast, openGit, openMirrorPast, type World } from "./wire.ts";

/** A repository on this machine, and the commit whose past is asked for. */
export interface PastSource {
  readonly history: History;
  readonly revision: string;
  /** Who can tell whose signatures the commits have; null where this host does not say whom it believes. */
  readonly git: Git | null;
  readonly problems: readonly Problem[];
}

/** Asks the remote for the head alone. One that does not answer is no hindrance: what was fetched last is told. */
export async function openPast(session: Session, world: World): Promise<Result<PastSource>> {
  const { system, config, host } = session;
  if (config.repo.url === null) {
    const clone = await openClone(system, system.cwd);
    if (!clone.ok) return clone;
    return success({
      history: openClonePast(system, clone.value.root),
      revision: clone.value.revision,
      git: null,
      problems: [],
    });
  }
  const git = orFail(await openGit(system, config, host.token, world.stateDir));
  const history = openMirrorPast(system, world.stateDir);
  const judge = config.repo.verifyCommits === null ? null : git;
  session.progress.update("fetching", 0, 0);
  const head = await fetchHead({ git }, config.repo.branch);
  if (head.ok) return success({ history, revision: head.value.revision, git: judge, problems: [] });
  const seen = await lastSeen(git, world);
  if (seen === null || head.failure.retry !== "later") return head;
  const problems = [problemOf(head.failure, {}, "warning")];
  return success({ history, revision: seen, git: judge, problems });
}

/** The past behind a checkout that is looked at. */
export function pastBehind({ system, config }: Session, world: World, checkout: Checkout): History {
  return config.repo.url === null ? openClonePast(system, checkout.root) : openMirrorPast(system, world.stateDir);
}

/** The newest commit of the branch that this machine knows of: what was fetched last, or pushed on top of it since. */
async function lastSeen(git: Git, { store }: World): Promise<string | null> {
  const [branch, seen] = store.meta("head.seen")?.split(" ") ?? [];
  if (seen === undefined) return null;
  const known = await git.hasCommit(seen);
  if (!known.ok || !known.value) return null;
  const pushed = store.deliveries("pushed").find((delivery) => delivery.branch === branch)?.commit;
  if (pushed === undefined) return seen;
  const kept = await git.hasCommit(pushed);
  const above = kept.ok && kept.value ? await git.isAncestor(seen, pushed) : kept;
  return above.ok && above.value ? pushed : seen;
}
