// A parsed template -> the fields of the data that it names, before it is rendered.
import type { Position } from "./token.ts";
import type { Node, Operand, Pipeline, Template } from "./tree.ts";

/** A field that a template asks for. */
export interface NamedField {
  /** Without the dot before it: `Changed.Changes`. */
  readonly field: string;
  readonly at: Position;
}

/** Each place in which a template asks the data, or `$`, for one of the fields or for what lies below them. */
export function findFields(template: Template, wanted: readonly string[]): readonly NamedField[] {
  const found: NamedField[] = [];
  const inNodes = (nodes: readonly Node[]): void => nodes.forEach(inNode);
  function inNode(node: Node): void {
    if (node.kind === "print" || (node.kind === "template" && node.pipeline !== null)) inPipeline(node.pipeline);
    if (!("body" in node)) return;
    inPipeline(node.pipeline);
    inNodes(node.body);
    inNodes(node.otherwise);
  }
  function inPipeline(pipeline: Pipeline | null): void {
    for (const { operands } of pipeline?.commands ?? []) operands.forEach(inOperand);
  }
  function inOperand(operand: Operand): void {
    if (operand.kind === "pipeline") inPipeline(operand.pipeline);
    if (operand.kind !== "fields") return;
    const { of, names, at } = operand;
    const isRoot = of.kind === "dot" || (of.kind === "variable" && of.name === "");
    const full = names.join(".");
    const field = isRoot ? wanted.find((name) => full === name || full.startsWith(`${name}.`)) : undefined;
    if (field !== undefined) found.push({ field, at });
    inOperand(of);
  }
  inNodes(template.root);
  for (const nodes of template.named.values()) inNodes(nodes);
  return found;
}
