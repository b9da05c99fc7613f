// The unified diff of a text whose lines were changed in place, as git would print it.

const context = 3;

/** The diff, or an empty text. Both texts have the same number of lines: a splice never adds or removes one. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const changed = old.flatMap((line, index) => line === now[index] ? [] : [index]);
  if (changed.length === 0) return "";
  const hunks = groupsOf(changed).map((group) => hunk(old, now, group));
  return `--- a/${file}\n+++ b/${file}\n${hunks.join("")}`;
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
    if (group && index - (group.at(-1) ?? 0) <= 2 * context) group.push(index);
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
  const size = to - from;
  return `@@ -${from + 1},${size} +${from + 1},${size} @@\n${lines.join("\n")}\n`;
}
