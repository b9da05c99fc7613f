// The unified diff of a text whose lines were changed in place, as git would print it.

const context = 3;

/** The diff, or an empty text. Both texts have the same number of lines: a splice never adds or removes one. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const changed = old.flatMap((line, index) => line === now[index] ? [] : [index]);
  if (changed.length === 0) return "";
  const hunks = groupsOf(changed).map((group) => hunk(old, now, group));
  return `--- ${headerName(`a/${file}`)}\n+++ ${headerName(`b/${file}`)}\n${hunks.join("")}`;
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

function groupsOf(changed: readonly number[]): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const index of changed) {
    const group = groups.at(-1);
    // Hunks whose contexts touch are one.
    if (group && index - (group.at(-1) ?? 0) <= 2 * context + 1) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

function hunk(old: readonly string[], now: readonly string[], group: readonly number[]): string {
  const from = Math.max(0, (group[0] ?? 0) - context);
  const to = Math.min(old.length, (group.at(-1) ?? 0) + context + 1);
  const lines: string[] = [];
  let at = from;
  while (at < to) {
    if (old[at] === now[at]) {
      lines.push(` ${old[at++]}`);
      continue;
    }
    const start = at;
    while (at < to && old[at] !== now[at]) at++;
    lines.push(...old.slice(start, at).map((line) => `-${line}`), ...now.slice(start, at).map((line) => `+${line}`));
  }
  const range = to - from === 1 ? `${from + 1}` : `${from + 1},${to - from}`;
  return `@@ -${range} +${range} @@\n${lines.join("\n")}\n`;
}
