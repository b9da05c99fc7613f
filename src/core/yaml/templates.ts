// Files that only look like YAML: templates, whose meaning no parser of YAML can vouch for.
import { visit } from "yaml";
import type { YamlFile } from "./parse_yaml.ts";

/** Whether a text that is no YAML is a template of Go, such as Helm's. */
export function looksTemplated(text: string): boolean {
  return /\{\{[^\n]*\}\}/.test(text);
}

/**
 * Whether a file that parsed holds `{{ ... }}` outside of quotes: to YAML that is a mapping whose key is a mapping
 * (Flux semantics 3.4), to a person a template.
 */
export function holdsTemplate(yaml: YamlFile): boolean {
  if (!yaml.text.includes("{{")) return false;
  let found = false;
  for (const document of yaml.documents) {
    visit(document, {
      Map(_key, node): symbol | void {
        if (node.flow !== true || !yaml.text.startsWith("{{", node.range?.[0] ?? 0)) return;
        found = true;
        return visit.BREAK;
      },
    });
  }
  return found;
}
