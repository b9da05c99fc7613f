// Text to YAML documents, with every way of failing told by line and column.
import { type Document, LineCounter, parseAllDocuments, type ParsedNode } from "yaml";
import { failure, type Result, success } from "../model/problem.ts";
import { LineIndex } from "./text.ts";

/** A file that parsed, possibly to several documents. */
export interface YamlFile {
  readonly file: string;
  readonly text: string;
  readonly documents: readonly Document<ParsedNode>[];
  readonly lines: LineIndex;
}

// YAML 1.2.2, section 5.1: these cannot stand in a stream; the lexer uses some of them as marks of its own.
// deno-lint-ignore no-control-regex
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;

/** Parses all documents of a stream, or says at which line it fails. Aliases are not expanded. */
export function parseYaml(text: string, file: string): Result<YamlFile> {
  const lines = new LineIndex(text);
  const control = forbidden.exec(text);
  if (control !== null) {
    return unparsable(file, lines, control.index, "a control character stands in the file");
  }
  try {
    const parsed = parseAllDocuments(text, { lineCounter: new LineCounter(), prettyErrors: false, logLevel: "error" });
    const documents = Array.isArray(parsed) ? parsed : [];
    for (const document of documents) {
      const error = document.errors[0];
      if (error !== undefined) return unparsable(file, lines, error.pos[0], error.message);
    }
    return success({ file, text, documents, lines });
  } catch (error) {
    // The parser recurses; a file made to exhaust the stack is refused like any other broken file.
    if (!(error instanceof RangeError)) throw error;
    return unparsable(file, lines, 0, "the file is nested too deeply");
  }
}

function unparsable(file: string, lines: LineIndex, offset: number, why: string): Result<never> {
  const { line, column } = lines.at(offset);
  const what = /call stack/.test(why) ? "nested too deeply" : why.split("\n", 1)[0];
  return failure("file.unparsable", `${file}:${line}:${column}: ${what}`, {
    file,
    line,
    column,
    cure: "mend the YAML; magos leaves the file as it is until then",
  });
}
