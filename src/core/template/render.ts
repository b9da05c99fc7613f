// A parsed template and its data -> text (Go text/template, exec.go), within bounds that no template can break.
import { failure, type Result, success } from "../model/problem.ts";
import type { Position } from "./token.ts";
import type { Branch, Command, Node, Operand, Pipeline, Template } from "./tree.ts";
import {
  compareBytes,
  formatValue,
  FunctionError,
  isTrue,
  kindOf,
  TemplateMap,
  TemplateObject,
  type Value,
} from "./value.ts";

/** Longest result in characters, and most steps taken for it. */
const longestOutput = 256 * 1024;
const mostSteps = 200_000;
const deepestCalls = 50;

/** Renders a template. Fails with `template.failed` and the place in the template. `name` is for the message. */
export function renderTemplate(template: Template, data: Value, name: string): Result<string> {
  const run = new Run(template, data);
  try {
    run.all(template.root, data);
    return success(run.output());
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    const { line, column } = error.at;
    return failure("template.failed", `${name}: line ${line}, column ${column}: ${error.message}`, {
      cure: "correct the template; nothing was committed",
    });
  }
}

class RenderError extends Error {
  override readonly name = "RenderError";
  readonly at: Position;

  constructor(message: string, at: Position) {
    super(message);
    this.at = at;
  }
}

type Flow = "go-on" | "break" | "continue";

interface Variable {
  readonly name: string;
  value: Value;
}

class Run {
  readonly #template: Template;
  #variables: Variable[];
  #parts: string[] = [];
  #length = 0;
  #steps = 0;
  #calls = 0;
  #at: Position = { line: 1, column: 1 };

  constructor(template: Template, data: Value) {
    this.#template = template;
    this.#variables = [{ name: "", value: data }];
  }

  output(): string {
    return this.#parts.join("");
  }

  all(nodes: readonly Node[], dot: Value): Flow {
    for (const node of nodes) {
      const flow = this.#one(node, dot);
      if (flow !== "go-on") return flow;
    }
    return "go-on";
  }

