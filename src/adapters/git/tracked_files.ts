// The lists of plain files and of links that a checkout offers: from git's index, names checked, submodules left out.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Log } from "../../core/ports/log.ts";
import { classifyFailure } from "./classify.ts";
import { type GitRunner, runGit } from "./command.ts";
import { isInsidePath } from "./names.ts";

/** Reads the index of the work tree at `root`. Fails with `file.too_many` when the list is beyond 16 MiB. */
export async function listTracked(
  runner: GitRunner,
  root: string,
  log: Log,
): Promise<Result<{ readonly files: readonly string[]; readonly links: readonly string[] }>> {
  const listed = await listPaths(runner, root, ["ls-files", "-s", "-z"]);
  if (!listed.ok) return listed;
  const files: string[] = [];
  const links: string[] = [];
  for (const entry of listed.value) {
    // "<mode> <object> <stage>\t<path>" (git-ls-files, "Output")
    const tab = entry.indexOf("\t");
    const path = entry.slice(tab + 1);
    const isLink = entry.startsWith("120000 ");
    if (!isLink && !/^100(?:644|755) /.test(entry)) continue;
    if (isInsidePath(path) && !path.includes("\ufffd")) (isLink ? links : files).push(path);
    else log.event("warning", "git.file_name_skipped", { path });
  }
  return success({ files: files.sort(), links: links.sort() });
}

/** NUL separated output of a listing command; what is no UTF-8 holds U+FFFD. */
export async function listPaths(
  runner: GitRunner,
  root: string,
  args: readonly string[],
): Promise<Result<readonly string[]>> {
  const ran = await runGit(runner, { args, cwd: root });
  if (!ran.ok) return ran;
  if (ran.value.ended === "too-much-output") {
    return failure("file.too_many", `${root} holds more files than magos reads`, { cure: "split the repository" });
  }
  if (ran.value.code !== 0 || ran.value.ended !== null) {
    return { ok: false, failure: classifyFailure(ran.value, "local", `cannot list the files of ${root}`) };
  }
  return success(new TextDecoder().decode(ran.value.stdout).split("\0").filter((path) => path !== ""));
}
