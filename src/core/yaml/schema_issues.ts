// What a schema finds wrong with a YAML file, as problems with line, column and the nearest known key.
import { type Document, isMap, isNode, isScalar, type ParsedNode } from "yaml";
import * as z from "zod";
import { nearestOf } from "../model/nearest.ts";
import type { Problem } from "../model/problem.ts";
import type { YamlFile } from "./parse_yaml.ts";

/** All problems of one document against a schema, in the order of the text. `keysAt` names the keys known at a path. */
export function schemaProblems(
  yaml: YamlFile,
  document: Document<ParsedNode>,
  error: z.ZodError,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): readonly Problem[] {
  const problems = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => unknownKey(yaml, document, issue.path, key, keysAt(issue.path)))
      : [invalidValue(yaml, document, issue)]
  );
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** Where the value at a path begins; the nearest parent's place when it is not there itself. */
export function positionAt(
  yaml: YamlFile,
  document: Document<ParsedNode>,
  path: readonly PropertyKey[],
): { readonly line: number; readonly column: number } {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return yaml.lines.at(node.range[0]);
  }
  return yaml.lines.at(document.contents?.range[0] ?? 0);
}

function unknownKey(
  yaml: YamlFile,
  document: Document<ParsedNode>,
  path: readonly PropertyKey[],
  key: string,
  known: readonly string[],
): Problem {
  const place = keyPosition(yaml, document, path, key);
  const full = [...path, key].join(".");
  const near = nearestOf(key, known);
  const secret = /^(token|password|passwd|secret|privateKey)$/i.test(key);
  return {
    code: secret ? "config.secret_inline" : "config.unknown_key",
    severity: "error",
    file: yaml.file,
    ...place,
    message: secret ? `"${full}": a secret does not belong into the configuration` : `unknown key "${full}"`,
    cure: secret && known.includes(`${key}File`)
      ? `write the secret to a file of mode 0600 and name it in "${[...path, `${key}File`].join(".")}"`
      : near !== null
      ? `did you mean "${near}"?`
      : known.length > 0
      ? `known here: ${known.join(", ")}`
      : "take it out",
  };
}

function keyPosition(
  yaml: YamlFile,
  document: Document<ParsedNode>,
  path: readonly PropertyKey[],
  key: string,
): { readonly line: number; readonly column: number } {
  const parent = path.length === 0 ? document.contents : document.getIn([...path], true);
  const pair = isMap(parent) ? parent.items.find((it) => isScalar(it.key) && it.key.value === key) : undefined;
  const node = pair?.key;
  return isNode(node) && node.range ? yaml.lines.at(node.range[0]) : positionAt(yaml, document, path);
}

/** The code of a wrong value. A schema may name one of its own in the `params` of a custom issue. */
export function issueCode(issue: z.core.$ZodIssue): "config.invalid_value" | "config.secret_inline" {
  const isSecret = issue.code === "custom" && issue.params?.["secret"] === true;
  return isSecret ? "config.secret_inline" : "config.invalid_value";
}

function invalidValue(yaml: YamlFile, document: Document<ParsedNode>, issue: z.core.$ZodIssue): Problem {
  const key = issue.path.join(".");
  return {
    code: issueCode(issue),
    severity: "error",
    file: yaml.file,
    ...positionAt(yaml, document, issue.path),
    message: key === "" ? issue.message : `"${key}": ${issue.message}`,
  };
}
