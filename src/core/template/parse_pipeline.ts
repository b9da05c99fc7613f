// The tokens of one action -> a pipeline (Go text/template/parse, parse.go: pipeline, command, operand, term).
import { type Position, type Segment, TemplateError, type Token, type TokenKind } from "./token.ts";
import type { Command, Operand, Pipeline } from "./tree.ts";
import type { FunctionTable } from "./value.ts";

const keywords = new Set(["if", "with", "range", "end", "else", "define", "template", "block", "break", "continue"]);
const deepestParentheses = 50;

/** Starts reading an action. `variables` are those in sight; what the action declares is added to them. */
export function openAction(
  segment: Extract<Segment, { kind: "action" }>,
  functions: FunctionTable,
  variables: string[],
): TokenReader {
  return new TokenReader(segment.tokens, segment.at, functions, variables);
}

/** The tokens of one action, read from left to right. */
export class TokenReader {
  readonly at: Position;
  readonly functions: FunctionTable;
  readonly variables: string[];
  depth = 0;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[], at: Position, functions: FunctionTable, variables: string[]) {
    this.#tokens = tokens;
    this.at = at;
    this.functions = functions;
    this.variables = variables;
  }

  peek(ahead = 0): Token | null {
    return this.#tokens[this.#next + ahead] ?? null;
  }

  take(): Token | null {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Takes the token if it is of this kind. */
  accept(kind: TokenKind): Token | null {
    return this.peek()?.kind === kind ? this.take() : null;
  }

  /** The keyword that the action goes on with, taken, or null. */
  keyword(): string | null {
    const token = this.peek();
    if (token?.kind !== "word" || !keywords.has(token.text)) return null;
    this.#next++;
    return token.text;
  }

  /** The quoted name behind `define`, `template` and `block`. */
  name(keyword: string): string {
    const token = this.accept("string");
    if (token === null) throw new TemplateError(`{{${keyword}}} needs a name in quotes`, this.here());
    return token.text;
  }

  isAtEnd(): boolean {
    return this.peek() === null;
  }

  expectEnd(keyword: string): void {
    const token = this.peek();
    if (token !== null) throw new TemplateError(`unexpected "${token.text}" in {{${keyword}}}`, token.at);
  }

  here(): Position {
    return this.peek()?.at ?? this.at;
  }
}

/** Reads the rest of the action as one pipeline. `range` may declare two variables. */
export function parsePipeline(reader: TokenReader, isRange = false): Pipeline {
  const pipeline = readPipeline(reader, isRange);
  const left = reader.peek();
  if (left !== null) throw new TemplateError(`unexpected "${left.text}"`, left.at);
  return pipeline;
}

function readPipeline(reader: TokenReader, isRange: boolean): Pipeline {
  const at = reader.here();
  const { variables, assigns } = readDeclaration(reader, isRange);
  const commands: Command[] = [];
  do commands.push(readCommand(reader, commands.length > 0)); while (reader.accept("pipe") !== null);
  // Declared only now: a variable is not in sight in its own value.
  if (!assigns) reader.variables.push(...variables);
  return { variables, assigns, commands, at };
}

function readDeclaration(
  reader: TokenReader,
  isRange: boolean,
): { readonly variables: readonly string[]; readonly assigns: boolean } {
  const names: Token[] = [];
  let ahead = 0;
  while (reader.peek(ahead)?.kind === "variable") {
    const token = reader.peek(ahead);
    if (token !== null) names.push(token);
    if (reader.peek(ahead + 1)?.kind !== "comma") break;
    ahead += 2;
  }
  const sign = reader.peek(ahead + 1);
  if (names.length === 0 || (sign?.kind !== "declare" && sign?.kind !== "assign")) {
    return { variables: [], assigns: false };
  }
  if (names.length > (isRange ? 2 : 1)) throw new TemplateError("too many variables in a declaration", reader.here());
  for (let taken = 0; taken <= ahead + 1; taken++) reader.take();
  const assigns = sign.kind === "assign";
  for (const token of names) {
    if (assigns) requireVariable(reader, token);
    else if (token.text === "") throw new TemplateError("$ cannot be declared", token.at);
  }
  return { variables: names.map((token) => token.text), assigns };
}

