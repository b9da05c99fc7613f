// The lines of a file whose settings stand one to a line: `.env` files and systemd units.

/** One line. Offsets are UTF-16 units of the whole text. */
export interface LineEntry {
  readonly kind: "comment" | "setting" | "other";
  /** Counted from 1. */
  readonly line: number;
  /** Offset of the line's first character, behind a byte order mark. */
  readonly start: number;
  /** The line without its end. */
  readonly raw: string;
  /** Of a setting: its name (`Container.Image` in a unit). */
  readonly name: string;
  /** Of a setting: its value without quotes, and where that stands. */
  readonly value: string;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** False for a setting that goes on over the next lines, and for those lines. */
  readonly whole: boolean;
  /** Whether `$` means a variable in the value. */
  readonly expands: boolean;
}

/** One line as read from the text, before it is understood. */
export interface RawLine {
  readonly line: number;
  readonly start: number;
  readonly raw: string;
}

/** The lines of a text; they end at LF or CRLF. */
export function linesOf(text: string): readonly RawLine[] {
  const lines: RawLine[] = [];
  let start = text.startsWith("\ufeff") ? 1 : 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    const raw = text.slice(start, end < 0 ? text.length : end).replace(/\r$/, "");
    lines.push({ line: lines.length + 1, start, raw });
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}

/** A line that sets nothing by itself. */
export function plainLine(line: RawLine, kind: "comment" | "other", whole = true): LineEntry {
  return { ...line, kind, name: "", value: "", valueStart: line.start, valueEnd: line.start, whole, expands: false };
}

/** Whether two texts read the same but for the values in `wanted`, given by the line that they stand on. */
export function sameEntries(
  before: readonly LineEntry[],
  after: readonly LineEntry[],
  wanted: ReadonlyMap<number, string>,
): boolean {
  return before.length === after.length && before.every((entry, index) => {
    const now = after[index];
    if (now === undefined || now.kind !== entry.kind || now.name !== entry.name || now.whole !== entry.whole) {
      return false;
    }
    const value = wanted.get(entry.line);
    return value === undefined ? now.raw === entry.raw : now.value === value;
  });
}
