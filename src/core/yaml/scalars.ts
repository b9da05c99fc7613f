// Every scalar of a file with its exact place, and the shape of the file around them.
import { isAlias, isCollection, isMap, isPair, isScalar, type Node, type Scalar as ScalarNode } from "yaml";
import type { YamlFile } from "./parse_yaml.ts";

/** How a scalar is written. */
export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

/** One scalar value (keys are none) and where its source text stands, quotes included. */
export interface YamlScalar {
  readonly value: unknown;
  /** The text as a person reads it: `1.10` where YAML reads the number 1.1; a block without its line breaks at the ends. */
  readonly text: string;
  readonly style: ScalarStyle;
  /** UTF-16 offsets of the source text: anchor and tag lie before `start`, a trailing comment behind `end`. */
  readonly start: number;
  readonly end: number;
  /** Whether it stands inside `{}` or `[]`, where plain text means less. */
  readonly inFlow: boolean;
  /** The key it is the value of, when it is one of a mapping with a text key. */
  readonly key: string | null;
  readonly hasAnchor: boolean;
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};

/** All value scalars of a file, in the order of the text. */
export function scalarsOf(yaml: YamlFile): readonly YamlScalar[] {
  const found: YamlScalar[] = [];
  walk(yaml, { scalar: (scalar) => found.push(scalar), event: () => {} });
  return found;
}

/**
 * The file as a flat list of events that two texts share exactly when they mean the same: collections, keys, anchors,
 * aliases, tags and values; not how a scalar is quoted. `replaced` gives the value that a scalar at an offset is to have instead.
 */
export function shapeOf(yaml: YamlFile, replaced: ReadonlyMap<number, string> = new Map()): readonly string[] {
  const events: string[] = [];
  walk(yaml, {
    scalar: (scalar) => {
      const value = replaced.get(scalar.start) ?? scalar.value;
      events.push(`=${typeof value}:${String(value)}`);
    },
    event: (event) => events.push(event),
  });
  return events;
}

interface Visitor {
  scalar(scalar: YamlScalar): void;
  event(event: string): void;
}

function walk(yaml: YamlFile, visitor: Visitor): void {
  for (const document of yaml.documents) {
    visitor.event("---");
    walkNode(document.contents, null, false, visitor);
  }
}

function walkNode(node: unknown, key: string | null, inFlow: boolean, visitor: Visitor): void {
  if (isPair(node)) return walkPair(node.key, node.value, inFlow, visitor);
  if (isAlias(node)) return visitor.event(`*${node.source}`);
  if (isScalar(node)) return visitScalar(node, key, inFlow, visitor);
  if (!isCollection(node)) return visitor.event("empty");
  visitor.event(`${isMap(node) ? "{" : "["}${decoration(node)}`);
  const flow = inFlow || node.flow === true;
  for (const item of node.items) walkNode(item, null, flow, visitor);
  visitor.event("end");
}

function walkPair(key: unknown, value: unknown, inFlow: boolean, visitor: Visitor): void {
  const name = isScalar(key) && typeof key.value === "string" ? key.value : null;
  if (name === null) {
    walkNode(key, null, inFlow, { scalar: (it) => visitor.event(`?${String(it.value)}`), event: visitor.event });
  } else visitor.event(`?${name}`);
  walkNode(value, name, inFlow, visitor);
}

function visitScalar(node: ScalarNode, key: string | null, inFlow: boolean, visitor: Visitor): void {
  const range = node.range;
  if (!range) return visitor.event("empty");
  if (decoration(node) !== "") visitor.event(decoration(node));
  const style = styles[node.type ?? "PLAIN"] ?? "plain";
  visitor.scalar({
    value: node.value,
    text: textOf(node, style),
    style,
    start: range[0],
    end: range[1],
    inFlow,
    key,
    hasAnchor: node.anchor !== undefined,
  });
}

/** Whether a scalar is written below its line, after `|` or `>`. */
export function isBlock(scalar: Pick<YamlScalar, "style">): boolean {
  return scalar.style === "literal" || scalar.style === "folded";
}

function textOf(node: ScalarNode, style: ScalarStyle): string {
  if (style === "plain") return typeof node.value === "string" ? node.value : node.source ?? "";
  const value = String(node.value);
  return isBlock({ style }) ? value.trim() : value;
}

function decoration(node: Node): string {
  const anchor = "anchor" in node && node.anchor ? `&${String(node.anchor)}` : "";
  return `${anchor}${node.tag ? `!${node.tag}` : ""}`;
}
