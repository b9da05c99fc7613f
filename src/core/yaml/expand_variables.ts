// `${NAME}` in the texts of a YAML document, replaced before the schema sees them.
import { type Document, isScalar, type ParsedNode, visit } from "yaml";
import type { Problem } from "../model/problem.ts";
import type { YamlFile } from "./parse_yaml.ts";

/** Replaces variables in every value of the document, in place. `lookup` gives null for a name that is not set. */
export function expandVariables(
  yaml: YamlFile,
  document: Document<ParsedNode>,
  lookup: (name: string) => string | null,
): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Scalar(key, node): void {
      if (key === "key" || typeof node.value !== "string" || !isScalar(node)) return;
      const expanded = expandText(node.value, lookup);
      node.value = expanded.text;
      for (const name of expanded.unset) {
        problems.push({
          code: "config.unset_variable",
          severity: "error",
          file: yaml.file,
          ...yaml.lines.at(node.range?.[0] ?? 0),
          message: `\${${name}} is not set`,
          cure:
            "set it, or use HOSTNAME, HOME, XDG_RUNTIME_DIR, CREDENTIALS_DIRECTORY or a name that starts with MAGOS_",
        });
      }
    },
  });
  return problems;
}

/** Replaces `${NAME}`; an unset name stays as it is and is listed. */
export function expandText(
  text: string,
  lookup: (name: string) => string | null,
): { readonly text: string; readonly unset: readonly string[] } {
  const unset: string[] = [];
  const expanded = text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
    const value = lookup(name);
    if (value === null) unset.push(name);
    return value ?? whole;
  });
  return { text: expanded, unset };
}
