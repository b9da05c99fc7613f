// The host's own file of signers or keys: nobody else's to write, and no part of the repository that it judges.
import { failure, type Result, success } from "../../core/model/problem.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { localRunner } from "./local_read.ts";

/** Bytes: a thousand keys. */
const largestFile = 1024 * 1024;

/**
 * Reads the file. Fails with `config.unusable_signers` when it is not there, belongs to another user, can be written
 * by others, or stands in a clone of the very repository (contracts 2.2).
 */
export async function readTrustFile(context: GitContext, key: string, path: string): Promise<Result<Uint8Array>> {
  const refuse = (why: string, cure: string): Result<never> =>
    failure("config.unusable_signers", `repo.verifyCommits.${key}: ${path} ${why}`, { file: path, cure });
  const real = await context.files.realPath(path);
  const info = real.ok && real.value !== null ? await context.files.stat(real.value) : real;
  if (!info.ok) return refuse(`cannot be read: ${info.failure.message}`, "let magos's user read it");
  if (!real.ok || real.value === null || info.value === null || typeof info.value === "string") {
    return refuse("is not there", "make the file, or correct the path");
  }
  const { uid, mode, kind } = info.value;
  if (kind !== "file") return refuse("is no plain file", "name a file");
  if (context.uid !== null && uid !== null && uid !== context.uid && uid !== 0) {
    return refuse("belongs to another user", "let it belong to magos's user or to root");
  }
  if (mode !== null && (mode & 0o022) !== 0) return refuse("can be written by others", `chmod go-w ${path}`);
  if (await standsInClone(context, real.value)) {
    return refuse(
      "stands in a clone of the repository that it is to judge",
      "keep it outside, for instance in /etc/magos: whoever may push could change it",
    );
  }
  const bytes = await context.files.read(real.value, largestFile);
  if (!bytes.ok) return refuse(`cannot be read: ${bytes.failure.message}`, "let magos's user read it");
  return bytes.value === null ? refuse("is not there", "make the file, or correct the path") : success(bytes.value);
}

/** Whether the file's folder is in a work tree that shares its history with the mirror. */
async function standsInClone(context: GitContext, path: string): Promise<boolean> {
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  const roots = await runGit(localRunner(context), {
    args: ["rev-list", "--max-parents=0", "--max-count=100", "HEAD", "--"],
    cwd: folder,
    // Who owns that work tree does not matter: nothing in it is run.
    config: [["safe.directory", "*"]],
  });
  if (!roots.ok || roots.value.code !== 0) return false;
  for (const root of new TextDecoder().decode(roots.value.stdout).split("\n")) {
    if (!/^[0-9a-f]{40,64}$/.test(root)) continue;
    const here = await runGit(context, { args: ["cat-file", "-e", root], cwd: context.mirror });
    if (here.ok && here.value.code === 0) return true;
  }
  return false;
}
