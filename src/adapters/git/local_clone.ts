// For plan and explain: the user's own clone, read as it is, never written.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Files } from "../../core/ports/files.ts";
import type { Checkout } from "../../core/ports/git.ts";
import { type LocalParts, localRunner, readLine, requireFolder } from "./local_read.ts";
import { isInsidePath } from "./names.ts";
import { listPaths } from "./tracked_files.ts";

/**
 * The work tree that `path` stands in, with tracked files and untracked ones that are not ignored, as they are on disk.
 * Fails with `git.not_a_repository`, `git.foreign_owner`, or `git.no_branch` when nothing was ever committed.
 */
export async function openLocalClone(parts: LocalParts & { readonly path: string }): Promise<Result<Checkout>> {
  const folder = await requireFolder(parts.files, parts.path);
  if (!folder.ok) return folder;
  const top = await readLine(parts, folder.value, ["rev-parse", "--show-toplevel"]);
  if (!top.ok) return top;
  if (top.value === null) return noWorkTree(folder.value);
  const root = top.value;
  const revision = await readLine(parts, root, ["rev-parse", "--verify", "-q", "HEAD^{commit}"]);
  if (!revision.ok) return revision;
  if (revision.value === null) {
    return failure("git.no_branch", `${root} has no commit yet`, { cure: "make a first commit" });
  }
  const branch = await readLine(parts, root, ["symbolic-ref", "-q", "HEAD"]);
  if (!branch.ok) return branch;
  const listed = await listPaths(localRunner(parts), root, [
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
  ]);
  if (!listed.ok) return listed;
  return success({
    root,
    revision: revision.value,
    branch: branch.value === null ? "HEAD" : branch.value.replace(/^refs\/heads\//, ""),
    ...await sortOut(parts.files, root, [...new Set(listed.value)].sort()),
    close: (): Promise<void> => Promise.resolve(),
  });
}

function noWorkTree(path: string): Result<never> {
  return failure("git.not_a_repository", `${path} is in no git work tree`, {
    cure: "go into your clone, or name one by --repo",
  });
}

/** Left out: folders that became links, submodules, files that are gone. */
async function sortOut(
  files: Files,
  root: string,
  paths: readonly string[],
): Promise<Pick<Checkout, "files" | "links">> {
  const real = await files.realPath(root);
  if (!real.ok || real.value === null) return { files: [], links: [] };
  const folders = new Map<string, boolean>();
  const kept: string[] = [];
  const links: string[] = [];
  for (const path of paths) {
    if (!isInsidePath(path) || path.includes("\ufffd")) continue;
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    const known = folders.get(folder) ?? await isUnlinked(files, real.value, folder);
    folders.set(folder, known);
    if (!known) continue;
    const info = await files.stat(`${root}/${path}`);
    if (info.ok && info.value?.kind === "file") kept.push(path);
    if (info.ok && info.value?.kind === "link") links.push(path);
  }
  return { files: kept, links };
}

async function isUnlinked(files: Files, root: string, folder: string): Promise<boolean> {
  if (folder === "") return true;
  const real = await files.realPath(`${root}/${folder}`);
  return real.ok && real.value === `${root}/${folder}`;
}
