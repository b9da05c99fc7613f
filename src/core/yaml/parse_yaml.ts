// Text to YAML documents, with every way of failing told by line and column.
import {
  Composer,
  type CST,
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  Lexer,
  type Node,
  type ParsedNode,
  Parser,
  type Scalar,
} from "yaml";
import { failure, type Result, success } from "../model/problem.ts";
import { notingComments, type YamlComment } from "./comments.ts";
import { LineIndex } from "./text.ts";

/** A file that parsed, possibly to several documents. */
export interface YamlFile {
  readonly file: string;
  readonly text: string;
  readonly documents: readonly Document<ParsedNode>[];
  readonly lines: LineIndex;
  /** All comments, in order. */
  readonly comments: readonly YamlComment[];
}

// YAML 1.2.2, section 5.1: these cannot stand in a stream; the lexer uses some of them as marks of its own.
// deno-lint-ignore no-control-regex
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;

/** Deeper than anything people write, and far from where recursion over the nodes would exhaust the stack. */
const deepest = 200;

/** Parses all documents of a stream, or says at which line it fails. Aliases are not expanded. */
export function parseYaml(text: string, file: string): Result<YamlFile> {
  const lines = new LineIndex(text);
  const control = forbidden.exec(text);
  if (control !== null) {
    return unparsable(file, lines, control.index, "a control character stands in the file");
  }
  try {
    // The library compares every key with every other one: minutes for a file of the largest size.
    const composer = new Composer({ prettyErrors: false, logLevel: "error", uniqueKeys: false });
    const comments: YamlComment[] = [];
    const documents = Array.from(composer.compose(tokensOf(text, comments)));
    for (const document of documents) {
      const error = document.errors[0];
      if (error !== undefined) return unparsable(file, lines, error.pos[0], error.message);
      const flaw = findFlaw(document.contents, 0);
      if (flaw !== null) return unparsable(file, lines, flaw.node.range?.[0] ?? 0, flaw.why);
    }
    return success({ file, text, documents, lines, comments });
  } catch (error) {
    // The parser recurses; a file made to exhaust the stack is refused like any other broken file.
    if (!(error instanceof RangeError)) throw error;
    return unparsable(file, lines, 0, "the file is nested too deeply");
  }
}

/** What the library's own parser does, with the comments picked up on the way: lexing is a third of the work. */
function* tokensOf(text: string, comments: YamlComment[]): Generator<CST.Token> {
  const parser = new Parser();
  for (const lexeme of notingComments(text, new Lexer().lex(text), comments)) yield* parser.next(lexeme);
  yield* parser.end();
}

interface Flaw {
  readonly node: Node;
  readonly why: string;
}

/** The first key that a mapping has twice, or the first node that lies too deep. */
function findFlaw(node: unknown, depth: number): Flaw | null {
  if (isPair(node)) return findFlaw(node.key, depth) ?? findFlaw(node.value, depth);
  if (!isCollection(node)) return null;
  if (depth >= deepest) return { node, why: "the file is nested too deeply" };
  const keys = new Set<unknown>();
  for (const item of node.items) {
    const flaw = findFlaw(item, depth + 1);
    if (flaw !== null) return flaw;
    if (!isMap(node) || !isPair(item) || !isScalar(item.key)) continue;
    if (keys.has(item.key.value)) return { node: item.key, why: `the key "${printable(item.key)}" stands there twice` };
    keys.add(item.key.value);
  }
  return null;
}

function printable(key: Scalar): string {
  return String(key.value).slice(0, 100);
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
