// A switch of a stack's folder that was ended half way, by a kill or a full disk: what it had made already goes again.
import { type Result, success } from "../../core/model/problem.ts";
import type { GitContext } from "./context.ts";
import { hasCommit } from "./history.ts";
import type { NewFile } from "./keep_aside.ts";
import { readAt } from "./read_at.ts";

/** Larger files are not compared, and stay. */
const largest = 64 * 1024 * 1024;

/** Notes in `note` that the folder is about to be switched to the revision. */
export async function beginSwitch({ files }: GitContext, note: string, revision: string): Promise<Result<void>> {
  return await files.write(note, `${revision}\n`, 0o600);
}

/** The switch is whole. */
export async function endSwitch({ files }: GitContext, note: string): Promise<Result<void>> {
  return await files.remove(note);
}

/**
 * Takes the files away that a switch which did not end has added at `root`: git's index, written last of all, does not know
 * them. A file that ends too early is its work too; one that says anything else is somebody's own. `newIn` gives the files
 * of a revision that the index has not.
 */
export async function undoHalfSwitch(
  context: GitContext,
  note: string,
  root: string,
  newIn: (revision: string) => Promise<Result<readonly NewFile[]>>,
): Promise<Result<void>> {
  const read = await context.files.read(note, 100);
  if (!read.ok) return read;
  const revision = new TextDecoder().decode(read.value ?? new Uint8Array()).trim();
  if (!/^[0-9a-f]{40,64}$/.test(revision)) return success(undefined);
  const known = await hasCommit(context, revision);
  if (!known.ok || !known.value) return known.ok ? success(undefined) : known;
  const added = await newIn(revision);
  if (!added.ok) return added;
  for (const { path } of added.value) {
    const info = await context.files.stat(`${root}/${path}`);
    if (!info.ok || info.value?.kind !== "file") continue;
    const there = await context.files.read(`${root}/${path}`, largest);
    const whole = await readAt(context, revision, path, largest);
    if (!there.ok || there.value === null || !whole.ok || whole.value === null) continue;
    if (!isBeginning(there.value, whole.value)) continue;
    const removed = await context.files.remove(`${root}/${path}`);
    if (!removed.ok) return removed;
  }
  return success(undefined);
}

function isBeginning(part: Uint8Array, whole: Uint8Array): boolean {
  return part.length <= whole.length && part.every((byte, at) => byte === whole[at]);
}