function readCommand(reader: TokenReader, isPiped: boolean): Command {
  const at = reader.here();
  const operands: Operand[] = [];
  while (true) {
    const next = reader.peek();
    if (next === null || next.kind === "pipe" || next.kind === "close") break;
    if (operands.length > 0 && !next.spaced) {
      throw new TemplateError(`a blank is missing before "${next.text}"`, next.at);
    }
    operands.push(readOperand(reader));
  }
  const [first] = operands;
  if (first === undefined) throw new TemplateError("a value is missing", at);
  if (first.kind === "nil") throw new TemplateError("nil is not a command", at);
  if (isPiped && (first.kind === "literal" || first.kind === "dot")) {
    throw new TemplateError("what stands behind | must be a function", at);
  }
  if (operands.length > 1 && (first.kind === "literal" || first.kind === "dot")) {
    throw new TemplateError("a value that is no function cannot be given arguments", at);
  }
  return { operands, at };
}

function readOperand(reader: TokenReader): Operand {
  const first = readTerm(reader);
  const names: string[] = [];
  const at = reader.here();
  while (reader.peek()?.kind === "field" && reader.peek()?.spaced === false) names.push(reader.take()?.text ?? "");
  if (names.length === 0) return first;
  if (first.kind === "dot") throw new TemplateError("unexpected . after .", at);
  if (first.kind === "literal" || first.kind === "nil") throw new TemplateError("a constant has no fields", at);
  if (first.kind === "fields") return { ...first, names: [...first.names, ...names] };
  return { kind: "fields", of: first, names, at };
}

function readTerm(reader: TokenReader): Operand {
  const at = reader.here();
  const token = reader.take();
  switch (token?.kind) {
    case "dot":
      return { kind: "dot" };
    case "field":
      return { kind: "fields", of: { kind: "dot" }, names: [token.text], at };
    case "variable":
      requireVariable(reader, token);
      return { kind: "variable", name: token.text };
    case "string":
      return { kind: "literal", value: token.text };
    case "number":
      return { kind: "literal", value: readNumber(token) };
    case "word":
      return readWord(reader, token);
    case "open": {
      if (++reader.depth > deepestParentheses) throw new TemplateError("too many parentheses", at);
      const pipeline = readPipeline(reader, false);
      if (reader.accept("close") === null) throw new TemplateError("a parenthesis is not closed", at);
      reader.depth--;
      return { kind: "pipeline", pipeline };
    }
    default:
      throw new TemplateError(token === null ? "a value is missing" : `unexpected "${token?.text ?? ""}"`, at);
  }
}

function readWord(reader: TokenReader, token: Token): Operand {
  if (token.text === "true" || token.text === "false") return { kind: "literal", value: token.text === "true" };
  if (token.text === "nil") return { kind: "nil" };
  const call = Object.hasOwn(reader.functions, token.text) ? reader.functions[token.text] : undefined;
  if (call === undefined) throw new TemplateError(`there is no function "${token.text}"`, token.at);
  return { kind: "function", name: token.text, call, at: token.at };
}

function requireVariable(reader: TokenReader, token: Token): void {
  if (!reader.variables.includes(token.text)) throw new TemplateError(`there is no variable $${token.text}`, token.at);
}

function readNumber(token: Token): number {
  const value = Number(token.text.replaceAll("_", "").replace(/^([+-]?)0([0-7]+)$/, "$10o$2").replace(/^\+/, ""));
  const sign = token.text.startsWith("-0") ? -Number(token.text.slice(1).replace(/^0([0-7]+)$/, "0o$1")) : value;
  if (Number.isNaN(sign)) throw new TemplateError(`bad number "${token.text}"`, token.at);
  return sign;
}
