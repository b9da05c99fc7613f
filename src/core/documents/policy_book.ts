// The files of a repository to all the policies that they give names to, and everything that is wrong with them.
import { nearestOf } from "../model/nearest.ts";
import { type GateDefaults, type NamedPolicy, type Policy, type PolicyBook } from "../model/policy.ts";
import { type Problem, problemOf } from "../model/problem.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import type { AutomationBook, AutomationClaim } from "../model/automation.ts";
import { bindAutomations, type FoundAutomation } from "./bind_automations.ts";
import { bindFluxPolicies } from "./bind_flux_policies.ts";
import { readFluxAutomation } from "./flux_automation.ts";
import { type GitSource, readGitSource } from "./flux_checkout.ts";
import { type FluxPolicy, keyOf, readFluxPolicy } from "./flux_policy.ts";
import { type FluxRepository, readFluxRepository } from "./flux_repository.ts";
import { type IgnoredField, nameIgnored } from "./ignored_fields.ts";
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
  readonly automations: AutomationBook;
  readonly problems: readonly Problem[];
}

const kinds = ["ImagePolicy", "ImageRepository", "ImageUpdateAutomation"] as const;
const fluxGroup = "image.toolkit.fluxcd.io/";
const sourceGroup = "source.toolkit.fluxcd.io/";

/** Whether a file may hold resources of Flux that concern magos. */
export function mentionsFlux(text: string): boolean {
  return text.includes(fluxGroup) || text.includes(sourceGroup);
}

/** Reads all files. A bad document hides no other; a file that does not parse is a problem where policies are kept. */
export function readPolicyBook(files: readonly PolicyFile[], options: PolicyBookOptions): PolicyBookReading {
  const found: Found = {
    problems: [],
    magos: new NameTable(contentOf),
    flux: [],
    table: new NameTable(JSON.stringify),
    broken: new Set(),
    automations: [],
    unread: [],
    sources: new Map(),
    ignored: [],
  };
  for (const file of files) {
    for (const resource of policyResources(file, found)) take(resource, found, options);
  }
  const bound = bindFluxPolicies(found.flux, found);
  const automations = bindAutomations(found.automations, found.sources, found.unread);
  const ignored = nameIgnored(found.ignored);
  return {
    book: { magos: found.magos.unique(), flux: bound.policies },
    automations: automations.book,
    problems: [...found.problems, ...bound.problems, ...automations.problems, ...ignored],
  };
}

/** What has been read so far. */
interface Found {
  readonly problems: Problem[];
  readonly magos: NameTable<NamedPolicy>;
  readonly flux: [key: string, policy: FluxPolicy][];
  readonly table: NameTable<FluxRepository>;
  readonly broken: Set<string>;
  readonly automations: FoundAutomation[];
  readonly unread: AutomationClaim[];
  readonly sources: Map<string, GitSource>;
  readonly ignored: IgnoredField[];
}

function take(resource: Resource, found: Found, options: PolicyBookOptions): void {
  if (resource.kind === "ImageRepository") takeRepository(resource, found);
  else if (resource.kind === "GitRepository") takeSource(resource, found);
  else if (resource.kind === "ImageUpdateAutomation") {
    const reading = readFluxAutomation(resource);
    found.problems.push(...reading.problems);
    found.automations.push({ ...reading, resource });
  } else if (resource.apiVersion === "v1") {
    const { name, policy, problems } = readPolicyDocument(resource, options.gates);
    found.problems.push(...problems);
    if (policy !== null && name !== null) found.problems.push(...found.magos.add(name, policy, resource));
  } else {
    const { key, policy, problems } = readFluxPolicy(resource, options.fluxVersioning, options.gates);
    found.problems.push(...problems);
    if (key !== null && policy !== null) found.flux.push([key, policy]);
  }
}

function takeRepository(resource: Resource, found: Found): void {
  const { repository, problems, ignored } = readFluxRepository(resource);
  const key = keyOf(resource);
  found.problems.push(...problems);
  found.ignored.push(...ignored);
  if (key === null) return;
  if (repository === null) found.broken.add(key);
  else found.problems.push(...found.table.add(key, repository, resource));
}

function takeSource(resource: Resource, found: Found): void {
  const key = keyOf(resource);
  const source = readGitSource(resource);
  if (key !== null && source !== null && !found.sources.has(key)) found.sources.set(key, source);
}

function contentOf({ policy, image }: NamedPolicy): string {
  return JSON.stringify([{ ...policy, source: "" }, image]);
}

/** The resources of a file that are policies, repositories or automations, by version and kind. */
function policyResources({ file, text, mayHoldPolicies }: PolicyFile, found: Found): readonly Resource[] {
  if (!mayHoldPolicies && !mentionsFlux(text)) return [];
  const yaml = parseYaml(text, file);
  const read = yaml.ok ? resourcesOf(yaml.value) : { resources: [], problems: [problemOf(yaml.failure)] };
  // A file of other resources than images' is Flux's own affair.
  if (mayHoldPolicies || text.includes(fluxGroup)) found.problems.push(...read.problems);
  // What an automation in it would govern must not go another way because of a slip elsewhere in the file.
  const mayClaim = read.problems.length > 0 && /\bImageUpdateAutomation\b/.test(text);
  if (mayClaim) found.unread.push({ key: `an automation in ${file}`, file, line: 1, path: "" });
  return read.resources.filter((resource) => isPolicyResource(resource, mayHoldPolicies, found.problems));
}

function isPolicyResource(resource: Resource, mayHoldPolicies: boolean, problems: Problem[]): boolean {
  const { apiVersion, kind } = resource;
  if (kind === "GitRepository" && apiVersion.startsWith(sourceGroup)) return true;
  const isFlux = apiVersion.startsWith(fluxGroup);
  // A group of somebody else's: Kubernetes knows other kinds of that name.
  if (!isFlux && (apiVersion.includes("/") || !mayHoldPolicies)) return false;
  if (kind === "ImagePolicy" && (isFlux || apiVersion === "v1")) return true;
  if ((kind === "ImageRepository" || kind === "ImageUpdateAutomation") && isFlux) return true;
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
