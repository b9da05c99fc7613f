// The markers of magos in a file to markers of Flux: swapped, and proved by what a pass then finds.
import { isMagosMarker } from "../documents/magos_marker.ts";
import { applyEdits, type TextEdit } from "../yaml/edit_scalar.ts";
import { parseYaml, type YamlFile } from "../yaml/parse_yaml.ts";
import { shapeOf } from "../yaml/scalars.ts";
import type { FindContext, FoundTarget } from "./find_context.ts";
import { findTargets } from "./find_targets.ts";
import type { SourceText } from "./slot.ts";
import { slotOffset } from "./slot.ts";
import { unifiedDiff } from "./unified_diff.ts";

/** A value and the Flux policy that is to rule it. */
export interface Swap {
  readonly found: FoundTarget;
  /** `ns:name` or `ns:name:tag`. */
  readonly setter: string;
}

/** One file with its new markers. */
export interface SwappedFile extends SourceText {
  readonly diff: string;
  readonly swaps: readonly (Swap & { readonly old: string; readonly marker: string })[];
  /** Values that Flux would not find there. */
  readonly kept: readonly { readonly found: FoundTarget; readonly why: string }[];
}

/** The setter of a part of an image. */
export function setterFor(namespace: string, name: string, part: FoundTarget["target"]["part"]): string {
  return part === "image" ? `${namespace}:${name}` : `${namespace}:${name}:${part}`;
}

/** Swaps the markers; `context` knows the exported policies. A value that a pass would lose keeps what it has. */
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
  const found = new Set(
    findTargets(source.file, text, context).found.filter(({ target }) => target.marker === "flux").map(keyOf),
  );
  const lost = edited.filter(({ swap }) => !found.has(keyOf(withSetter(swap))));
  if (lost.length > 0) {
    const rest = swapMarkers(source, edited.filter((it) => !lost.includes(it)).map(({ swap }) => swap), context);
    const why = "Flux takes no comment for a marker at this place";
    return { ...rest, kept: [...kept, ...lost.map(({ swap }) => ({ found: swap.found, why })), ...rest.kept] };
  }
  return {
    file: source.file,
    text,
    diff: edited.length === 0 ? "" : unifiedDiff(source.file, source.text, text),
    swaps: edited.map(({ swap, old, marker }) => ({ ...swap, old, marker })),
    kept,
  };
}

interface Edited {
  readonly swap: Swap;
  readonly edit: TextEdit;
  readonly old: string;
  readonly marker: string;
}

function editOf(yaml: YamlFile, swap: Swap): Edited | { readonly found: FoundTarget; readonly why: string } {
  const { found, setter } = swap;
  const marker = `# {"$imagepolicy": ${JSON.stringify(setter)}}`;
  const comment = yaml.comments.find(({ start, alone }) => !alone && yaml.lines.at(start).line === found.target.line);
  if (comment !== undefined) {
    if (!isMagosMarker(comment.text)) return { found, why: "its line has a comment already" };
    const edit = { start: comment.start, end: comment.start + comment.text.length, text: marker };
    return { swap, edit, old: comment.text, marker };
  }
  // What an app follows has no marker yet.
  const from = slotOffset(found.slot);
  const lineEnd = yaml.text.indexOf("\n", from);
  const end = lineEnd < 0 ? yaml.text.length : yaml.text[lineEnd - 1] === "\r" ? lineEnd - 1 : lineEnd;
  const blank = /[ \t]/.test(yaml.text[end - 1] ?? "") ? "" : " ";
  return { swap, edit: { start: end, end, text: blank + marker }, old: "", marker };
}

/** What a pass is to find: the same image at the same place, ruled by the exported policy. */
function keyOf({ target: { line, setter, repository, part } }: FoundTarget): string {
  return JSON.stringify([line, setter, repository, part]);
}

function withSetter({ found, setter }: Swap): FoundTarget {
  return { ...found, target: { ...found.target, setter } };
}

function unchanged(source: SourceText, swaps: readonly Swap[], why: string): SwappedFile {
  return { ...source, diff: "", swaps: [], kept: swaps.map(({ found }) => ({ found, why })) };
}