  #one(node: Node, dot: Value): Flow {
    this.#step();
    switch (node.kind) {
      case "text":
        this.#write(node.text);
        return "go-on";
      case "print": {
        const value = this.#pipeline(node.pipeline, dot);
        // What only sets a variable prints nothing.
        if (node.pipeline.variables.length === 0) this.#write(formatValue(value));
        return "go-on";
      }
      case "template":
        this.#named(node, dot);
        return "go-on";
      case "break":
      case "continue":
        return node.kind;
      default:
        return this.#branch(node, dot);
    }
  }

  #branch(node: Branch, dot: Value): Flow {
    const scope = this.#variables.length;
    try {
      if (node.kind === "range") return this.#range(node, dot);
      const value = this.#pipeline(node.pipeline, dot);
      const inner = node.kind === "with" ? value : dot;
      return isTrue(value) ? this.all(node.body, inner) : this.all(node.otherwise, dot);
    } finally {
      this.#variables.length = scope;
    }
  }

  #range(node: Branch, dot: Value): Flow {
    const { variables, assigns } = node.pipeline;
    const over = this.#pipeline({ ...node.pipeline, variables: [] }, dot);
    const items = this.#items(over, node.pipeline.at);
    if (items.length === 0) return this.all(node.otherwise, dot);
    const scope = this.#variables.length;
    for (const [key, value] of items) {
      this.#step();
      const given = variables.length === 2 ? [key, value] : [value];
      for (const [index, name] of variables.entries()) {
        if (assigns) this.#assign(name, given[index]);
        else this.#variables.push({ name, value: given[index] });
      }
      const flow = this.all(node.body, value);
      this.#variables.length = scope;
      if (flow === "break") break;
    }
    return "go-on";
  }

  #items(over: Value, at: Position): readonly (readonly [Value, Value])[] {
    if (over === null || over === undefined) return [];
    if (over instanceof TemplateMap) {
      return over.keys().map((key) => [over.keyValues.get(key) ?? key, over.entries.get(key)]);
    }
    if (Array.isArray(over)) return (over as readonly Value[]).map((item, index) => [index, item]);
    // Go 1.22 walks integers too.
    if (typeof over === "number" && Number.isInteger(over)) {
      if (over > mostSteps) throw new RenderError(`it walks over ${over} numbers`, at);
      return Array.from({ length: Math.max(0, over) }, (_, index) => [index, index]);
    }
    throw new RenderError(`range cannot walk over a ${kindOf(over)}`, at);
  }

  #named(node: Extract<Node, { kind: "template" }>, dot: Value): void {
    const body = this.#template.named.get(node.name);
    if (body === undefined) throw new RenderError(`no template "${node.name}" is defined`, node.at);
    const data = node.pipeline === null ? null : this.#pipeline(node.pipeline, dot);
    if (++this.#calls > deepestCalls) throw new RenderError("templates call each other without end", node.at);
    const outer = this.#variables;
    this.#variables = [{ name: "", value: data }];
    this.all(body, data);
    this.#variables = outer;
    this.#calls--;
  }

  #pipeline(pipeline: Pipeline, dot: Value): Value {
    this.#at = pipeline.at;
    let value: Value;
    for (const [index, command] of pipeline.commands.entries()) {
      value = this.#command(command, dot, index === 0 ? [] : [value]);
    }
    for (const name of pipeline.variables) {
      if (pipeline.assigns) this.#assign(name, value);
      else this.#variables.push({ name, value });
    }
    return value;
  }

  #command(command: Command, dot: Value, piped: readonly Value[]): Value {
    this.#step();
    const [first, ...rest] = command.operands;
    if (first === undefined) return undefined;
    if (first.kind === "function") return this.#call(first, rest, dot, piped);
    if (rest.length > 0 || piped.length > 0) {
      throw new RenderError("a value that is no function is given arguments", command.at);
    }
    return this.#operand(first, dot);
  }

  #call(
    { name, call, at }: Extract<Operand, { kind: "function" }>,
    rest: readonly Operand[],
    dot: Value,
    piped: readonly Value[],
  ): Value {
    if (name === "and" || name === "or") return this.#shortCircuit(name, rest, dot, piped, at);
    const args = [...rest.map((operand) => this.#operand(operand, dot)), ...piped];
    try {
      const value = call(args);
      if (typeof value === "string" && value.length > longestOutput) throw new FunctionError("the text grows too long");
      if (Array.isArray(value)) this.#step(value.length);
      return value;
    } catch (error) {
      if (error instanceof FunctionError) throw new RenderError(`${name}: ${error.message}`, at);
      throw error;
    }
  }

  /** Stops at the first value that decides, without looking at the others. */
  #shortCircuit(
    name: "and" | "or",
    rest: readonly Operand[],
    dot: Value,
    piped: readonly Value[],
    at: Position,
  ): Value {
    if (rest.length + piped.length === 0) throw new RenderError(`${name} needs a value`, at);
    let value: Value;
    for (const operand of rest) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === (name === "or")) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.kind) {
      case "dot":
        return dot;
      case "nil":
        return null;
      case "literal":
        return operand.value;
      case "variable":
        return this.#variable(operand.name).value;
      case "fields":
        return operand.names.reduce<Value>(
          (of, name) => this.#field(of, name, operand.at),
          this.#operand(operand.of, dot),
        );
      case "function":
        return this.#call(operand, [], dot, []);
      case "pipeline":
        return this.#inParentheses(operand.pipeline, dot);
    }
  }

  #inParentheses(pipeline: Pipeline, dot: Value): Value {
    const at = this.#at;
    const value = this.#pipeline(pipeline, dot);
    this.#at = at;
    return value;
  }

  #field(of: Value, name: string, at: Position): Value {
    if (of instanceof TemplateMap) return of.entries.get(name);
    if (of instanceof TemplateObject) {
      if (of.fields.has(name)) return of.fields.get(name);
      const known = [...of.fields.keys()].sort(compareBytes).map((field) => `.${field}`).join(", ");
      throw new RenderError(`there is no field .${name}${known === "" ? "" : `; there are ${known}`}`, at);
    }
    throw new RenderError(`a ${kindOf(of)} has no field .${name}`, at);
  }

  #variable(name: string): Variable {
    const found = this.#variables.findLast((variable) => variable.name === name);
    // The parser lets no other name through.
    if (found === undefined) throw new TypeError(`variable $${name} is not in sight`);
    return found;
  }

  #assign(name: string, value: Value): void {
    this.#variable(name).value = value;
  }

  #write(text: string): void {
    this.#length += text.length;
    if (this.#length > longestOutput) {
      throw new RenderError(`the result is longer than ${longestOutput} characters`, this.#at);
    }
    this.#parts.push(text);
  }

  #step(count = 1): void {
    this.#steps += count;
    if (this.#steps > mostSteps) throw new RenderError("it takes too many steps", this.#at);
  }
}
