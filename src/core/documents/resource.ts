// The documents of a YAML file as resources (apiVersion, kind, metadata, spec), lists of them unpacked.
import type * as z from "zod";
import { type Problem, problemOf } from "../model/problem.ts";
import type { YamlDocument } from "../yaml/numbers_as_text.ts";
import { plainValue } from "../yaml/plain_value.ts";
import type { YamlFile } from "../yaml/parse_yaml.ts";
import { type IssueStyle, positionAt, schemaProblems } from "../yaml/schema_issues.ts";
import { schemaKeysAt } from "../yaml/schema_keys.ts";

/** One mapping that says what it is. */
export interface Resource {
  readonly yaml: YamlFile;
  readonly document: YamlDocument;
  /** Where it stands in its document: nowhere but for items of a list. */
  readonly path: readonly PropertyKey[];
  readonly value: Readonly<Record<string, unknown>>;
  readonly apiVersion: string;
  readonly kind: string;
  readonly line: number;
}

/** `kind: List` is what `kubectl get` prints; lists hold no lists, but a hostile file may. */
const deepestList = 3;

/** All resources of a file, in its order. What is no mapping with a kind is none. */
export function resourcesOf(yaml: YamlFile): { readonly resources: readonly Resource[]; problems: readonly Problem[] } {
  const resources: Resource[] = [];
  const problems: Problem[] = [];
  for (const document of yaml.documents) {
    const value = plainValue(document, yaml.file);
    if (value.ok) { for (const resource of unpack(yaml, document, [], value.value)) resources.push(resource); }
    else problems.push(problemOf({ ...value.failure, code: "file.unparsable" }));
  }
  return { resources, problems };
}

function unpack(
  yaml: YamlFile,
  document: YamlDocument,
  path: readonly PropertyKey[],
  value: unknown,
): readonly Resource[] {
  if (!isMapping(value)) return [];
  const { apiVersion, kind, items } = value;
  if (typeof kind !== "string") return [];
  if (/^(Image(Policy|Repository|UpdateAutomation))?List$/.test(kind) && Array.isArray(items)) {
    if (path.length >= 2 * deepestList) return [];
    return items.flatMap((item, at) => unpack(yaml, document, [...path, "items", at], item));
  }
  const { line } = positionAt(yaml, document, path);
  return [{ yaml, document, path, value, apiVersion: typeof apiVersion === "string" ? apiVersion : "", kind, line }];
}

/** Whether the value is a mapping, and not a list or nothing. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The name that the resource gives itself, whatever else is wrong with it. */
export function nameOf(resource: Resource): string | null {
  const metadata = resource.value["metadata"];
  const name = isMapping(metadata) ? metadata["name"] : null;
  return typeof name === "string" && name !== "" ? name : null;
}

/** Problems name the policy that they are about, not other things. */
function policyNameOf(resource: Resource): string | null {
  return /^Image(Policy|Repository)$/.test(resource.kind) ? nameOf(resource) : null;
}

/** The value that the schema makes of the resource, or everything that is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** How what is wrong with a resource is called. */
export type ResourceCodes = Pick<IssueStyle, "unknownKey" | "invalidValue">;

const policyCodes: ResourceCodes = { unknownKey: "policy.unknown_key", invalidValue: "policy.invalid" };

/** Holds a resource against a schema. */
export function checkResource<T>(resource: Resource, schema: z.ZodType<T>, codes = policyCodes): Checked<T> {
  const checked = schema.safeParse(resource.value);
  if (checked.success) return { ok: true, value: checked.data };
  const style: IssueStyle = {
    keysAt: (path) => schemaKeysAt(schema, path),
    ...codes,
    base: resource.path,
  };
  const policy = policyNameOf(resource);
  const problems = schemaProblems(resource.yaml, resource.document, checked.error, style);
  return { ok: false, problems: policy === null ? problems : problems.map((problem) => ({ ...problem, policy })) };
}

/** A problem of the resource at a path in it. */
export function resourceProblem(
  resource: Resource,
  path: readonly PropertyKey[],
  told: Pick<Problem, "code" | "message"> & Partial<Pick<Problem, "cure" | "severity">>,
): Problem {
  const { yaml, document } = resource;
  const policy = policyNameOf(resource);
  return {
    severity: "error",
    ...told,
    file: yaml.file,
    ...positionAt(yaml, document, [...resource.path, ...path]),
    ...(policy === null ? {} : { policy }),
  };
}
