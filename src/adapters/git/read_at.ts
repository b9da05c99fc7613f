// One file of a revision from the mirror, which fetches the content when it has only the history.
import { failure, type Result, success } from "../../core/model/problem.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { partialClone } from "./mirror.ts";
import { isInsidePath, requireRevisions } from "./names.ts";

/**
 * The file's bytes, or null when the revision has no such file. Fails with `file.too_large` above `maxBytes`.
 * The caller holds `mirror.lock`: content that is fetched is written into the mirror.
 */
export async function readAt(
  context: GitContext,
  revision: string,
  path: string,
  maxBytes: number,
): Promise<Result<Uint8Array | null>> {
  const valid = requireRevisions(revision);
  if (!valid.ok) return valid;
  if (!isInsidePath(path)) {
    return failure("file.outside", `"${path.slice(0, 200)}" leads out of the repository`, { cure: "rename the file" });
  }
  // A listing names the object, so that no path is ever read as an expression.
  const listed = await runGit(context, {
    args: ["ls-tree", "-z", "--full-tree", revision, "--", path],
    cwd: context.mirror,
    env: { GIT_LITERAL_PATHSPECS: "1" },
  });
  if (!listed.ok) return listed;
  if (listed.value.code !== 0 || listed.value.ended !== null) {
    return { ok: false, failure: classifyFailure(listed.value, "local", `cannot look into ${revision}`) };
  }
  const entry = /^100(?:644|755) blob ([0-9a-f]{40,64})\t/.exec(new TextDecoder().decode(listed.value.stdout));
  const object = entry?.[1];
  if (object === undefined) return success(null);
  const ran = await runGit(context, {
    args: ["cat-file", "blob", object],
    cwd: context.mirror,
    speaks: true,
    config: partialClone,
    maxOutput: maxBytes,
  });
  if (!ran.ok) return ran;
  if (ran.value.ended === "too-much-output") {
    return failure("file.too_large", `${path} is larger than ${maxBytes} bytes`, { file: path, cure: "split it" });
  }
  if (ran.value.code === 0 && ran.value.ended === null) return success(ran.value.stdout);
  return { ok: false, failure: classifyFailure(ran.value, "read", `cannot read ${path} of ${revision}`) };
}
