// New values into a text: splice, parse again, and refuse when anything but the marked values differs.
import type { Decision } from "../model/decision.ts";
import type { Change, FilePatch } from "../model/plan.ts";
import { failure, type Problem, problemOf, type Result, success } from "../model/problem.ts";
import { applyEdits, editScalar, type TextEdit } from "../yaml/edit_scalar.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { isBlock, shapeOf } from "../yaml/scalars.ts";
import type { FoundTarget, MarkedFile } from "./find_targets.ts";
import { formatMarkedValue } from "./marked_value.ts";
import { unifiedDiff } from "./unified_diff.ts";

/** The file with the selected values written into it. Values that stay are left alone. */
export function patchFile(marked: MarkedFile, decisions: ReadonlyMap<FoundTarget, Decision>): FilePatch {
  const moves = marked.found.flatMap((found) => moveOf(found, decisions.get(found)));
  const spliced = moves.length === 0 ? success(marked.text) : splice(marked, moves);
  if (!spliced.ok) return empty(marked, [...marked.problems, problemOf(spliced.failure, { file: marked.file })]);
  if (spliced.value === marked.text) return empty(marked, marked.problems);
  return {
    file: marked.file,
    changes: moves.map((move) => move.change),
    problems: marked.problems,
    diff: unifiedDiff(marked.file, marked.text, spliced.value),
    text: spliced.value,
  };
}

interface Move {
  readonly found: FoundTarget;
  readonly change: Change;
}

function empty(marked: MarkedFile, problems: readonly Problem[]): FilePatch {
  return { file: marked.file, changes: [], problems, diff: "", text: null };
}

function moveOf(found: FoundTarget, decision: Decision | undefined): readonly Move[] {
  if (decision === undefined || decision.state !== "selected" || decision.selected === null) return [];
  const { target, scalar } = found;
  const old = scalar.text;
  const next = formatMarkedValue(target, decision.selected.tag, decision.selected.digest);
  if (next === null) throw new TypeError("a selected image lacks a part that is to be written");
  if (old === next) return [];
  const { line, column } = target.value;
  return [{ found, change: { line, column, setter: target.setter, old, new: next, decision } }];
}

function splice(marked: MarkedFile, moves: readonly Move[]): Result<string> {
  const edits: TextEdit[] = [];
  for (const { found, change } of moves) {
    const edit = editScalar(marked.text, found.scalar, change.new);
    if (!edit.ok) return failure(edit.failure.code, `${marked.file}:${change.line}: ${edit.failure.message}`);
    edits.push(edit.value);
  }
  const text = applyEdits(marked.text, edits);
  return provesRight(marked, moves, text) ? success(text) : failure(
    "file.unpatchable",
    `${marked.file}: after the change the file would read differently elsewhere; it is left alone`,
    { cure: "write the marked value on one line, as a plain or quoted text" },
  );
}

/** Whether the new text means the same as the old one but for the marked values (design.md, promise 1). */
function provesRight(marked: MarkedFile, moves: readonly Move[], text: string): boolean {
  const before = parseYaml(marked.text, marked.file);
  const after = parseYaml(text, marked.file);
  if (!before.ok || !after.ok) return false;
  const wanted = new Map(moves.map(({ found, change }) => [
    found.scalar.start,
    // A block scalar keeps its final line break.
    isBlock(found.scalar) ? String(found.scalar.value).replace(change.old, () => change.new) : change.new,
  ]));
  const [expected, actual] = [shapeOf(before.value, wanted), shapeOf(after.value)];
  return expected.length === actual.length && expected.every((event, index) => event === actual[index]);
}
