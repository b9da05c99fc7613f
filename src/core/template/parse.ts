// Template text -> tree. Functions that do not exist are found here, before anything is rendered.
import { failure, type Result, success } from "../model/problem.ts";
import { openAction, parsePipeline, TokenReader } from "./parse_pipeline.ts";
import { splitTemplate } from "./split.ts";
import { type Position, type Segment, TemplateError } from "./token.ts";
import type { Branch, Node, Template } from "./tree.ts";
import type { FunctionTable } from "./value.ts";

const longestTemplate = 64 * 1024;
const deepestNesting = 100;

/** Where a template stands, for messages: a file or a key, and the first line of it there. */
export interface TemplatePlace {
  readonly name: string;
  readonly file?: string;
  /** Added to the lines of the template, so that they count in the file. */
  readonly linesBefore?: number;
  /** Added to the columns: what every line of the template is indented by there. */
  readonly columnsBefore?: number;
}

/**
 * Parses a template with the functions it may call. Fails with `template.invalid`, line and column for what Go's parser
 * refuses, and for what is larger or deeper than any message needs.
 */
export function parseTemplate(text: string, place: TemplatePlace, functions: FunctionTable): Result<Template> {
  if (text.length > longestTemplate) return invalid(place, `it is longer than ${longestTemplate} characters`, null);
  try {
    return success(new Parser(splitTemplate(text), functions).parse());
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return invalid(place, error.message, error.at);
  }
}

function invalid(place: TemplatePlace, why: string, at: Position | null): Result<never> {
  const line = (at?.line ?? 1) + (place.linesBefore ?? 0);
  const column = (at?.column ?? 1) + (place.columnsBefore ?? 0);
  return failure("template.invalid", `${place.name}: line ${line}, column ${column}: ${why}`, {
    cure: "correct the template; it is written as Go's text/template",
    ...(place.file === undefined ? {} : { file: place.file, line, column }),
  });
}

/** What ended a list of nodes. */
type Ending = { readonly word: "end" | "else" | "eof"; readonly reader: TokenReader | null };

class Parser {
  readonly #segments: readonly Segment[];
  readonly #functions: FunctionTable;
  readonly #named = new Map<string, readonly Node[]>();
  #next = 0;
  #depth = 0;
  #loops = 0;
  /** Variables that are in sight; `$` always is. */
  #variables: string[] = [""];

  constructor(segments: readonly Segment[], functions: FunctionTable) {
    this.#segments = segments;
    this.#functions = functions;
  }

  parse(): Template {
    const { nodes, ending } = this.#list(true);
    if (ending.word !== "eof") throw new TemplateError(`unexpected {{${ending.word}}}`, positionOf(ending));
    return { root: nodes, named: this.#named };
  }

  #list(top: boolean): { readonly nodes: readonly Node[]; readonly ending: Ending } {
    const nodes: Node[] = [];
    while (true) {
      const segment = this.#segments[this.#next++];
      if (segment === undefined) return { nodes, ending: { word: "eof", reader: null } };
      if (segment.kind === "text") {
        nodes.push(segment);
        continue;
      }
      const reader = openAction(segment, this.#functions, this.#variables);
      const keyword = reader.keyword();
      if (keyword === "end" || keyword === "else") return { nodes, ending: { word: keyword, reader } };
      if (keyword === "define") {
        if (!top) throw new TemplateError("{{define}} only stands outside of other actions", segment.at);
        this.#define(reader);
      } else nodes.push(this.#node(keyword, reader, segment.at));
    }
  }

  #node(keyword: string | null, reader: TokenReader, at: Position): Node {
    switch (keyword) {
      case "if":
      case "with":
      case "range":
        return this.#branch(keyword, reader, at);
      case "break":
      case "continue":
        if (this.#loops === 0) throw new TemplateError(`{{${keyword}}} outside of {{range}}`, at);
        reader.expectEnd(keyword);
        return { kind: keyword };
      case "template":
      case "block": {
        const name = reader.name(keyword);
        const pipeline = reader.isAtEnd() ? null : parsePipeline(reader);
        if (keyword === "block") this.#block(name, at);
        return { kind: "template", name, pipeline, at };
      }
      default:
        return { kind: "print", pipeline: parsePipeline(reader) };
    }
  }

  #branch(kind: Branch["kind"], reader: TokenReader, at: Position): Branch {
    this.#enter(at);
    const scope = this.#variables.length;
    const pipeline = parsePipeline(reader, kind === "range");
    if (kind === "range") this.#loops++;
    const { nodes: body, ending } = this.#list(false);
    if (kind === "range") this.#loops--;
    const otherwise = this.#otherwise(kind, ending, at);
    this.#variables.length = scope;
    this.#depth--;
    return { kind, pipeline, body, otherwise };
  }

  #otherwise(kind: Branch["kind"], ending: Ending, at: Position): readonly Node[] {
    if (ending.word === "eof") throw new TemplateError(`{{${kind}}} has no {{end}}`, at);
    if (ending.word === "end") {
      ending.reader?.expectEnd("end");
      return [];
    }
    const reader = ending.reader;
    const chained = reader?.keyword() ?? null;
    // `{{else if}}` shares the `{{end}}` of the first `if`, and `{{else with}}` that of its `with`.
    if (reader !== null && chained === kind && kind !== "range") return [this.#branch(kind, reader, at)];
    reader?.expectEnd("else");
    const { nodes, ending: last } = this.#list(false);
    if (last.word !== "end") throw new TemplateError(`{{${kind}}} has no {{end}}`, at);
    last.reader?.expectEnd("end");
    return nodes;
  }

  #define(reader: TokenReader): void {
    const name = reader.name("define");
    reader.expectEnd("define");
    this.#block(name, reader.at);
  }

  #block(name: string, at: Position): void {
    this.#enter(at);
    const outer = { variables: this.#variables, loops: this.#loops };
    this.#variables = [""];
    this.#loops = 0;
    const { nodes, ending } = this.#list(false);
    if (ending.word !== "end") throw new TemplateError(`the template "${name}" has no {{end}}`, at);
    ending.reader?.expectEnd("end");
    this.#variables = outer.variables;
    this.#loops = outer.loops;
    this.#depth--;
    this.#named.set(name, nodes);
  }

  #enter(at: Position): void {
    if (++this.#depth > deepestNesting) throw new TemplateError(`it nests deeper than ${deepestNesting} levels`, at);
  }
}

function positionOf(ending: Ending): Position {
  return ending.reader?.at ?? { line: 1, column: 1 };
}
