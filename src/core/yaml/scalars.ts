// Every scalar of a file with its exact place, and the shape of the file around them.
import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node, type Scalar as ScalarNode } from "yaml";
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
  /** The keys that lead to it from the root of its document; null stands for an item of a sequence and for odd keys. */
  readonly path: readonly (string | null)[];
  /** Whether it is itself an item of a sequence. */
  readonly isItem: boolean;
  /** The name of its anchor. */
  readonly anchor: string | null;
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

/** The names of the anchors that aliases refer to. */
export function aliasesOf(yaml: YamlFile): ReadonlySet<string> {
  const names = new Set<string>();
  if (!yaml.text.includes("*")) return names;
  walk(yaml, {
    scalar: () => {},
    event: (event) => {
      if (event.startsWith("*")) names.add(event.slice(1));
    },
  });
  return names;
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

/** Where a node stands. */
type Spot = Pick<YamlScalar, "path" | "inFlow" | "isItem">;

function walk(yaml: YamlFile, visitor: Visitor): void {
  for (const document of yaml.documents) {
    visitor.event("---");
    walkNode(document.contents, { path: [], inFlow: false, isItem: false }, visitor);
  }
}

function walkNode(node: unknown, spot: Spot, visitor: Visitor): void {
  if (isPair(node)) return walkPair(node.key, node.value, spot, visitor);
  if (isAlias(node)) return visitor.event(`*${node.source}`);
  if (isScalar(node)) return visitScalar(node, spot, visitor);
  if (!isCollection(node)) return visitor.event("empty");
  visitor.event(`${isMap(node) ? "{" : "["}${decoration(node)}`);
  const isItem = isSeq(node);
  const below = {
    path: isItem ? [...spot.path, null] : spot.path,
    inFlow: spot.inFlow || node.flow === true,
    isItem,
  };
  for (const item of node.items) walkNode(item, below, visitor);
  visitor.event("end");
}

function walkPair(key: unknown, value: unknown, spot: Spot, visitor: Visitor): void {
  const name = isScalar(key) && typeof key.value === "string" ? key.value : null;
  const below = { ...spot, path: [...spot.path, name], isItem: false };
  if (name === null) {
    walkNode(key, below, { scalar: (it) => visitor.event(`?${String(it.value)}`), event: visitor.event });
  } else visitor.event(`?${name}`);
  walkNode(value, below, visitor);
}

function visitScalar(node: ScalarNode, spot: Spot, visitor: Visitor): void {
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
    ...spot,
    key: spot.path.at(-1) ?? null,
    anchor: node.anchor ?? null,
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
