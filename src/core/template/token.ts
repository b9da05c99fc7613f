// The words of a template action, with the place where each stands.

/** Where something stands in a template; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a token is. `field` is `.Name`, `dot` the lone `.`, `variable` is `$` or `$name`. */
export type TokenKind =
  | "word"
  | "field"
  | "dot"
  | "variable"
  | "string"
  | "number"
  | "pipe"
  | "declare"
  | "assign"
  | "comma"
  | "open"
  | "close";

/** One token of an action. */
export interface Token {
  readonly kind: TokenKind;
  /** The value: a name without its sign, the characters of a string, the digits of a number. */
  readonly text: string;
  /** Whether a blank stands before it: `.A .B` are two operands, `.A.B` is one. */
  readonly spaced: boolean;
  readonly at: Position;
}

/** A stretch of a template: text to copy, or an action to carry out. */
export type Segment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly tokens: readonly Token[]; readonly at: Position };

/** What is wrong with a template, and where. Thrown inside this folder only, where it becomes a failure. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly at: Position;

  constructor(message: string, at: Position) {
    super(message);
    this.at = at;
  }
}
