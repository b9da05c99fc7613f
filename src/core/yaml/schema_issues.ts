// What a schema finds wrong with a YAML file, as problems with line, column and the nearest known key.
import { type Document, isMap, isNode, isScalar, type ParsedNode } from "yaml";
import * as z from "zod";
import { nearestOf } from "../model/nearest.ts";
import type { Problem } from "../model/problem.ts";
import { type ProblemCode, problemCodes } from "../model/problem_codes.ts";
import type { YamlFile } from "./parse_yaml.ts";

/** How the issues of one kind of document are told. */
export interface IssueStyle {
  /** The keys known at a path of the checked value. */
  readonly keysAt: (path: readonly PropertyKey[]) => readonly string[];
  readonly unknownKey: ProblemCode;
  /** Of every other issue; a custom one may bring its own as `params: { code, cure }`. */
  readonly invalidValue: ProblemCode;
  /** Keys of a later version by their path, `*` for any index, each with what to do until then. */
  readonly laterKeys?: Readonly<Record<string, string>>;
  /** Where the checked value stands in its document; default: it is the document. */
  readonly base?: readonly PropertyKey[];
}

/** Enough to mend a document by; a hostile one may hold half a million. */
const mostProblems = 100;

/** The problems of one document against a schema, the first hundred that it finds, in the order of the text. */
export function schemaProblems(
  yaml: YamlFile,
  document: Document<ParsedNode>,
  error: z.ZodError,
  style: IssueStyle,
): readonly Problem[] {
  const problems = error.issues.slice(0, mostProblems).flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => unknownKey(yaml, document, issue.path, key, style))
      : [invalidValue(yaml, document, issue, style)]
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
  style: IssueStyle,
): Problem {
  const place = keyPosition(yaml, document, [...style.base ?? [], ...path], key);
  const known = style.keysAt(path);
  const full = [...path, key].join(".");
  const later = style.laterKeys?.[full.replace(/\.\d+(?=\.)/g, ".*")];
  if (later !== undefined) {
    const message = `"${full}" is for a later version of magos; this one does not act on it`;
    return { code: style.unknownKey, severity: "error", file: yaml.file, ...place, message, cure: later };
  }
  const near = nearestOf(key, known);
  const secret = style.unknownKey === "config.unknown_key" &&
    /^(token|password|passwd|secret|privateKey)$/i.test(key);
  return {
    code: secret ? "config.secret_inline" : style.unknownKey,
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

/** The code of a wrong value. A custom issue may bring its own as `params: { code }`. */
export function issueCode(issue: z.core.$ZodIssue, style: IssueStyle): ProblemCode {
  const code: unknown = issue.code === "custom" ? issue.params?.["code"] : undefined;
  return isProblemCode(code) ? code : style.invalidValue;
}

function invalidValue(
  yaml: YamlFile,
  document: Document<ParsedNode>,
  issue: z.core.$ZodIssue,
  style: IssueStyle,
): Problem {
  const key = issue.path.join(".");
  const ownCure: unknown = issue.code === "custom" ? issue.params?.["cure"] : undefined;
  const cure = typeof ownCure === "string" ? ownCure : quotesNeeded(issue);
  const isMissing = key !== "" && /received undefined$/.test(issue.message);
  return {
    code: issueCode(issue, style),
    severity: "error",
    file: yaml.file,
    ...positionAt(yaml, document, [...style.base ?? [], ...issue.path]),
    message: isMissing ? `"${key}" is missing` : key === "" ? issue.message : `"${key}": ${issue.message}`,
    ...(cure === undefined ? {} : { cure }),
  };
}

function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === "string" && Object.hasOwn(problemCodes, code);
}

/** YAML reads `1.10` as a number and `on` as a word; where a text is wanted, quotes keep it as it is written. */
function quotesNeeded(issue: z.core.$ZodIssue): string | undefined {
  const text = issue.code === "invalid_type" && issue.expected === "string";
  return text && /received (number|boolean)/.test(issue.message) ? "put it in quotes" : undefined;
}
