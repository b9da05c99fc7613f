// A YAML document to plain values, bounded, for a schema to check.
import { isScalar, visit } from "yaml";
import { failure, type Result, success } from "../model/problem.ts";
import type { YamlFile } from "./parse_yaml.ts";

/** One document of a file. */
export type YamlDocument = YamlFile["documents"][number];

/** Aliases that one document may expand to; more is an attempt to fill the memory. */
const mostAliases = 100;

/** The document's value with aliases expanded; fails with `file.unparsable` when they expand to too much. */
export function documentValue(yaml: YamlFile, document: YamlDocument): Result<unknown> {
  try {
    return success(document.toJS({ maxAliasCount: mostAliases }));
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const { line, column } = yaml.lines.at(document.contents?.range[0] ?? 0);
    return failure("file.unparsable", `${yaml.file}:${line}:${column}: its aliases expand to too much`, {
      file: yaml.file,
      line,
      column,
      cure: "write the values out instead of repeating them by alias",
    });
  }
}

/** Turns numbers into the text they are written as, in place: for documents in which `1.10` is a version. */
export function keepNumbersAsText(document: YamlDocument): void {
  visit(document, {
    Scalar(_key, node): void {
      if (!isScalar(node) || (typeof node.value !== "number" && typeof node.value !== "bigint")) return;
      node.value = node.source ?? String(node.value);
    },
  });
}
