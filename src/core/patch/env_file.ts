// A `.env` text to its lines, as Compose reads them: export, quotes, comments behind a value.
import { type LineEntry, linesOf, plainLine, type RawLine } from "./line_entry.ts";

const assignment = /^(\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*[=:][^\S\n]*)(.*)$/;

/** All lines in order. The lines of a quoted text that goes over several are not `whole`. */
export function readEnvFile(text: string): readonly LineEntry[] {
  const entries: LineEntry[] = [];
  let openQuote: string | null = null;
  for (const line of linesOf(text)) {
    if (openQuote !== null) {
      entries.push(plainLine(line, "other", false));
      if (closingQuote(line.raw, 0, openQuote) >= 0) openQuote = null;
      continue;
    }
    const entry = readLine(line);
    entries.push(entry);
    if (!entry.whole) openQuote = line.raw.charAt(entry.valueStart - line.start - 1);
  }
  return entries;
}

/** The assignment of a name that counts: the last one (a later line wins in Compose). */
export function findAssignment(entries: readonly LineEntry[], name: string): LineEntry | null {
  return entries.findLast((entry) => entry.kind === "setting" && entry.name === name) ?? null;
}

function readLine(line: RawLine): LineEntry {
  if (/^\s*#/.test(line.raw)) return plainLine(line, "comment");
  const match = assignment.exec(line.raw);
  if (match === null) return plainLine(line, "other");
  const [, before = "", name = "", rest = ""] = match;
  const at = line.start + before.length;
  const quote = rest.charAt(0);
  if (quote === '"' || quote === "'") return readQuoted(line, name, rest, at, quote);
  const value = rest.startsWith("#") ? "" : rest.replace(/\s+#.*$/, "").trimEnd();
  return setting(line, name, value, at, { whole: true, expands: true });
}

function readQuoted(line: RawLine, name: string, rest: string, at: number, quote: string): LineEntry {
  const expands = quote === '"';
  const close = closingQuote(rest, 1, quote);
  if (close < 0) return setting(line, name, rest.slice(1), at + 1, { whole: false, expands });
  if (!/^\s*(#.*)?$/.test(rest.slice(close + 1))) return plainLine(line, "other");
  return setting(line, name, rest.slice(1, close), at + 1, { whole: true, expands });
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\" && quote === '"') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function setting(
  line: RawLine,
  name: string,
  value: string,
  valueStart: number,
  more: Pick<LineEntry, "whole" | "expands">,
): LineEntry {
  return { ...line, kind: "setting", name, value, valueStart, valueEnd: valueStart + value.length, ...more };
}
