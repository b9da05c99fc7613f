// The markers of a file to those of the other kind, magos's or Flux's: swapped, and proved by what a pass then finds.
import { isMagosMarker } from "../documents/magos_marker.ts";
import { applyEdits, type TextEdit } from "../yaml/edit_scalar.ts";
import { parseYaml, type YamlFile } from "../yaml/parse_yaml.ts";
import { shapeOf } from "../yaml/scalars.ts";
import type { FindContext, FoundTarget } from "./find_context.ts";
import { findTargets } from "./find_targets.ts";
import { fluxToken } from "./flux_marker.ts";
import { slotOffset, type SourceText } from "./slot.ts";
import { unifiedDiff } from "./unified_diff.ts";

/** A value and the marker that is to rule it. */
export interface Swap {
  readonly found: FoundTarget;
  /** The whole comment. */
  readonly marker: string;
  /** What a pass calls it, and whose it is. */
  readonly setter: string;
  readonly owner: "magos" | "flux";
}

/** A value that keeps the marker it has, and why. */
export interface Kept {
  readonly found: FoundTarget;
  readonly why: string;
}

/** One file with its new markers. */
export interface SwappedFile extends SourceText {
  readonly diff: string;
  readonly swaps: readonly (Swap & { readonly old: string })[];
  readonly kept: readonly Kept[];
}

/** Swaps the markers; `context` knows the new policies. A value that a pass would lose keeps what it has. */
export function swapMarkers(source: SourceText, swaps: readonly Swap[], context: FindContext): SwappedFile {
  const yaml = parseYaml(source.text, source.file);
  if (!yaml.ok) return unchanged(source, swaps, yaml.failure.message);
  const edits = swaps.map((swap) => editOf(yaml.value, swap));
  const edited = edits.flatMap((it) => "why" in it ? [] : [it]);
  const kept = edits.flatMap((it) => "why" in it ? [it] : []);
  const text = applyEdits(source.text, edited.map(({ edit }) => edit).toSorted((a, b) => a.start - b.start));
  const after = parseYaml(text, source.file);
  if (!after.ok || shapeOf(yaml.value).join("\n") !== shapeOf(after.value).join("\n")) {
    return unchanged(source, swaps, "the file would read differently");
  }
  const again = findTargets(source.file, text, context);
  const found = new Set(again.found.map(({ target }) => keyOf(target)));
  const lost = edited.filter(({ swap }) => !found.has(keyOf(wanted(swap))));
  if (lost.length > 0) {
    const rest = swapMarkers(source, edited.filter((it) => !lost.includes(it)).map(({ swap }) => swap), context);
    const reasons = new Map(again.problems.map(({ line, message }) => [line, message]));
    const more = lost.map(({ swap: { found } }): Kept => ({
      found,
      why: reasons.get(found.target.line) ?? "a pass would not find the new marker at this place",
    }));
    return { ...rest, kept: [...kept, ...more, ...rest.kept] };
  }
  return {
    file: source.file,
    text,
    diff: edited.length === 0 ? "" : unifiedDiff(source.file, source.text, text),
    swaps: edited.map(({ swap, old }) => ({ ...swap, old })),
    kept,
  };
}

/** The files as they are, each once: an app's value comes in an entry of its own beside that of the markers. */
export function textsOf(files: readonly SourceText[]): readonly SourceText[] {
  return Array.from(new Map(files.map(({ file, text }) => [file, text])), ([file, text]) => ({ file, text }));
}

interface Edited {
  readonly swap: Swap;
  readonly edit: TextEdit;
  readonly old: string;
}

function editOf(yaml: YamlFile, swap: Swap): Edited | Kept {
  const { found, marker, owner } = swap;
  const comment = yaml.comments.find(({ start, alone }) => !alone && yaml.lines.at(start).line === found.target.line);
  if (comment !== undefined) {
    const isOld = owner === "flux" ? isMagosMarker(comment.text) : comment.text.includes(fluxToken);
    if (!isOld) return { found, why: "its line has a comment already" };
    const edit = { start: comment.start, end: comment.start + comment.text.length, text: marker };
    return { swap, edit, old: comment.text };
  }
  if (owner === "magos") return { found, why: "its marker is not at the end of its line" };
  // What an app follows has no marker yet.
  const from = slotOffset(found.slot);
  const lineEnd = yaml.text.indexOf("\n", from);
  const end = lineEnd < 0 ? yaml.text.length : yaml.text[lineEnd - 1] === "\r" ? lineEnd - 1 : lineEnd;
  const blank = /[ \t]/.test(yaml.text[end - 1] ?? "") ? "" : " ";
  return { swap, edit: { start: end, end, text: blank + marker }, old: "" };
}

/** What a pass is to find: the same part of the same image at the same place, ruled by the new policy. */
function keyOf({ line, setter, marker, repository, part }: FoundTarget["target"]): string {
  return JSON.stringify([line, setter, marker, repository, part]);
}

function wanted({ found, setter, owner }: Swap): FoundTarget["target"] {
  return { ...found.target, setter, marker: owner };
}

function unchanged(source: SourceText, swaps: readonly Swap[], why: string): SwappedFile {
  return { ...source, diff: "", swaps: [], kept: swaps.map(({ found }) => ({ found, why })) };
}
