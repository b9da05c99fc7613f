// A parsed template.
import type { Position } from "./token.ts";
import type { TemplateFunction } from "./value.ts";

/** One operand or call of a pipeline. */
export type Operand =
  | { readonly kind: "dot" }
  | { readonly kind: "nil" }
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "fields"; readonly of: Operand; readonly names: readonly string[]; readonly at: Position }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "function"; readonly name: string; readonly call: TemplateFunction; readonly at: Position }
  | { readonly kind: "pipeline"; readonly pipeline: Pipeline };

/** The first operand with its arguments. */
export interface Command {
  readonly operands: readonly Operand[];
  readonly at: Position;
}

/** Commands of which each gets the value of the one before as its last argument. */
export interface Pipeline {
  /** Variables that the value is given to; two only for `range`. */
  readonly variables: readonly string[];
  /** `=` rather than `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
  readonly at: Position;
}

/** One part of a template. */
export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly pipeline: Pipeline }
  | Branch
  | { readonly kind: "template"; readonly name: string; readonly pipeline: Pipeline | null; readonly at: Position }
  | { readonly kind: "break" | "continue" };

/** `if`, `with` or `range`, with what is done otherwise. */
export interface Branch {
  readonly kind: "if" | "with" | "range";
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** A template that can be rendered. */
export interface Template {
  readonly root: readonly Node[];
  /** By `define`. */
  readonly named: ReadonlyMap<string, readonly Node[]>;
}
