// The bytes that a marker rules: a YAML scalar, a part of one, or the value of a line; and how new text gets there.
import { failure, type Result, success } from "../model/problem.ts";
import { editScalar, type TextEdit } from "../yaml/edit_scalar.ts";
import type { YamlScalar } from "../yaml/scalars.ts";
import type { LineEntry } from "./line_entry.ts";

/** A file's name and text. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** `from` and `to` count in the scalar's text and enclose all of it, or the part that is ruled. */
export interface ScalarSlot {
  readonly form: "scalar";
  readonly source: SourceText;
  readonly scalar: YamlScalar;
  readonly from: number;
  readonly to: number;
}

/** The value of one line of a `.env` file or a unit. */
export interface LineSlot {
  readonly form: "line";
  readonly source: SourceText;
  readonly entry: LineEntry;
}

/** Where a marked value stands. */
export type Slot = ScalarSlot | LineSlot;

/** The whole text of a scalar. */
export function wholeScalar(source: SourceText, scalar: YamlScalar): ScalarSlot {
  return { form: "scalar", source, scalar, from: 0, to: scalar.text.length };
}

/** The marked text, without quotes. */
export function slotText(slot: Slot): string {
  if (slot.form === "line") return slot.entry.value;
  return slot.scalar.text.slice(slot.from, slot.to);
}

/** Offset of the marked text in its file; of its quote where its parts cannot be told apart in the source. */
export function slotOffset(slot: Slot): number {
  if (slot.form === "line") return slot.entry.valueStart;
  const { scalar, source, from } = slot;
  if (from === 0) return scalar.start;
  const quote = scalar.style === "single" || scalar.style === "double" ? 1 : 0;
  const at = scalar.start + quote + from;
  return source.text.startsWith(slotText(slot), at) ? at : scalar.start;
}

/** Two slots with the same key are one place. */
export function slotKey(slot: Slot): string {
  return `${slot.source.file}\n${slot.form === "line" ? slot.entry.valueStart : slot.scalar.start}`;
}

/** The edit that puts a new text into the slot, in the quotes that are there. */
export function editSlot(slot: Slot, text: string): Result<TextEdit> {
  if (slot.form === "line") {
    const { valueStart: start, valueEnd: end, value, whole } = slot.entry;
    if (!whole) {
      return failure("file.unpatchable", "the value goes over several lines", { cure: "write it on one line" });
    }
    if (slot.source.text.slice(start, end) !== value) throw new TypeError("a line does not hold its own value");
    return success({ start, end, text });
  }
  return editScalar(slot.source.text, slot.scalar, scalarTextWith(slot, text));
}

/** The scalar's whole text once the slot holds another one. */
export function scalarTextWith({ scalar, from, to }: ScalarSlot, text: string): string {
  return scalar.text.slice(0, from) + text + scalar.text.slice(to);
}
