// Every mapping of a file with its place in the document: for what is told by the keys around a value.
import { isAlias, isCollection, isMap, isPair, isScalar, type Scalar, type YAMLMap } from "yaml";
import type { YamlFile } from "./parse_yaml.ts";

/** What stands behind a key. */
export type YamlEntry = YamlLeaf | { readonly kind: "alias" | "other"; readonly start: number };

/** A scalar: what it says and where its source text stands, quotes included. Offsets are UTF-16 units. */
export interface YamlLeaf {
  readonly kind: "scalar";
  /** As a person reads it: `1.10` where YAML reads the number 1.1. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One mapping and what leads to it. */
export interface YamlMapping {
  /** Which document of the file it belongs to, from 0. */
  readonly document: number;
  /** Keys and places in sequences from the root of its document; an odd key is an empty text. */
  readonly path: readonly (string | number)[];
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

/** All mappings of a file in the order of the text, a mapping before those inside it. */
export function mappingsOf(yaml: YamlFile): readonly YamlMapping[] {
  const found: YamlMapping[] = [];
  yaml.documents.forEach((document, index) => walk(document.contents, index, [], found));
  return found;
}

function walk(node: unknown, document: number, path: YamlMapping["path"], found: YamlMapping[]): void {
  if (!isCollection(node)) return;
  if (isMap(node)) {
    found.push({ document, path, entries: entriesOf(node) });
    for (const item of node.items) walk(item.value, document, [...path, keyOf(item.key) ?? ""], found);
  } else {
    node.items.forEach((item, at) => walk(isPair(item) ? item.value : item, document, [...path, at], found));
  }
}

function entriesOf(map: YAMLMap): ReadonlyMap<string, YamlEntry> {
  const entries = new Map<string, YamlEntry>();
  for (const { key, value } of map.items) {
    const name = keyOf(key);
    if (name !== null) entries.set(name, entryOf(value));
  }
  return entries;
}

function keyOf(key: unknown): string | null {
  return isScalar(key) && typeof key.value === "string" ? key.value : null;
}

function entryOf(value: unknown): YamlEntry {
  const range = isScalar(value) || isAlias(value) || isCollection(value) ? value.range : null;
  const start = range?.[0] ?? 0;
  if (isScalar(value) && range) return { kind: "scalar", text: textOf(value), start, end: range[1] };
  return { kind: isAlias(value) ? "alias" : "other", start };
}

function textOf(scalar: Scalar): string {
  return typeof scalar.value === "string" ? scalar.value : scalar.source ?? String(scalar.value ?? "");
}
