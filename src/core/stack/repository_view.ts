// The repository at one revision as the reading of stacks sees it: what is known so far, what was used, what is missing.
import type { Digest } from "../model/digest.ts";
import { type Failure, failure, type Result } from "../model/problem.ts";

/** A file that was read. */
export interface KnownFile {
  /** Null: larger than is read as text, or no UTF-8. */
  readonly text: string | null;
  /** SHA-256 of its bytes; of a file that may be run, of that too: containers see the mode. */
  readonly digest: Digest;
  /** Where a link to a folder leads, in the repository; null for a file. */
  readonly folder: string | null;
}

/** What is known of paths: the file, null for none, or why it cannot be read (`file.outside` for a link that leads out). */
export type KnownFiles = ReadonlyMap<string, Result<KnownFile | null>>;

/** Looks into the repository. A path that is not known yet is noted as needed, and looks like no file meanwhile. */
export interface RepositoryView {
  /** Tracked files of a folder and of all below it; of "" all there are. */
  readonly below: (folder: string) => readonly string[];
  readonly isTracked: (path: string) => boolean;
  readonly read: (path: string) => Result<KnownFile | null>;
  /** Notes that the stack uses the file. */
  readonly use: (path: string, digest: Digest) => void;
  readonly needed: () => readonly string[];
  readonly used: () => ReadonlyMap<string, Digest>;
}

/** A view that remembers what was asked of it. */
export function viewRepository(files: readonly string[], known: KnownFiles): RepositoryView {
  const tracked = files.toSorted();
  const all = new Set(tracked);
  const needed = new Set<string>();
  const used = new Map<string, Digest>();
  return {
    below: (folder) => filesBelow(tracked, folder),
    isTracked: (path) => all.has(path),
    read(path) {
      const file = known.get(path);
      if (file !== undefined) return file;
      needed.add(path);
      return { ok: true, value: null };
    },
    use: (path, digest) => void used.set(path, digest),
    needed: () => [...needed].sort(),
    used: () => used,
  };
}

/** The files lie together in the order of their names, so that many mounts of a large repository stay cheap. */
function filesBelow(sorted: readonly string[], folder: string): readonly string[] {
  if (folder === "") return sorted;
  const prefix = `${folder}/`;
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < prefix) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (sorted[end]?.startsWith(prefix)) end++;
  return sorted.slice(low, end);
}

/** Reads a file that has to be there as text. */
export function readText(view: RepositoryView, path: string): Result<KnownFile & { readonly text: string }> {
  const read = view.read(path);
  if (!read.ok) return read;
  if (read.value === null) return missing(path);
  const { text } = read.value;
  return text === null
    ? failure("stack.invalid", `${path} is no text that magos reads`, { cure: "save it as UTF-8, below 4 MiB" })
    : { ok: true, value: { ...read.value, text } };
}

/** A file that a stack names and that the repository does not hold. */
export function missing(path: string): { readonly ok: false; readonly failure: Failure } {
  return failure("stack.missing_file", `${path} is not in the repository`, {
    cure: "commit the file, or mend the path; it starts at the folder of the file that names it",
  });
}
