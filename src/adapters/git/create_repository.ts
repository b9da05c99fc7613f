// A bare repository with a first commit, and a clone of it: the remote and the work repository of `magos demo`.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Time } from "../../core/model/time.ts";
import { classifyFailure } from "./classify.ts";
import { gitCommand, runGit } from "./command.ts";
import { type LocalParts, localRunner } from "./local_read.ts";
import { parseRemote } from "./remote.ts";

/** What is made. Paths are absolute, and nothing may be there yet. */
export interface NewRepository {
  readonly remote: string;
  readonly workTree: string;
  readonly files: Readonly<Record<string, string>>;
  readonly author: { readonly name: string; readonly email: string };
  readonly time: Time;
}

/** Makes both with one commit on `main`. Fails with `git.failed` or `state.write_failed`. */
export async function createRepository(parts: LocalParts, order: NewRepository): Promise<Result<void>> {
  const begun = await git(parts, order, "/", ["init", "-q", "--bare", "-b", "main", order.remote]);
  if (!begun.ok) return begun;
  const cloned = await git(parts, order, "/", ["clone", "-q", order.remote, order.workTree]);
  if (!cloned.ok) return cloned;
  for (const [name, text] of Object.entries(order.files)) {
    const path = `${order.workTree}/${name}`;
    const made = await parts.files.makeFolder(path.slice(0, path.lastIndexOf("/")));
    const written = made.ok ? await parts.files.write(path, text) : made;
    if (!written.ok) return written;
  }
  for (
    const args of [["add", "."], ["commit", "-q", "-m", "chore: the first commit"], ["push", "-q", "origin", "main"]]
  ) {
    const ran = await git(parts, order, order.workTree, args);
    if (!ran.ok) return ran;
  }
  return success(undefined);
}

/** Brings a clone up to date with its remote, so that the user can look at what was pushed. */
export async function pullClone(parts: LocalParts, order: NewRepository): Promise<Result<void>> {
  return await git(parts, order, order.workTree, ["pull", "-q", "--ff-only"]);
}

async function git(
  parts: LocalParts,
  order: NewRepository,
  cwd: string,
  args: readonly string[],
): Promise<Result<void>> {
  const remote = parseRemote(order.remote);
  if (!remote.ok) return remote;
  const runner = { ...localRunner(parts), remote: remote.value };
  const { name, email } = order.author;
  const date = `${Math.floor(order.time / 1000)} +0000`;
  const call = {
    cwd,
    args,
    speaks: true,
    env: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    },
  };
  const ran = await runGit(runner, call);
  if (!ran.ok) return ran;
  if (ran.value.code === 0) return success(undefined);
  const { code, message } = classifyFailure(ran.value, "local", gitCommand(runner, call).args.slice(0, 1).join(" "));
  return failure(code, message);
}
