// Flux's ImagePolicy: a document to a policy and the ImageRepository that it refers to.
import * as z from "zod";
import type { Labels } from "../model/labels.ts";
import { type GateDefaults, noGateDefaults, type Policy } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import { readAnnotations } from "./flux_annotations.ts";
import {
  defaultExclusions,
  defaultNamespace,
  fluxApiVersion,
  fluxMetadata,
  goDuration,
  goSeconds,
  labelsOf,
} from "./flux_fields.ts";
import { order, pattern, shortText } from "./policy_fields.ts";
import { branchesOf, selectorOf, severalBranches } from "./policy_selector.ts";
import { checkResource, isMapping, nameOf, type Resource, resourceProblem } from "./resource.ts";

/** A policy before its repository is known. */
export interface FluxPolicy {
  /** Its exclusions are Flux's default until the repository says others. */
  readonly policy: Policy;
  /** `namespace:name` of the ImageRepository. */
  readonly repository: string;
  readonly suspended: boolean;
  readonly labels: Labels;
  /** Of `digestReflectionPolicy: Always`. */
  readonly digestSeconds: number | null;
  readonly resource: Resource;
}

/** What became of one document. */
export interface FluxPolicyReading {
  /** `namespace:name`, as far as it says them. */
  readonly key: string | null;
  readonly policy: FluxPolicy | null;
  readonly problems: readonly Problem[];
}

// In Kubernetes a key with nothing behind it is a key that is not there.
const ordered = z.strictObject({ order: order.optional() }).nullish().transform(absent);

const schema = z.strictObject({
  apiVersion: fluxApiVersion,
  kind: z.literal("ImagePolicy"),
  metadata: fluxMetadata,
  spec: z.strictObject({
    imageRepositoryRef: z.strictObject({ name: shortText.min(1), namespace: shortText.min(1).optional() }),
    policy: z.strictObject({
      semver: z.strictObject({ range: shortText }).nullish().transform(absent),
      alphabetical: ordered,
      numerical: ordered,
    }),
    filterTags: z.strictObject({ pattern: pattern.optional(), extract: shortText.optional() }).nullish(),
    digestReflectionPolicy: z.enum(["Never", "IfNotPresent", "Always"]).optional(),
    interval: goDuration.optional(),
    suspend: z.boolean().optional(),
  }),
  status: z.unknown().optional(),
});

type Document = z.infer<typeof schema>;

/**
 * Reads a resource of kind ImagePolicy of Flux. `versioning` is the configuration's `flux.versioning`; what annotations
 * leave open `gates` says.
 */
export function readFluxPolicy(
  resource: Resource,
  versioning: Policy["versioning"],
  gates: GateDefaults = noGateDefaults,
): FluxPolicyReading {
  const key = keyOf(resource);
  const checked = checkResource(resource, schema);
  if (!checked.ok) return { key, policy: null, problems: checked.problems };
  const problems = [...branchProblems(resource, checked.value), ...digestProblems(resource, checked.value)];
  const annotated = readAnnotations(resource, checked.value.metadata.annotations);
  problems.push(...annotated.problems);
  if (problems.some(({ severity }) => severity === "error")) return { key, policy: null, problems };
  const { metadata, spec } = checked.value;
  const reference = spec.imageRepositoryRef;
  const namespace = metadata.namespace ?? defaultNamespace;
  return {
    key,
    policy: {
      policy: { ...policyOf(checked.value, resource, versioning), ...gates, ...annotated.fields },
      repository: `${reference.namespace ?? namespace}:${reference.name}`,
      suspended: spec.suspend ?? false,
      labels: labelsOf(metadata.labels),
      // Flux takes ten minutes for 0 (Flux semantics 1.7).
      digestSeconds: spec.interval === undefined ? null : goSeconds(spec.interval) || 600,
      resource,
    },
    problems,
  };
}

function policyOf({ metadata, spec }: Document, resource: Resource, versioning: Policy["versioning"]): Policy {
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? defaultNamespace,
    versioning,
    source: `${resource.yaml.file}:${resource.line}`,
    group: null,
    ...selectorOf(spec.policy, branchesOf(spec.policy)[0] ?? "semver"),
    // An empty pattern is a filter too: under one, Flux decides ties by chance.
    filter: spec.filterTags ? spec.filterTags.pattern ?? "" : null,
    extract: spec.filterTags?.extract || null,
    exclusions: defaultExclusions,
    skip: [],
    words: {},
    allowDowngrade: false,
    arch: [],
    minAgeSeconds: null,
    repush: "report",
    trustCreated: false,
    pin: null,
    digestReflection: spec.digestReflectionPolicy ?? "Never",
  };
}

function branchProblems(resource: Resource, { spec }: Document): readonly Problem[] {
  const [first, ...others] = branchesOf(spec.policy);
  if (first !== undefined) return others.length > 0 ? [severalBranches(resource, "policy", first, others)] : [];
  return [resourceProblem(resource, ["spec", "policy"], {
    code: "policy.invalid",
    message: "the policy is empty",
    cure: "write semver, alphabetical or numerical",
  })];
}

/** `interval` goes with `Always`, and only with it (Flux, ImagePolicy). */
function digestProblems(resource: Resource, { spec }: Document): readonly Problem[] {
  const always = spec.digestReflectionPolicy === "Always";
  if (always === (spec.interval !== undefined)) return [];
  return [resourceProblem(resource, ["spec", always ? "digestReflectionPolicy" : "interval"], {
    code: "policy.invalid",
    message: always
      ? "digestReflectionPolicy Always needs an interval"
      : "interval needs digestReflectionPolicy Always",
    cure: always ? "add interval: 10m" : "take the interval out, or set digestReflectionPolicy: Always",
  })];
}

/** `namespace:name` of a Flux resource, or null when it has no name. */
export function keyOf(resource: Resource): string | null {
  const name = nameOf(resource);
  const metadata = resource.value["metadata"];
  const namespace = isMapping(metadata) ? metadata["namespace"] : undefined;
  return name === null ? null : `${typeof namespace === "string" ? namespace : defaultNamespace}:${name}`;
}

function absent<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}
