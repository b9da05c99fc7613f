// The templates of an automation, checked when they are read: a slip is told with its line and column in the file.
import { timeFunctions, writesWeekByLayout } from "../template/calendar.ts";
import { templateFunctions } from "../template/functions.ts";
import { parseTemplate } from "../template/parse.ts";
import { findFields } from "../template/find_fields.ts";
import type { FunctionTable } from "../template/value.ts";
import { type Problem, problemOf } from "../model/problem.ts";
import { scalarPlaceAt } from "../yaml/scalar_place.ts";
import { type Resource, resourceProblem } from "./resource.ts";

/** Where a template stands in a resource. */
type Path = readonly string[];

// Only names count here: a template is read long before the time at which it is rendered is known.
const branchFunctions: FunctionTable = { ...templateFunctions, ...timeFunctions(0, "UTC") };

/** What the removed fields were called, and what took their place (Flux semantics 4.2). */
const removed: Readonly<Record<string, string>> = {
  "Updated": ".Changed.Changes, .Changed.Objects or .Changed.FileChanges",
  "Changed.ImageResult": ".Changed.Changes",
};

/** What is wrong with a `messageTemplate`. `v1` has no `.Updated` any more. */
export function messageProblems(
  resource: Resource,
  path: Path,
  text: string,
  version: string,
): readonly Problem[] {
  const place = placeOf(resource, path);
  const parsed = parseTemplate(text, place, templateFunctions);
  if (!parsed.ok) return [problemOf(parsed.failure)];
  if (version !== "v1") return [];
  return findFields(parsed.value, Object.keys(removed)).map(({ field, at }): Problem => ({
    code: "template.invalid",
    severity: "error",
    file: resource.yaml.file,
    line: at.line + place.linesBefore,
    column: at.column + place.columnsBefore,
    message: `${path.join(".")}: v1 of Flux has no .${field} in messages`,
    cure: `use ${removed[field] ?? ".Changed"}`,
  }));
}

/** What is wrong with the template of a branch, and the note that its `w02` is taken as the ISO week. */
export function branchProblems(resource: Resource, path: Path, text: string): readonly Problem[] {
  const parsed = parseTemplate(text, placeOf(resource, path), branchFunctions);
  if (!parsed.ok) return [problemOf(parsed.failure)];
  if (!writesWeekByLayout(text)) return [];
  return [resourceProblem(resource, path, {
    code: "flux.week_layout",
    severity: "warning",
    message: '"w02" is understood as the ISO week; to Go it is the day of the month after a w',
    cure: 'write "{{ isoYear }}-w{{ isoWeek }}" to say so',
  })];
}

function placeOf({ yaml, document, path: base }: Resource, path: Path): {
  readonly name: string;
  readonly file: string;
  readonly linesBefore: number;
  readonly columnsBefore: number;
} {
  return { name: path.join("."), file: yaml.file, ...scalarPlaceAt(yaml, document, [...base, ...path]) };
}
