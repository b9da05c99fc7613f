// Paths as Compose files write them to paths of the repository.

/** The folder of a file in the repository; "" for its root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** A path below a folder, without `.` and `..`; null when it leads out of the repository. */
export function joinPath(folder: string, path: string): string | null {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}

/** Whether the path starts at the machine's root, at a home, or at a variable that only the engine knows. */
export function isElsewhere(path: string): boolean {
  return /^(\/|~|\$|[A-Za-z]:[\\/])/.test(path);
}
