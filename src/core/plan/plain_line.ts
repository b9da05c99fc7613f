// Text of strangers as one harmless line: for commit messages, which outlive whoever checked them.

// Line breaks of every kind, what moves a cursor, and marks that turn the direction of writing.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON on one line in which nothing invisible stands as itself; it parses back to the same value. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(unseen, escapeUnits);
}

/** The text without line breaks and marks nobody sees; runs of white space are one blank, and it is cut at `longest`. */
export function plainLine(text: string, longest: number): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replace(unseen, "").replace(/\s+/g, " ").trim().slice(0, longest)
    .toWellFormed();
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
}
