// Whether the credential may push: a push of nothing, which the remote judges before anything could move.
import { type Result, success } from "../../core/model/problem.ts";
import type { Files } from "../../core/ports/files.ts";
import { classifyFailure } from "./classify.ts";
import { type GitRunner, runGit } from "./command.ts";
import { mirrorFolder } from "./mirror.ts";

/** How to reach the remote. */
export interface PushRightParts extends GitRunner {
  readonly files: Files;
  /** The state folder. */
  readonly folder: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Asks the remote as a push does. Fails with `git.denied`, `git.unauthorized` or whatever keeps it from answering. What
 * protects single branches is not asked: a forge tells that only to a real push.
 */
export async function askPushRight(parts: PushRightParts): Promise<Result<void>> {
  const { remote, folder, timeout, files } = parts;
  if (remote === null) return success(undefined);
  // An empty repository of its own: the wildcard below fits no branch in it, so there is nothing to send or delete.
  const probe = `${mirrorFolder(folder)}.probe`;
  for (const path of [parts.home, probe]) {
    const made = await files.makeFolder(path, 0o700);
    if (!made.ok) return made;
  }
  const begun = await runGit(parts, { args: ["init", "-q", "--bare", "--template=", "--", probe], cwd: folder });
  if (!begun.ok) return begun;
  if (begun.value.code !== 0) {
    return { ok: false, failure: classifyFailure(begun.value, "local", `cannot use ${probe}`) };
  }
  const ran = await runGit(parts, {
    args: ["push", "--dry-run", "--porcelain", "--no-verify", "--", remote.url, "refs/heads/*:refs/heads/*"],
    cwd: probe,
    speaks: true,
    timeout,
  });
  if (!ran.ok) return ran;
  if (ran.value.code === 0 && ran.value.ended === null) return success(undefined);
  return { ok: false, failure: classifyFailure(ran.value, "push", `may not push to ${remote.url}`) };
}
