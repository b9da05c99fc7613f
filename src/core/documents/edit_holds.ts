// Holds into `.magos/holds.yaml` and out of it, as lines: what people wrote there stays (contracts.md 2.3).
import type { Hold } from "../model/hold.ts";
import { type Failure, failure, type Result, success } from "../model/problem.ts";
import { formatTime, type Time } from "../model/time.ts";
import { appendItem, removeItems } from "../yaml/edit_list.ts";
import { isPlainText } from "../yaml/plain_text.ts";
import { type HoldsDocument, holdsFile, plainLine, readHoldsDocument } from "./holds.ts";

const header = "# What magos leaves alone. `magos hold` and `magos unhold` edit this list; so may you.\n";

/** The text with the hold at its end; null stands for a repository without the file. */
export function addHold(text: string | null, hold: Hold): Result<string> {
  const read = readForEdit(text ?? header);
  if (!read.ok) return read;
  const edited = appendItem(read.value.yaml, read.value.document, "holds", linesOf(hold));
  return edited.ok ? proved(edited.value, [...read.value.holds, normalHold(hold)]) : edited;
}

/** The text without the holds that `isOut` names, and those. */
export function removeHolds(
  text: string,
  isOut: (hold: Hold) => boolean,
): Result<{ readonly text: string; readonly removed: readonly Hold[] }> {
  const read = readForEdit(text);
  if (!read.ok) return read;
  const { yaml, document, holds } = read.value;
  const indexes = [...holds.keys()].filter((at) => isOut(holds[at] as Hold));
  if (document === null || indexes.length === 0) return success({ text, removed: [] });
  const edited = removeItems(yaml, document, "holds", indexes);
  if (!edited.ok) return edited;
  const left = proved(edited.value, holds.filter((_, at) => !indexes.includes(at)));
  return left.ok ? success({ text: left.value, removed: holds.filter((_, at) => indexes.includes(at)) }) : left;
}

/** The hold as it reads back: one line of reason, whole seconds. */
export function normalHold(hold: Hold): Hold {
  const whole = (time: Time): Time => Math.floor(time / 1000) * 1000;
  return {
    ...hold,
    reason: plainLine(hold.reason),
    by: plainLine(hold.by),
    since: whole(hold.since),
    until: hold.until === null ? null : whole(hold.until),
  };
}

function readForEdit(text: string): Result<HoldsDocument> {
  const read = readHoldsDocument(text);
  if (read.ok) return success(read.value);
  const [first] = read.problems;
  const { severity: _severity, ...told } = first ??
    { severity: "error", code: "hold.unreadable", message: `${holdsFile} cannot be read` } as const;
  const failed: Failure = { retry: "never", ...told };
  return { ok: false, failure: failed };
}

/** An edit counts only when the file then says exactly what it should. */
function proved(text: string, expected: readonly Hold[]): Result<string> {
  const read = readHoldsDocument(text);
  if (read.ok && JSON.stringify(read.value.holds) === JSON.stringify(expected)) return success(text);
  return failure("file.unpatchable", `${holdsFile} would say something else after the edit; it stays as it is`, {
    file: holdsFile,
    cure: "edit it by hand",
  });
}

function linesOf(written: Hold): readonly string[] {
  const { image, tag, digest, above, kind, reason, by, since, until } = normalHold(written);
  const line = (key: string, value: string | null): readonly string[] =>
    value === null || value === "" ? [] : [`${key}: ${isPlainText(value, false) ? value : JSON.stringify(value)}`];
  return [
    ...line("image", image),
    ...line("tag", tag),
    ...line("digest", digest),
    ...line("above", above),
    ...line("kind", kind === "manual" ? null : kind),
    ...line("reason", reason),
    ...line("by", by),
    `since: ${formatTime(since)}`,
    ...(until === null ? [] : [`until: ${formatTime(until)}`]),
  ];
}
