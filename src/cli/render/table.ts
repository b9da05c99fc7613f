// Tables for people: columns padded with blanks, the last one as long as it likes.

/** Lines of a table with its heading; every row has as many cells as the heading. */
export function renderTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) =>
    all.reduce((most, row) => Math.max(most, visibleLength(row[column] ?? "")), 0)
  );
  return all.map((row) =>
    row.map((cell, column) =>
      column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - visibleLength(cell))
    )
      .join("  ").trimEnd() + "\n"
  ).join("");
}

function visibleLength(text: string): number {
  // deno-lint-ignore no-control-regex
  return [...text.replaceAll(/\x1b\[\d+m/g, "")].length;
}
