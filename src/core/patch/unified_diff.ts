// The unified diff of a text whose lines were changed in place or added, as git would print it.

/**
 * The diff with so many lines of context, or an empty text; `before` is null for a new file. Where the number of lines
 * differs, lines were added and nothing else: a splice never removes one.
 */
export function unifiedDiff(file: string, before: string | null, after: string, context = 3): string {
  if (before === after) return "";
  const rows = rowsOf(linesOf(before ?? ""), linesOf(after));
  const from = before === null ? "/dev/null" : headerName(`a/${file}`);
  return `--- ${from}\n+++ ${headerName(`b/${file}`)}\n${hunksOf(rows, context).join("")}`;
}

/** One line of a diff. */
interface Row {
  readonly mark: " " | "-" | "+";
  readonly line: string;
}

function rowsOf(old: readonly string[], now: readonly string[]): readonly Row[] {
  return old.length === now.length ? changedRows(old, now) : addedRows(old, now);
}

function changedRows(old: readonly string[], now: readonly string[]): readonly Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < old.length;) {
    if (old[at] === now[at]) {
      rows.push({ mark: " ", line: old[at++] ?? "" });
      continue;
    }
    const start = at;
    while (at < old.length && old[at] !== now[at]) at++;
    for (const line of old.slice(start, at)) rows.push({ mark: "-", line });
    for (const line of now.slice(start, at)) rows.push({ mark: "+", line });
  }
  return rows;
}

function addedRows(old: readonly string[], now: readonly string[]): readonly Row[] {
  let at = 0;
  const rows = now.map((line): Row => line === old[at] ? { mark: " ", line: old[at++] ?? "" } : { mark: "+", line });
  if (at < old.length) throw new TypeError("lines were changed or removed where others were added");
  return rows;
}

/** A name as git writes it: quoted when it holds more than printable ASCII, ended by a tab when it holds a blank. */
function headerName(name: string): string {
  // deno-lint-ignore no-control-regex
  const isPlain = !/[\x00-\x1f"\\\x7f-\uffff]/.test(name);
  const shown = isPlain ? name : `"${Array.from(new TextEncoder().encode(name), quotedByte).join("")}"`;
  return name.includes(" ") ? `${shown}\t` : shown;
}

const escapes: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
};

function quotedByte(byte: number): string {
  const printable = byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  return escapes[byte] ?? printable;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  return lines.at(-1) === ""
    ? lines.slice(0, -1)
    : [...lines.slice(0, -1), `${lines.at(-1)}\n\\ No newline at end of file`];
}

/** Parts of the rows around changes. Hunks whose contexts touch are one. */
function hunksOf(rows: readonly Row[], context: number): readonly string[] {
  const groups: { from: number; to: number }[] = [];
  rows.forEach(({ mark }, index) => {
    if (mark === " ") return;
    const last = groups.at(-1);
    const to = Math.min(rows.length, index + context + 1);
    if (last && index - context <= last.to) last.to = to;
    else groups.push({ from: Math.max(0, index - context), to });
  });
  const [old, now] = [countsOf(rows, "-"), countsOf(rows, "+")];
  return groups.map(({ from, to }) => {
    const lines = rows.slice(from, to).map(({ mark, line }) => `${mark}${line}\n`);
    return `@@ -${rangeText(old, from, to)} +${rangeText(now, from, to)} @@\n${lines.join("")}`;
  });
}

/** How many of the rows before each belong to one of the texts. */
function countsOf(rows: readonly Row[], mark: Row["mark"]): readonly number[] {
  const counts = [0];
  for (const row of rows) counts.push((counts.at(-1) ?? 0) + (row.mark === " " || row.mark === mark ? 1 : 0));
  return counts;
}

/** First line and count; an empty part is named by the line before it. */
function rangeText(counts: readonly number[], from: number, to: number): string {
  const skipped = counts[from] ?? 0;
  const lines = (counts[to] ?? 0) - skipped;
  if (lines === 0) return `${skipped},0`;
  return lines === 1 ? `${skipped + 1}` : `${skipped + 1},${lines}`;
}
