// The inside of one action -> tokens (Go text/template/parse, lex.go).
import { readGoString, type ReadString } from "./go_string.ts";
import { isBlank, type Places } from "./places.ts";
import { type Position, TemplateError, type Token, type TokenKind } from "./token.ts";

/** The tokens of an action, and where the text goes on. */
export interface LexedAction {
  readonly tokens: readonly Token[];
  readonly end: number;
  /** Whether blanks after it are trimmed. */
  readonly trims: boolean;
}

const signs: readonly (readonly [sign: string, kind: TokenKind])[] = [
  [":=", "declare"],
  ["=", "assign"],
  ["|", "pipe"],
  [",", "comma"],
  ["(", "open"],
  [")", "close"],
];

const name = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
// Decimal, hexadecimal, octal and binary, with the underscores of Go; what it means is decided when it is parsed.
const number =
  /[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)(?:[eE][+-]?[0-9]+)?)/y;

/** Reads from behind `{{` to behind `}}`. */
export function lexAction(text: string, start: number, places: Places, opened: Position): LexedAction {
  const tokens: Token[] = [];
  let at = start;
  let spaced = false;
  while (true) {
    if (at >= text.length) throw new TemplateError("an action has no end: }} is missing", opened);
    if (text.startsWith("}}", at)) return { tokens, end: at + 2, trims: false };
    if (isBlank(text[at])) {
      if (text.startsWith("-}}", at + 1)) return { tokens, end: at + 4, trims: true };
      at++;
      spaced = true;
      continue;
    }
    const position = places.of(at);
    const read = readToken(text, at, position);
    tokens.push({ kind: read.kind, text: read.text, spaced, at: position });
    at = read.end;
    spaced = false;
  }
}

interface ReadToken {
  readonly kind: TokenKind;
  readonly text: string;
  readonly end: number;
}

function readToken(text: string, at: number, position: Position): ReadToken {
  const character = text[at] ?? "";
  if (character === '"' || character === "`") return { kind: "string", ...stringAt(text, at, position) };
  if (character === "'") {
    const { text: inner, end } = stringAt(text, at, position);
    return { kind: "number", text: String(inner.codePointAt(0) ?? 0), end };
  }
  for (const [sign, kind] of signs) {
    if (text.startsWith(sign, at)) return { kind, text: sign, end: at + sign.length };
  }
  if (character === "$") {
    const found = matchAt(name, text, at + 1);
    return { kind: "variable", text: found, end: at + 1 + found.length };
  }
  if (character === "." && !/[0-9]/.test(text[at + 1] ?? "")) {
    const found = matchAt(name, text, at + 1);
    return { kind: found === "" ? "dot" : "field", text: found, end: at + 1 + found.length };
  }
  const digits = matchAt(number, text, at);
  if (digits !== "") {
    const end = at + digits.length;
    if (matchAt(name, text, end) !== "") throw new TemplateError(`bad number "${digits}${text[end] ?? ""}"`, position);
    return { kind: "number", text: digits, end };
  }
  const word = matchAt(name, text, at);
  if (word !== "") return { kind: "word", text: word, end: at + word.length };
  throw new TemplateError(`unexpected ${JSON.stringify(character)} in an action`, position);
}

function stringAt(text: string, at: number, position: Position): ReadString {
  const read = readGoString(text, at);
  if (typeof read === "string") throw new TemplateError(read, position);
  return read;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
