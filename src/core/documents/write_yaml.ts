// Values to YAML text, always the same for the same values: what `export flux` and `init --from-flux` write.

/** What a document may hold. A key whose value is undefined is left out. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | YamlTable;

/** A mapping, in the order that it is written in. */
export interface YamlTable {
  readonly [key: string]: YamlValue | undefined;
}

/** One document in block style, with a line break at its end. Texts are quoted where YAML would read something else. */
export function writeYaml(table: YamlTable): string {
  return linesOfTable(table, "").map((line) => `${line}\n`).join("");
}

/** Several documents, parted by `---`; each may have comment lines above it. */
export function writeYamlDocuments(
  documents: readonly { readonly comments: readonly string[]; readonly value: YamlTable }[],
): string {
  return documents.map(({ comments, value }) =>
    comments.map((line) => `# ${line.replace(/[^\P{Cc}]/gu, " ")}\n`).join("") + writeYaml(value)
  ).join("---\n");
}

function linesOfTable(table: YamlTable, indent: string): readonly string[] {
  return Object.entries(table).flatMap(([key, value]) =>
    value === undefined ? [] : linesOfEntry(`${indent}${scalarText(key)}:`, value, indent)
  );
}

/** An entry of a mapping or of a list; `head` is what stands before its value. */
function linesOfEntry(head: string, value: YamlValue, indent: string): readonly string[] {
  if (typeof value === "string") {
    const block = blockLines(value, `${indent}  `);
    return block === null ? [`${head} ${scalarText(value)}`] : [`${head} ${block.header}`, ...block.lines];
  }
  if (typeof value !== "object") return [`${head} ${String(value)}`];
  if (isList(value)) {
    if (value.length === 0) return [`${head} []`];
    return [head, ...value.flatMap((item) => linesOfItem(item, `${indent}  `))];
  }
  const lines = linesOfTable(value, `${indent}  `);
  return lines.length === 0 ? [`${head} {}`] : [head, ...lines];
}

function linesOfItem(item: YamlValue, indent: string): readonly string[] {
  if (typeof item !== "object") return linesOfEntry(`${indent}-`, item, indent);
  if (isList(item)) return [`${indent}- ${JSON.stringify(item)}`];
  const [first, ...rest] = linesOfTable(item, `${indent}  `);
  return first === undefined ? [`${indent}- {}`] : [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function isList(value: object): value is readonly YamlValue[] {
  return Array.isArray(value);
}

/** Several lines as a block, where every character of them may stand in one as it is. */
function blockLines(
  text: string,
  indent: string,
): { readonly header: string; readonly lines: readonly string[] } | null {
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  if (!body.includes("\n") || /^[\s]|[ \t]$|\n$|[ \t]\n/.test(body)) return null;
  if (/[^\P{C}\n]|[\u2028\u2029\ufeff]/u.test(body)) return null;
  return {
    header: text.endsWith("\n") ? "|" : "|-",
    lines: body.split("\n").map((line) => line === "" ? "" : indent + line),
  };
}

// What any version of YAML reads as a number, a date, a truth value or nothing begins otherwise, or is listed; a reader
// of version 1.1 takes even `e5` for a number.
const plainForm = /^[A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*$/;
const notTexts = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf|infinity|e-?[0-9]+)$/i;

function scalarText(text: string): string {
  if (plainForm.test(text) && !notTexts.test(text)) return text;
  // Single quotes need no escapes, and patterns are full of backslashes.
  if (!/[^\P{C}]|[\u2028\u2029\ufeff]/u.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replace(
    /[^\P{C}]|[\u2028\u2029\ufeff]/gu,
    (it) =>
      Array.from({ length: it.length }, (_, at) => `\\u${it.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
}
