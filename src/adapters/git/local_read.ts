// One-line questions to a repository of the user's on this machine.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Files } from "../../core/ports/files.ts";
import type { Log } from "../../core/ports/log.ts";
import type { Process } from "../../core/ports/process.ts";
import { classifyFailure } from "./classify.ts";
import { type GitRunner, runGit } from "./command.ts";

/** The ports that reading a local repository needs. */
export interface LocalParts {
  readonly process: Process;
  readonly files: Files;
  readonly log: Log;
  readonly env: Readonly<Record<string, string>>;
}

/** Git without a remote, without credentials, and without the user's settings: no home is needed to read. */
export function localRunner(parts: LocalParts): GitRunner {
  return { process: parts.process, env: parts.env, home: "/dev/null", ceiling: null, remote: null, auth: null };
}

/** The path when it is a folder, links resolved; else `git.not_a_repository`. */
export async function requireFolder(files: Files, path: string): Promise<Result<string>> {
  const real = await files.realPath(path);
  if (!real.ok) return real;
  const info = real.value === null ? success(null) : await files.stat(real.value);
  if (!info.ok) return info;
  if (real.value !== null && info.value?.kind === "directory") return success(real.value);
  return failure("git.not_a_repository", `${path} is no folder`, { cure: "check the path" });
}

/**
 * The one line that git prints, or null when git says no. Fails when git refuses the repository itself, as it does in
 * a folder that belongs to another user.
 */
export async function readLine(
  parts: LocalParts,
  folder: string,
  args: readonly string[],
): Promise<Result<string | null>> {
  const ran = await runGit(localRunner(parts), { args, cwd: folder });
  if (!ran.ok) return ran;
  const { code, stdout, stderr, ended } = ran.value;
  if (code === 0 && ended === null) return success(new TextDecoder().decode(stdout).replace(/\n$/, ""));
  const failed = classifyFailure(ran.value, "local", `cannot read ${folder}`);
  if (ended !== null || failed.code === "git.foreign_owner") return { ok: false, failure: failed };
  const saysNo = code === 1 || /not a git repository|must be run in a work tree/.test(stderr);
  return saysNo ? success(null) : { ok: false, failure: failed };
}
