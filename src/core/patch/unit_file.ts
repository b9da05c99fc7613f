// A systemd unit, such as Quadlet's, to its lines (systemd.syntax(7)).
import { type LineEntry, linesOf, plainLine, type RawLine } from "./line_entry.ts";

/** All lines in order. A setting that a backslash continues on the next line is not `whole`, nor are those lines. */
export function readUnitFile(text: string): readonly LineEntry[] {
  const entries: LineEntry[] = [];
  let section = "";
  let continued = false;
  for (const line of linesOf(text)) {
    const comment = /^\s*[#;]/.test(line.raw);
    if (continued) {
      // A comment between continued lines is skipped and does not end them.
      if (!comment) continued = line.raw.endsWith("\\");
      entries.push(plainLine(line, comment ? "comment" : "other", false));
      continue;
    }
    if (comment) {
      entries.push(plainLine(line, "comment"));
      continue;
    }
    section = /^\s*\[([^\]]*)\]\s*$/.exec(line.raw)?.[1] ?? section;
    const entry = readSetting(line, section);
    continued = line.raw.endsWith("\\");
    entries.push(entry);
  }
  return entries;
}

function readSetting(line: RawLine, section: string): LineEntry {
  const match = /^(\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*)(.*?)\s*$/.exec(line.raw);
  if (match === null) return plainLine(line, "other", !line.raw.endsWith("\\"));
  const [, before = "", key = "", text = ""] = match;
  const quoted = /^(["'])(.*)\1$/.test(text);
  const value = quoted ? text.slice(1, -1) : text;
  const valueStart = line.start + before.length + (quoted ? 1 : 0);
  return {
    ...line,
    kind: "setting",
    name: `${section}.${key}`,
    value,
    valueStart,
    valueEnd: valueStart + value.length,
    whole: !line.raw.endsWith("\\"),
    expands: false,
  };
}
