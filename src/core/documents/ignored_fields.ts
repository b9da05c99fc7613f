// Fields of Flux's resources that have no meaning outside of a cluster: each is named once, wherever it stands.
import type { Problem } from "../model/problem.ts";
import { type Resource, resourceProblem } from "./resource.ts";

/** One such field that is set. */
export interface IgnoredField {
  readonly resource: Resource;
  /** `spec.provider`. */
  readonly field: string;
  /** Why it is left out, and what does its work here. */
  readonly why: string;
}

/** The fields of a resource that are set, of those that have no meaning. */
export function ignoredFields(resource: Resource, meanings: Readonly<Record<string, string>>): readonly IgnoredField[] {
  return Object.entries(meanings).flatMap(([field, why]) =>
    isSet(resource.value, field.split(".")) ? [{ resource, field, why }] : []
  );
}

/** One warning for each field, at its first place. */
export function nameIgnored(fields: readonly IgnoredField[]): readonly Problem[] {
  const byField = Map.groupBy(fields, ({ resource, field }) => `${resource.kind} ${field}`);
  return Array.from(byField.values(), ([first, ...others]) => {
    if (first === undefined) throw new TypeError("a group without a member");
    const more = others.length === 0 ? "" : `, here and in ${others.length} more`;
    return resourceProblem(first.resource, first.field.split("."), {
      code: "flux.ignored",
      severity: "warning",
      message: `"${first.field}" of ${first.resource.kind} is left out${more}: ${first.why}`,
      cure: "nothing needs to be done; it may stay for Flux",
    });
  });
}

function isSet(value: unknown, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return value !== null && value !== undefined;
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) &&
    isSet((value as Readonly<Record<string, unknown>>)[name], rest);
}
