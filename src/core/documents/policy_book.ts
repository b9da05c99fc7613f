// The files of a repository to all the policies that they give names to, and everything that is wrong with them.
import { nearestOf } from "../model/nearest.ts";
import { type GateDefaults, type NamedPolicy, noGateDefaults, type Policy, type PolicyBook } from "../model/policy.ts";
import { type Problem, problemOf } from "../model/problem.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { bindFluxPolicies } from "./bind_flux_policies.ts";
import { type FluxPolicy, keyOf, readFluxPolicy } from "./flux_policy.ts";
import { type FluxRepository, readFluxRepository } from "./flux_repository.ts";
import { NameTable } from "./name_table.ts";
import { readPolicyDocument } from "./policy_document.ts";
import { isMapping, type Resource, resourceProblem, resourcesOf } from "./resource.ts";

/** One file that may hold policies. */
export interface PolicyFile {
  readonly file: string;
  readonly text: string;
  /** Whether it lies under `update.policies`: magos's own policies count only there, Flux resources anywhere. */
  readonly mayHoldPolicies: boolean;
}

/** What the configuration says of policies. */
export interface PolicyBookOptions {
  /** `flux.versioning`: of Flux resources without an annotation. */
  readonly fluxVersioning: Policy["versioning"];
  /** What policies that do not say it themselves ask of images; Flux's never do. */
  readonly gates?: GateDefaults;
}

/** The policies that can be used, and why others cannot. Problems name their policy where it has a name. */
export interface PolicyBookReading {
  readonly book: PolicyBook;
  readonly problems: readonly Problem[];
}

const kinds = ["ImagePolicy", "ImageRepository"] as const;
const fluxGroup = "image.toolkit.fluxcd.io/";

/** Reads all files. A bad document hides no other; a file that does not parse is a problem where policies are kept. */
export function readPolicyBook(files: readonly PolicyFile[], options: PolicyBookOptions): PolicyBookReading {
  const found: Found = {
    problems: [],
    magos: new NameTable(contentOf),
    flux: [],
    table: new NameTable(JSON.stringify),
    broken: new Set(),
  };
  for (const file of files) {
    for (const resource of policyResources(file, found.problems)) take(resource, found, options);
  }
  const bound = bindFluxPolicies(found.flux, found);
  return {
    book: { magos: found.magos.unique(), flux: bound.policies },
    problems: [...found.problems, ...bound.problems],
  };
}

/** What has been read so far. */
interface Found {
  readonly problems: Problem[];
  readonly magos: NameTable<NamedPolicy>;
  readonly flux: [key: string, policy: FluxPolicy][];
  readonly table: NameTable<FluxRepository>;
  readonly broken: Set<string>;
}

function take(resource: Resource, found: Found, options: PolicyBookOptions): void {
  if (resource.kind === "ImageRepository") takeRepository(resource, found);
  else if (resource.apiVersion === "v1") {
    const { name, policy, problems } = readPolicyDocument(resource, options.gates);
    found.problems.push(...problems);
    if (policy !== null && name !== null) found.problems.push(...found.magos.add(name, policy, resource));
  } else {
    const { key, policy, problems } = readFluxPolicy(resource, options.fluxVersioning);
    found.problems.push(...problems);
    const { arch, minAgeSeconds } = options.gates ?? noGateDefaults;
    if (key !== null && policy !== null) {
      found.flux.push([key, { ...policy, policy: { ...policy.policy, arch, minAgeSeconds } }]);
    }
  }
}

function takeRepository(resource: Resource, found: Found): void {
  const { repository, problems } = readFluxRepository(resource);
  const key = keyOf(resource);
  found.problems.push(...problems);
  if (key === null) return;
  if (repository === null) found.broken.add(key);
  else found.problems.push(...found.table.add(key, repository, resource));
}

function contentOf({ policy, image }: NamedPolicy): string {
  return JSON.stringify([{ ...policy, source: "" }, image]);
}

/** The resources of a file that are policies or repositories, by version and kind. */
function policyResources(source: PolicyFile, problems: Problem[]): readonly Resource[] {
  const mentions = source.text.includes(fluxGroup);
  if (!source.mayHoldPolicies && !mentions) return [];
  const yaml = parseYaml(source.text, source.file);
  if (!yaml.ok) {
    problems.push(problemOf(yaml.failure));
    return [];
  }
  const found = resourcesOf(yaml.value);
  problems.push(...found.problems);
  return found.resources.filter((resource) => isPolicyResource(resource, source.mayHoldPolicies, problems));
}

function isPolicyResource(resource: Resource, mayHoldPolicies: boolean, problems: Problem[]): boolean {
  const { apiVersion, kind } = resource;
  const isFlux = apiVersion.startsWith(fluxGroup);
  // A group of somebody else's: Kubernetes knows other kinds of that name.
  if (!isFlux && (apiVersion.includes("/") || !mayHoldPolicies)) return false;
  if (kind === "ImagePolicy" && (isFlux || apiVersion === "v1")) return true;
  if (kind === "ImageRepository" && isFlux) return true;
  const known = kinds.find((name) => name === kind);
  const near = known ?? nearestOf(kind, kinds);
  if (near === null || !isMapping(resource.value["spec"])) return false;
  problems.push(resourceProblem(resource, [known === undefined ? "kind" : "apiVersion"], {
    code: "policy.invalid",
    message: known === undefined ? `unknown kind "${kind.slice(0, 100)}"` : `"${apiVersion}" is no version of ${kind}`,
    cure: known === undefined ? `did you mean "${near}"?` : versionCure(known),
  }));
  return false;
}

function versionCure(kind: (typeof kinds)[number]): string {
  const flux = "image.toolkit.fluxcd.io/v1 for a resource of Flux";
  return kind === "ImagePolicy" ? `write v1 for a policy of magos, ${flux}` : `write ${flux}`;
}
