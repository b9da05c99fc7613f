// What a bot's commit did to one file: only the marked values may differ, byte for byte (contracts 3.3).
import { holdsFile } from "../documents/holds.ts";
import type { Target } from "../model/decision.ts";
import { isDigest } from "../model/digest.ts";
import { isTag, parseReference } from "../model/reference.ts";
import type { FileChange } from "../ports/git.ts";
import { applyEdits, type TextEdit } from "../yaml/edit_scalar.ts";
import type { FoundTarget } from "./find_context.ts";
import { readNewValues } from "./new_values.ts";
import { provesRight } from "./prove.ts";
import { editSlot, type Slot, slotKey, slotText } from "./slot.ts";

/** Why a bot may not do this to a path, whatever the texts say; null when it depends on them. */
export function refuseShape({ path, before, after }: FileChange): string | null {
  if (after === null) return `removes ${path}`;
  if (before === null) {
    return path === holdsFile && after.mode === "100644" ? null : `adds ${path}`;
  }
  if (after.mode !== before.mode) return `changes the mode of ${path}`;
  return /^100(?:644|755)$/.test(after.mode) ? null : `changes ${path}, which is no plain file`;
}

/**
 * Why a bot may not make `after` of a file, or null when it may: the new text has to be exactly what magos itself would
 * write for the new values. `found` is what was marked in the file before.
 */
export function refuseText(path: string, before: string, after: string, found: readonly FoundTarget[]): string | null {
  const outside = `changes ${path} outside of its marked values`;
  const spots = spotsOf(found.filter(({ slot }) => slot.source.file === path && slot.source.text === before));
  const values = readNewValues(before, after, spots.map((spot) => ({ slot: spot.slot, range: spot.range })));
  if (values === null) return outside;
  const edits: TextEdit[] = [];
  const wanted = new Map<Slot, string>();
  for (const [index, { slot, owners }] of spots.entries()) {
    const value = values[index];
    if (value === undefined || value === slotText(slot)) continue;
    const odd = owners.find((owner) => !fits(owner.target, owner.before + value + owner.after));
    if (odd !== undefined) return `writes "${value.slice(0, 200)}" into ${path}:${odd.target.value.line}`;
    const edit = editSlot(slot, value);
    if (!edit.ok) return outside;
    edits.push(edit.value);
    wanted.set(slot, value);
  }
  if (applyEdits(before, edits) !== after) return outside;
  return wanted.size === 0 || provesRight({ file: path, text: before }, wanted, after) ? null : outside;
}

interface Spot {
  readonly slot: Slot;
  readonly range: { readonly start: number; readonly end: number };
  /** Several markers may rule one value. */
  readonly owners: readonly FoundTarget[];
}

/** The places that can be written, in the order of the text. */
function spotsOf(found: readonly FoundTarget[]): readonly Spot[] {
  const spots = new Map<string, Spot>();
  for (const owner of found) {
    const { slot } = owner;
    const key = slotKey(slot);
    const known = spots.get(key);
    if (known !== undefined) {
      spots.set(key, { ...known, owners: [...known.owners, owner] });
      continue;
    }
    const range = editSlot(slot, slotText(slot));
    if (range.ok) spots.set(key, { slot, range: range.value, owners: [owner] });
  }
  return [...spots.values()].sort((one, other) => one.range.start - other.range.start);
}

/** Whether a value is of the target's kind, and of its image: the name is nobody's to change but a Flux policy's. */
function fits({ part, writes, current }: Target, value: string): boolean {
  const isName = (name: string): boolean => name === current.name || name === writes.name;
  if (part === "name") return isName(value);
  if (part === "image") {
    const image = parseReference(value);
    return image.ok && isName(image.value.name) && (image.value.tag !== null || image.value.digest !== null);
  }
  // What is pinned by digest alone may once have been a tag, and go back to it.
  const [tag, digest, ...more] = /^sha\d+:/.test(value) ? [null, value] : value.split("@");
  return more.length === 0 && (tag === null || isTag(tag ?? "")) && (digest === undefined || isDigest(digest));
}
