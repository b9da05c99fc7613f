// One Compose file to plain values, with the place of each.
import { failure, type Place, type Problem, problemOf, type Result, success } from "../model/problem.ts";
import { keepNumbersAsText, type YamlDocument } from "../yaml/numbers_as_text.ts";
import { parseYaml, type YamlFile } from "../yaml/parse_yaml.ts";
import { plainValue } from "../yaml/plain_value.ts";
import { positionAt } from "../yaml/schema_issues.ts";
import { type Fields, isFields } from "./fields.ts";
import { interpolate } from "./interpolate.ts";

/** A Compose file with its variables replaced. */
export interface ComposeFile {
  readonly path: string;
  readonly yaml: YamlFile;
  readonly document: YamlDocument;
  readonly value: Fields;
  /** Where its relative paths start, in the repository. */
  readonly base: string;
}

const deepest = 100;

/** Parses a Compose file. Warnings about variables are added to `problems`. */
export function readComposeFile(
  source: { readonly path: string; readonly text: string; readonly base: string },
  variables: ReadonlyMap<string, string>,
  problems: Problem[],
): Result<ComposeFile> {
  const { path, text, base } = source;
  const yaml = parseYaml(text, path);
  if (!yaml.ok) return { ok: false, failure: { ...yaml.failure, code: "stack.invalid" } };
  const document = yaml.value.documents[0];
  if (document === undefined || yaml.value.documents.length > 1) return notCompose(path, "holds not one YAML document");
  keepNumbersAsText(document);
  const plain = plainValue(document, path);
  if (!plain.ok) return { ok: false, failure: { ...plain.failure, code: "stack.invalid" } };
  if (!isFields(plain.value)) return notCompose(path, "holds no mapping");
  const raw = { path, yaml: yaml.value, document, value: plain.value, base };
  const value = replaceVariables(raw, [], withMergedKeys(plain.value, 0), variables, problems);
  return success({ ...raw, value: value as Fields });
}

/** The place of a value in its file. */
export function placeIn(file: ComposeFile, path: readonly PropertyKey[]): Place {
  return { file: file.path, ...positionAt(file.yaml, file.document, path) };
}

/** Compose reads YAML 1.1, where `<<` brings in the keys of other mappings (merge key type). */
function withMergedKeys(value: unknown, depth: number): unknown {
  if (depth > deepest) return null;
  if (Array.isArray(value)) return value.map((item) => withMergedKeys(item, depth + 1));
  if (!isFields(value)) return value;
  const own: [string, unknown][] = [];
  const brought: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (key !== "<<") own.push([key, withMergedKeys(item, depth + 1)]);
    else {
      const sources = (Array.isArray(item) ? item : [item]).map((it) => withMergedKeys(it, depth + 1));
      // Of several sources the first one wins.
      for (const source of sources.toReversed()) if (isFields(source)) brought.push(...Object.entries(source));
    }
  }
  return Object.fromEntries([...brought, ...own]);
}

function replaceVariables(
  file: ComposeFile,
  path: readonly PropertyKey[],
  value: unknown,
  variables: ReadonlyMap<string, string>,
  problems: Problem[],
): unknown {
  if (Array.isArray(value)) {
    return value.map((item, at) => replaceVariables(file, [...path, at], item, variables, problems));
  }
  if (isFields(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) =>
        [key, replaceVariables(file, [...path, key], item, variables, problems)] as const
      ),
    );
  }
  if (typeof value !== "string" || !value.includes("$")) return value;
  const done = interpolate(value, variables);
  const place = (): Place => placeIn(file, path);
  if (done.error !== null) problems.push({ code: "stack.invalid", severity: "error", ...place(), message: done.error });
  for (const name of done.unset) {
    problems.push({
      code: "stack.unset_variable",
      severity: "warning",
      ...place(),
      message: `\${${name}} is not set, and engines take it for empty`,
      cure: `set ${name} in the .env file beside the Compose file, or write \${${name}:-default}`,
    });
  }
  return done.text;
}

function notCompose(path: string, why: string): Result<never> {
  return failure("stack.invalid", `${path} ${why}`, { file: path, cure: "write one Compose file into it" });
}

/** A failure as a problem at a place of the file. */
export function problemAt(
  file: ComposeFile,
  path: readonly PropertyKey[],
  failed: Parameters<typeof problemOf>[0],
): Problem {
  return { ...problemOf(failed), ...placeIn(file, path) };
}
