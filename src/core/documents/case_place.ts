// Where a test case stands in its file, and what is wrong there.
import * as z from "zod";
import { nearestOf } from "../model/nearest.ts";
import type { Problem } from "../model/problem.ts";
import type { YamlDocument } from "../yaml/numbers_as_text.ts";
import type { YamlFile } from "../yaml/parse_yaml.ts";
import { type IssueStyle, positionAt, schemaProblems } from "../yaml/schema_issues.ts";
import { schemaKeysAt } from "../yaml/schema_keys.ts";
import { type Checked, isMapping } from "./resource.ts";

/** A place in a file. */
export interface CasePlace {
  readonly file: string;
  /** Null where no lines are known: JSON that was read as such. */
  readonly yaml: { readonly file: YamlFile; readonly document: YamlDocument } | null;
  readonly path: readonly PropertyKey[];
}

/** The line of the place, if lines are known. */
export function lineOf({ yaml, path }: CasePlace): number | null {
  return yaml === null ? null : positionAt(yaml.file, yaml.document, path).line;
}

/** A problem at the place. */
export function problemAt({ file, yaml, path }: CasePlace, message: string, cure: string): Problem {
  const position = yaml === null ? {} : positionAt(yaml.file, yaml.document, path);
  return { code: "policy.invalid_case", severity: "error", file, ...position, message, cure };
}

/** Holds a part of a file against a schema. Unknown keys are notes, unless they are slips of known ones. */
export function checkPart<T>(value: unknown, schema: z.ZodType<T>, place: CasePlace): Checked<T> {
  const checked = schema.safeParse(value);
  const issues = [...slipsOf(value, schemaKeysAt(schema, [])), ...checked.success ? [] : checked.error.issues];
  if (checked.success && issues.length === 0) return { ok: true, value: checked.data };
  const style: IssueStyle = {
    keysAt: (path) => schemaKeysAt(schema, path),
    unknownKey: "policy.invalid_case",
    invalidValue: "policy.invalid_case",
    base: place.path,
  };
  const { yaml } = place;
  if (yaml === null) return { ok: false, problems: [problemAt(place, issues[0]?.message ?? "not understood", "")] };
  return { ok: false, problems: schemaProblems(yaml.file, yaml.document, new z.ZodError(issues), style) };
}

function slipsOf(value: unknown, known: readonly string[]): readonly z.core.$ZodIssue[] {
  if (!isMapping(value)) return [];
  const slips = Object.keys(value).filter((key) => !known.includes(key) && nearestOf(key, known) !== null);
  return slips.map((key) => ({
    code: "unrecognized_keys",
    keys: [key],
    path: [],
    message: "unknown key",
    input: value,
  }));
}
