// A file of test cases, JSON or YAML: text to the cases in it, or everything that is wrong with it.
import { parsePlatform } from "../model/platform.ts";
import type { CasePolicy, CaseTag, PolicyCase } from "../model/policy_case.ts";
import { type Failure, failure, type Problem, problemOf } from "../model/problem.ts";
import { parseTime } from "../model/time.ts";
import { keepNumbersAsText } from "../yaml/numbers_as_text.ts";
import { plainValue } from "../yaml/plain_value.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { type CasePlace, checkPart, lineOf, problemAt } from "./case_place.ts";
import { readInlinePolicy } from "./inline_policy.ts";
import { type CaseDefaults, caseFileSchema, caseSchema, type CheckedCase } from "./policy_case_schema.ts";
import { isMapping } from "./resource.ts";

/** The cases of a file; with a problem there are none. */
export interface PolicyCasesReading {
  readonly cases: readonly PolicyCase[];
  readonly problems: readonly Problem[];
}

/** Reads a file. A document is one case, a list of cases, or `{policy, now, cases}` for cases that share a policy. */
export function readPolicyCases(text: string, file: string): PolicyCasesReading {
  const json = /\.json$/i.test(file) ? parseJson(text) : undefined;
  if (json !== undefined) {
    const reading = readDocument(json, { file, yaml: null, path: [] }, 0);
    if (reading.cases.length > 0) return reading;
  }
  // JSON is YAML. Reading it so takes longer, and tells lines.
  return readYaml(text, file);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}

function readYaml(text: string, file: string): PolicyCasesReading {
  const parsed = parseYaml(text, file);
  if (!parsed.ok) return { cases: [], problems: [problemOf(parsed.failure)] };
  const cases: PolicyCase[] = [];
  const problems: Problem[] = [];
  for (const document of parsed.value.documents) {
    if (document.contents === null) continue;
    keepNumbersAsText(document);
    const value = plainValue(document, file);
    if (!value.ok) {
      problems.push(problemOf({ ...value.failure, code: "file.unparsable" }));
      continue;
    }
    const place = { file, yaml: { file: parsed.value, document }, path: [] };
    const reading = readDocument(value.value, place, cases.length);
    // No spread: a file may hold more cases than a call takes arguments.
    for (const one of reading.cases) cases.push(one);
    for (const problem of reading.problems) problems.push(problem);
  }
  if (cases.length === 0 && problems.length === 0) {
    problems.push(problemAt({ file, yaml: null, path: [] }, "the file holds no cases", form));
  }
  return { cases: problems.length > 0 ? [] : cases, problems };
}

/** Enough to mend a file by. */
const mostProblems = 100;

const form = "write cases as a list of {tags, current, expect}, with policy: NAME above it";

/** `before` cases stand before this document in its file. */
function readDocument(value: unknown, place: CasePlace, before: number): PolicyCasesReading {
  if (Array.isArray(value)) return readCases(value, [], {}, place, before);
  if (!isMapping(value)) return refused(place, "this is neither a case nor a list of cases");
  if (typeof value["kind"] === "string") return refused(place, `a resource of kind ${value["kind"]} is no test case`);
  if (!("cases" in value)) return readCases([value], null, {}, place, before);
  const checked = checkPart(value, caseFileSchema, place);
  if (!checked.ok) return { cases: [], problems: checked.problems };
  const { cases, ...defaults } = checked.value;
  return readCases(cases, ["cases"], defaults, place, before);
}

function refused(place: CasePlace, message: string): PolicyCasesReading {
  return { cases: [], problems: [problemAt(place, message, form)] };
}

/** `list` is the path of the list that the cases stand in; null for a case that is the document. */
function readCases(
  values: readonly unknown[],
  list: readonly PropertyKey[] | null,
  defaults: CaseDefaults,
  place: CasePlace,
  before: number,
): PolicyCasesReading {
  const cases: PolicyCase[] = [];
  const problems: Problem[] = [];
  for (const [at, value] of values.entries()) {
    const own = { ...place, path: list === null ? place.path : [...place.path, ...list, at] };
    const checked = checkPart(value, caseSchema, own);
    if (checked.ok) cases.push(caseOf(checked.value, defaults, own, before + at + 1));
    else problems.push(...checked.problems);
    if (problems.length >= mostProblems) break;
  }
  return { cases: problems.length > 0 ? [] : cases, problems };
}

function caseOf(one: CheckedCase, defaults: CaseDefaults, place: CasePlace, number: number): PolicyCase {
  const now = one.now ?? defaults.now;
  return {
    id: one.id ?? `${place.file}#${number}`,
    file: place.file,
    line: lineOf(place),
    policy: policyOf(one, defaults, place),
    tags: one.tags.map(tagOf),
    current: one.current ?? null,
    now: now === undefined ? null : parseTime(now),
    expect: one.expect,
  };
}

function policyOf(one: CheckedCase, defaults: CaseDefaults, place: CasePlace): CasePolicy {
  // A null of the case's own says "none" against what its file says.
  const { policy, filter, exclusionList } = { ...defaults, ...one };
  if (typeof policy === "string") {
    // What a document says would be half of the policy then, and the test would test something else than the document.
    const isAlone = (filter ?? exclusionList ?? null) === null;
    return isAlone ? { kind: "named", name: policy } : { kind: "invalid", failure: notAlone(policy) };
  }
  if (policy === undefined) return { kind: "invalid", failure: noPolicy(place) };
  const line = lineOf(place);
  const source = line === null ? place.file : `${place.file}:${line}`;
  const own = readInlinePolicy({ policy, filter, exclusionList, source });
  return own.ok ? { kind: "own", policy: own.value } : { kind: "invalid", failure: own.failure };
}

function noPolicy(place: CasePlace): Failure {
  const { severity: _severity, ...told } = problemAt(place, "the case names no policy", "add policy: NAME");
  return { ...told, retry: "never" };
}

function notAlone(name: string): Failure {
  return failure("policy.invalid", `filter and exclusionList of "${name}" stand in its document`, {
    cure: "take them out of the case",
  }).failure;
}

function tagOf({ tag, firstSeen, platforms }: CheckedCase["tags"][number]): CaseTag {
  if (firstSeen === undefined && platforms === undefined) return { tag, evidence: null };
  const known = platforms?.map(parsePlatform).flatMap((parsed) => parsed.ok ? [parsed.value] : []);
  return { tag, evidence: { firstSeen: firstSeen ? parseTime(firstSeen) : null, platforms: known ?? null } };
}
