// Where the text inside a scalar begins, so that a line and column of the text can be told as one of the file.
import { type Document, isScalar, type ParsedNode } from "yaml";
import type { YamlFile } from "./parse_yaml.ts";

/** What to add to a line and a column of the text. */
export interface ScalarPlace {
  readonly linesBefore: number;
  readonly columnsBefore: number;
}

/**
 * The place of the text at a path. Exact for literal blocks and for what stands on one line; where lines were folded,
 * it is the beginning of the value.
 */
export function scalarPlaceAt(
  yaml: YamlFile,
  document: Document<ParsedNode>,
  path: readonly PropertyKey[],
): ScalarPlace {
  const node: unknown = document.getIn([...path], true);
  if (!isScalar(node) || !node.range) return { linesBefore: 0, columnsBefore: 0 };
  const start = yaml.lines.at(node.range[0]);
  if (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") {
    return { linesBefore: start.line, columnsBefore: indentOf(yaml, node.range[0], String(node.value)) };
  }
  const quote = node.type === "PLAIN" ? 0 : 1;
  return { linesBefore: start.line - 1, columnsBefore: start.column - 1 + quote };
}

/** Counted at the first line that holds something: the header may say that blanks belong to the text. */
function indentOf(yaml: YamlFile, header: number, value: string): number {
  const written = yaml.text.slice(header).split("\n", 1000).slice(1);
  const lines = value.split("\n");
  const index = lines.findIndex((line) => line.trim() !== "");
  const source = (written[index] ?? "").replace(/\r$/, "");
  return Math.max(0, source.length - (lines[index] ?? source).length);
}
