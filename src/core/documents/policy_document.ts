// magos's own ImagePolicy: a document to the policy it gives a name to, or everything that is wrong with it.
import * as z from "zod";
import { parseDuration } from "../model/duration.ts";
import { parsePlatform, type Platform } from "../model/platform.ts";
import { type GateDefaults, type NamedPolicy, noGateDefaults, type Policy } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import { defaultExclusions } from "./flux_fields.ts";
import {
  duration,
  emptyAllowed,
  imageName,
  oneOrMany,
  order,
  pattern,
  platform,
  policyName,
  shortText,
  tagName,
} from "./policy_fields.ts";
import { branchesOf, selectorOf, severalBranches } from "./policy_selector.ts";
import { checkResource, nameOf, type Resource, resourceProblem } from "./resource.ts";

/** What became of one document. */
export interface PolicyReading {
  /** As far as it says one. */
  readonly name: string | null;
  /** Null when something is wrong with it: a policy is used whole or not at all. */
  readonly policy: NamedPolicy | null;
  readonly problems: readonly Problem[];
}

const ordered = emptyAllowed(z.strictObject({ order: order.optional() }));
const following = emptyAllowed(z.strictObject({ tag: tagName.optional() }));
const words = z.array(z.string().min(1).max(64)).max(100).optional();
const later = z.unknown().optional();

const schema = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("ImagePolicy"),
  metadata: z.strictObject({
    name: policyName,
    namespace: shortText.optional(),
    labels: z.record(z.string(), z.unknown()).optional(),
    annotations: z.record(z.string(), z.unknown()).optional(),
  }),
  spec: z.strictObject({
    selector: z.strictObject({
      semver: emptyAllowed(
        z.strictObject({ range: shortText.optional(), allowPrerelease: z.boolean().optional() }),
      ).optional(),
      alphabetical: ordered.optional(),
      numerical: ordered.optional(),
      latest: following.optional(),
      digest: following.optional(),
    }),
    filterTags: z.strictObject({ pattern: pattern.optional(), extract: shortText.optional() }).optional(),
    constraints: z.strictObject({ arch: oneOrMany(platform, 20).optional() }).optional(),
    rollout: z.strictObject({ minAge: duration.optional(), hosts: later, soak: later }).optional(),
    image: z.preprocess(withoutScheme, imageName).optional(),
    group: policyName.optional(),
    skip: oneOrMany(tagName, 1000).optional(),
    pin: z.enum(["tag", "digest", "both"]).optional(),
    allowDowngrade: z.boolean().optional(),
    versioning: z.enum(["loose", "flux"]).optional(),
    words: z.strictObject({ prerelease: words, fix: words, build: words, flavour: words }).optional(),
    exclusionList: z.array(pattern).max(25).optional(),
    verify: later,
    scan: later,
    delivery: later,
    repush: z.enum(["report", "hold"]).optional(),
    trustCreated: z.boolean().optional(),
  }),
});

type Document = z.infer<typeof schema>;

/** Names that markers use for policies of their own. */
const reserved: ReadonlySet<string> = new Set(["semver", "latest", "digest"]);

/**
 * Reads a resource of kind ImagePolicy and version `v1`; what its spec leaves open `gates` says. Problems carry file,
 * line, column and the nearest key.
 */
export function readPolicyDocument(resource: Resource, gates: GateDefaults = noGateDefaults): PolicyReading {
  const checked = checkResource(resource, schema);
  if (!checked.ok) return { name: nameOf(resource), policy: null, problems: checked.problems };
  const { metadata: { name } } = checked.value;
  const problems = [...unsupported(resource, checked.value), ...contradictions(resource, checked.value)];
  if (problems.some(({ severity }) => severity === "error")) return { name, policy: null, problems };
  const { yaml: { file }, line } = resource;
  const image = checked.value.spec.image ?? null;
  const policy = policyOf(checked.value, `${file}:${line}`, gates);
  return { name, policy: { policy, image, file, line, suspended: false }, problems };
}

