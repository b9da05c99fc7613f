// The files that a verb looks at when a user names a place on this machine: a clone, or any folder.
import { failure, type Result, success } from "../core/model/problem.ts";
import type { System } from "../core/ports/system.ts";
import { listFolder } from "../reconcile/list_folder.ts";
import { repositoryConfigFiles } from "./repository_config.ts";
import { openClone } from "./wire.ts";

/** A folder of files and the part of it that the user named. */
export interface LocalSource {
  /** Links resolved. */
  readonly root: string;
  /** Relative to the root, sorted; links are not among them. */
  readonly files: readonly string[];
  /** Whether the user named the file, or a folder that it lies in. */
  readonly isNamed: (file: string) => boolean;
}

/**
 * The clone around a path, else the nearest folder upwards with `.git` or a configuration, else the folder itself; a
 * file stands for its folder. Nothing is fetched. Fails with `usage.invalid` when there is no such path.
 */
export async function openLocalSource(system: System, path: string): Promise<Result<LocalSource>> {
  const named = path.startsWith("/") ? path : `${system.cwd}/${path}`;
  const real = await system.files.realPath(named);
  if (!real.ok) return real;
  const info = real.value === null ? success(null) : await system.files.stat(real.value);
  if (!info.ok) return info;
  const kind = info.value?.kind;
  if (real.value === null || (kind !== "file" && kind !== "directory")) {
    return failure("usage.invalid", `there is no file or folder ${path}`, { cure: "check the path" });
  }
  const folder = kind === "file" ? parentOf(real.value) : real.value;
  const listed = await listSource(system, folder);
  if (!listed.ok) return listed;
  const { root, files } = listed.value;
  const inside = real.value === root ? "" : real.value.slice(root === "/" ? 1 : root.length + 1);
  if (kind === "directory") {
    return success({ root, files, isNamed: (file) => inside === "" || file.startsWith(`${inside}/`) });
  }
  // A file that git ignores was named all the same.
  return success({ root, files: [...new Set([...files, inside])].sort(), isNamed: (file) => file === inside });
}

async function listSource(
  system: System,
  folder: string,
): Promise<Result<{ readonly root: string; readonly files: readonly string[] }>> {
  const clone = await openClone(system, folder);
  const root = clone.ok ? await system.files.realPath(clone.value.root) : success(null);
  if (clone.ok && root.ok && root.value !== null) return success({ root: root.value, files: clone.value.files });
  // No git, no commit yet, no clone: to look at files none of them is needed.
  const top = await topOf(system, folder);
  const files = await listFolder(system.files, top);
  return files.ok ? success({ root: top, files: files.value }) : files;
}

/** The nearest folder upwards that git or a configuration calls a repository; the folder itself where none does. */
async function topOf(system: System, folder: string): Promise<string> {
  for (let at = folder; at !== "/"; at = parentOf(at)) {
    for (const sign of [".git", ...repositoryConfigFiles]) {
      const info = await system.files.stat(`${at}/${sign}`);
      if (info.ok && info.value !== null) return at;
    }
  }
  return folder;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
