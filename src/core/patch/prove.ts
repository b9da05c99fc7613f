// The proof after a splice: the new text means what the old one meant, but for the marked values (promise 1).
import { parseYaml } from "../yaml/parse_yaml.ts";
import { isBlock, shapeOf } from "../yaml/scalars.ts";
import { fileKindOf } from "./file_kind.ts";
import { readLineFile } from "./find_line_targets.ts";
import { sameEntries } from "./line_entry.ts";
import { type ScalarSlot, scalarTextWith, type Slot, type SourceText } from "./slot.ts";

/** Whether a new text, read again, differs from the old one in the wanted values and in nothing else. */
export function provesRight(before: SourceText, wanted: ReadonlyMap<Slot, string>, after: string): boolean {
  const kind = fileKindOf(before.file);
  return kind === "unit" || kind === "env"
    ? provesLines(before, kind, wanted, after)
    : provesYaml(before, wanted, after);
}

function provesLines(
  before: SourceText,
  kind: "unit" | "env",
  wanted: ReadonlyMap<Slot, string>,
  after: string,
): boolean {
  const byLine = new Map<number, string>();
  for (const [slot, text] of wanted) if (slot.form === "line") byLine.set(slot.entry.line, text);
  return sameEntries(readLineFile(before.text, kind), readLineFile(after, kind), byLine);
}

function provesYaml(before: SourceText, wanted: ReadonlyMap<Slot, string>, after: string): boolean {
  const [old, now] = [parseYaml(before.text, before.file), parseYaml(after, before.file)];
  if (!old.ok || !now.ok) return false;
  const values = new Map<number, string>();
  for (const [slot, text] of wanted) if (slot.form === "scalar") values.set(slot.scalar.start, wantedValue(slot, text));
  const [expected, actual] = [shapeOf(old.value, values), shapeOf(now.value)];
  return expected.length === actual.length && expected.every((event, index) => event === actual[index]);
}

function wantedValue(slot: ScalarSlot, text: string): string {
  const whole = scalarTextWith(slot, text);
  // A block scalar keeps its line breaks at the ends.
  return isBlock(slot.scalar) ? String(slot.scalar.value).replace(slot.scalar.text, () => whole) : whole;
}