function policyOf({ metadata, spec }: Document, source: string, gates: GateDefaults): Policy {
  const versioning = spec.versioning ?? "loose";
  const minAge = spec.rollout?.minAge === undefined ? null : parseDuration(spec.rollout.minAge);
  return {
    name: metadata.name,
    namespace: null,
    versioning,
    source,
    group: spec.group ?? null,
    ...selectorOf(spec.selector, branchesOf(spec.selector)[0] ?? "semver"),
    filter: spec.filterTags?.pattern || null,
    extract: spec.filterTags?.extract || null,
    exclusions: spec.exclusionList ?? (versioning === "flux" ? defaultExclusions : []),
    skip: spec.skip ?? [],
    words: wordsOf(spec.words),
    allowDowngrade: spec.allowDowngrade ?? false,
    arch: spec.constraints?.arch === undefined ? gates.arch : platformsOf(spec.constraints.arch),
    minAgeSeconds: minAge?.ok ? minAge.value : gates.minAgeSeconds,
    repush: spec.repush ?? "report",
    trustCreated: spec.trustCreated ?? false,
    pin: spec.pin ?? null,
    digestReflection: null,
  };
}

/** Checks that are known but not made yet. To take the policy without them would be to pass them unasked. */
function unsupported(resource: Resource, { spec }: Document): readonly Problem[] {
  const gates: readonly (readonly [path: readonly string[], value: unknown])[] = [
    [["verify"], spec.verify],
    [["scan"], spec.scan],
    [["delivery"], spec.delivery],
    [["rollout", "hosts"], spec.rollout?.hosts],
    [["rollout", "soak"], spec.rollout?.soak],
  ];
  return gates.filter(([, value]) => value !== undefined).map(([path]) =>
    resourceProblem(resource, ["spec", ...path], {
      code: "policy.unsupported",
      message: `"spec.${path.join(".")}": this version of magos does not do that yet, so the policy is not used`,
      cure: "take it out to use the policy without it",
    })
  );
}

/** What every key allows by itself and all together do not. */
function contradictions(resource: Resource, { metadata, spec }: Document): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (path: readonly string[], message: string, cure: string): void => {
    problems.push(resourceProblem(resource, path, { code: "policy.invalid", message, cure }));
  };
  if (reserved.has(metadata.name)) {
    refuse(["metadata", "name"], `"${metadata.name}" is what markers call a rule of their own`, "choose another name");
  }
  const [first, ...others] = branchesOf(spec.selector);
  if (first === undefined) {
    refuse(["spec", "selector"], "the selector is empty", "write semver, alphabetical, numerical, latest or digest");
  }
  if (first !== undefined && others.length > 0) problems.push(severalBranches(resource, "selector", first, others));
  const { pattern: filter, extract } = spec.filterTags ?? {};
  if (extract && !filter) {
    refuse(
      ["spec", "filterTags", "extract"],
      "extract stands without a pattern",
      "add the pattern whose groups it names",
    );
  }
  if (spec.versioning === "flux" && !prereleasesFit(spec.selector.semver)) {
    refuse(
      ["spec", "selector", "semver", "allowPrerelease"],
      "under flux versioning the range alone says whether prereleases are taken",
      "take allowPrerelease out; write >=1.0.0-0 to take prereleases, >=1.0.0 to take none",
    );
  }
  return problems;
}

function prereleasesFit(semver: Document["spec"]["selector"]["semver"]): boolean {
  if (semver?.allowPrerelease === undefined) return true;
  return !semver.allowPrerelease && !/[0-9xX*]-[0-9A-Za-z]/.test(semver.range ?? "");
}

function platformsOf(texts: readonly string[]): readonly Platform[] {
  return texts.map(parsePlatform).flatMap((parsed) => parsed.ok ? [parsed.value] : []);
}

function wordsOf(given: Document["spec"]["words"]): Policy["words"] {
  return Object.fromEntries(Object.entries(given ?? {}).flatMap(([kind, list]) => list ? [[kind, list]] : []));
}

/** People copy addresses; which registry to ask is what counts (as in a marker's `repo`). */
function withoutScheme(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/^(https?|docker|oci):\/\//, "") : value;
}
