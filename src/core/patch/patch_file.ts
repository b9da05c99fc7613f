// New values into texts: splice, read again, and refuse a file where anything but the marked values differs.
import type { Decision } from "../model/decision.ts";
import type { Change, FilePatch } from "../model/plan.ts";
import { failure, type Problem, problemOf, type Result, success } from "../model/problem.ts";
import { applyEdits, type TextEdit } from "../yaml/edit_scalar.ts";
import type { FoundTarget, MarkedFile } from "./find_context.ts";
import { provesRight } from "./prove.ts";
import { newSlotText } from "./slot_text.ts";
import { editSlot, slotKey, slotText } from "./slot.ts";
import { unifiedDiff } from "./unified_diff.ts";
import { fileKindOf } from "./file_kind.ts";

/** All files in which something changes or is wrong: those that hold the markers, and those that hold the values. */
export function patchFiles(
  marked: readonly MarkedFile[],
  decisions: ReadonlyMap<FoundTarget, Decision>,
): readonly FilePatch[] {
  const files = new Map<string, MarkedFile>(marked.map((it) => [it.file, { ...it, found: [] }]));
  for (const found of marked.flatMap((it) => it.found)) {
    const { file, text } = found.slot.source;
    const known = files.get(file) ?? { file, text, found: [], problems: [] };
    files.set(file, { ...known, found: [...known.found, found] });
  }
  return [...files.values()].map((file) => patchFile(file, decisions));
}

/** One file with the selected values that lie in it written into it. Values that stay are left alone. */
export function patchFile(marked: MarkedFile, decisions: ReadonlyMap<FoundTarget, Decision>): FilePatch {
  const moves: Move[] = [];
  for (const found of marked.found.filter((it) => it.slot.source.file === marked.file)) {
    const move = moveOf(found, decisions.get(found));
    if (!move.ok) return stays(marked, move.failure);
    if (move.value !== null) moves.push(move.value);
  }
  const spliced = splice(marked, moves);
  if (!spliced.ok) return stays(marked, spliced.failure);
  if (spliced.value === marked.text) return unchanged(marked, marked.problems);
  return {
    file: marked.file,
    changes: moves.map((move) => move.change),
    problems: marked.problems,
    // The lines around a value of a `.env` file may be secrets.
    diff: unifiedDiff(marked.file, marked.text, spliced.value, fileKindOf(marked.file) === "env" ? 0 : 3),
    text: spliced.value,
  };
}

interface Move {
  readonly found: FoundTarget;
  readonly change: Change;
}

function unchanged(marked: MarkedFile, problems: readonly Problem[]): FilePatch {
  return { file: marked.file, changes: [], problems, diff: "", text: null };
}

function stays(marked: MarkedFile, failed: Parameters<typeof problemOf>[0]): FilePatch {
  return unchanged(marked, [...marked.problems, problemOf(failed, { file: marked.file })]);
}

function moveOf(found: FoundTarget, decision: Decision | undefined): Result<Move | null> {
  if (decision === undefined || decision.state !== "selected" || decision.selected === null) return success(null);
  const { target, slot } = found;
  const old = slotText(slot);
  const next = newSlotText(found, decision.selected);
  if (!next.ok) return next;
  if (old === next.value) return success(null);
  const { line, column } = target.value;
  return success({ found, change: { line, column, setter: target.setter, old, new: next.value, decision } });
}

function splice(marked: MarkedFile, moves: readonly Move[]): Result<string> {
  const edits = new Map<string, TextEdit>();
  const wanted = new Map<FoundTarget["slot"], string>();
  for (const { found, change } of moves) {
    const place = { file: marked.file, line: change.line };
    const edit = editSlot(found.slot, change.new);
    if (!edit.ok) {
      const { code, message, cure } = edit.failure;
      return failure(code, `${marked.file}:${change.line}: ${message}`, {
        ...place,
        ...(cure === undefined ? {} : { cure }),
      });
    }
    const key = slotKey(found.slot);
    const before = edits.get(key);
    if (before !== undefined && before.text !== edit.value.text) {
      return failure("marker.conflict", `${marked.file}:${change.line}: two markers want different values here`, place);
    }
    edits.set(key, edit.value);
    wanted.set(found.slot, change.new);
  }
  if (edits.size === 0) return success(marked.text);
  const text = applyEdits(marked.text, [...edits.values()]);
  return provesRight(marked, wanted, text) ? success(text) : failure(
    "file.unpatchable",
    `${marked.file}: after the change the file would read differently elsewhere; it is left alone`,
    { cure: "write the marked value on one line, as a plain or quoted text" },
  );
}
