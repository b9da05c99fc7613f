// Numbers of a YAML document back to the text that was written: `1.10` is a version before it is a number.
import { isScalar, visit } from "yaml";
import type { YamlFile } from "./parse_yaml.ts";

/** One document of a file. */
export type YamlDocument = YamlFile["documents"][number];

/** Turns every number into its text, in place. */
export function keepNumbersAsText(document: YamlDocument): void {
  visit(document, {
    Scalar(_key, node): void {
      if (!isScalar(node) || (typeof node.value !== "number" && typeof node.value !== "bigint")) return;
      node.value = node.source ?? String(node.value);
    },
  });
}
