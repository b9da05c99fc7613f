// A repository that magos follows to what Flux needs to follow it: files of resources, and the marked files with Flux's
// markers. What is written is read again before it is given away.
import { defaultNamespace } from "../documents/flux_fields.ts";
import {
  automationResource,
  type ExportedAutomation,
  goInterval,
  kustomizationResource,
  policyResource,
  repositoryResource,
} from "../documents/flux_resources.ts";
import { readPolicyBook } from "../documents/policy_book.ts";
import { writeYaml, writeYamlDocuments, type YamlTable } from "../documents/write_yaml.ts";
import type { Problem } from "../model/problem.ts";
import { type ExportedPolicy, exportPolicies } from "./export_policies.ts";
import type { FindContext, FoundTarget, MarkedFile } from "./find_context.ts";
import type { SourceText } from "./slot.ts";
import { type Swap, swapMarkers, type SwappedFile, textsOf } from "./swap_markers.ts";

/** What is known besides the values. */
export interface ExportOptions {
  readonly namespace: string;
  /** How often repositories are scanned. */
  readonly scanSeconds: number;
  readonly automation: ExportedAutomation;
  readonly context: FindContext;
}

/** All that an export writes and says. */
export interface FluxExport {
  readonly policies: readonly ExportedPolicy[];
  /** Resources, by names in the folder that is exported to. */
  readonly resources: readonly SourceText[];
  /** Files of the repository in which markers were swapped. */
  readonly swapped: readonly SwappedFile[];
  readonly problems: readonly Problem[];
}

/** Exports all values of the files that magos follows by its own markers and by apps. */
export function exportFlux(files: readonly MarkedFile[], options: ExportOptions): FluxExport {
  const { namespace, context } = options;
  const found = files.flatMap((file) => file.found);
  const exported = exportPolicies(found, context.book, { namespace, defaultPin: context.defaultPin });
  const resources = resourceFiles(exported.policies, options);
  const read = readPolicyBook(resources.map((it) => ({ ...it, mayHoldPolicies: false })), { fluxVersioning: "flux" });
  const book = { magos: context.book.magos, flux: new Map([...context.book.flux, ...read.book.flux]) };
  const swaps = exported.policies.flatMap(({ name, users }) => users.map((user) => swapOf(user, namespace, name)));
  const swapped = textsOf(files).map((source) =>
    swapMarkers(source, swaps.filter(({ found: { target } }) => target.file === source.file), { ...context, book })
  );
  const kept = [...exported.kept, ...swapped.flatMap((file) => file.kept)];
  return {
    policies: exported.policies,
    resources,
    swapped: swapped.filter(({ swaps }) => swaps.length > 0),
    problems: [
      ...read.problems,
      ...exported.problems,
      ...kept.map(({ found, why }) => keptProblem(found, why)),
      ...differences(exported.policies, namespace),
      ...heldByMagos(exported.policies),
    ],
  };
}

function swapOf(found: FoundTarget, namespace: string, name: string): Swap {
  const { part } = found.target;
  const setter = part === "image" ? `${namespace}:${name}` : `${namespace}:${name}:${part}`;
  return { found, setter, owner: "flux", marker: `# {"$imagepolicy": ${JSON.stringify(setter)}}` };
}

function resourceFiles(policies: readonly ExportedPolicy[], options: ExportOptions): readonly SourceText[] {
  const { namespace } = options;
  const interval = goInterval(options.scanSeconds);
  const repositories = new Map(policies.map((it) => [it.repository, it]));
  const plain = (value: YamlTable): { readonly comments: readonly string[]; readonly value: YamlTable } => ({
    comments: [],
    value,
  });
  const files = [
    {
      file: "image-repositories.yaml",
      text: writeYamlDocuments(
        Array.from(
          repositories,
          ([name, { image, exclusions }]) =>
            plain(repositoryResource({ name, namespace }, { image, interval, exclusions })),
        ),
      ),
    },
    {
      file: "image-policies.yaml",
      text: writeYamlDocuments(policies.map(({ name, repository, form, annotations, reflects }) => ({
        comments: form.notes,
        value: policyResource({ name, namespace }, {
          repository,
          form,
          annotations,
          digestInterval: reflects ? interval : null,
        }),
      }))),
    },
    {
      file: "image-update-automation.yaml",
      text: writeYaml(automationResource({ name: "magos", namespace }, options.automation)),
    },
  ].filter(({ text }) => text !== "");
  const list = writeYaml(kustomizationResource(files.map(({ file }) => file)));
  return [...files, { file: "kustomization.yaml", text: list }];
}

function keptProblem({ target }: FoundTarget, why: string): Problem {
  const { file, line, column, policy } = target;
  return {
    code: "flux.not_exported",
    severity: "warning",
    ...{ file, line, column },
    policy: policy.name,
    message: `${target.current.name} stays with magos: ${why}`,
    cure: "leave it to magos, or write it as a whole value of a YAML file and export again",
  };
}

function differences(policies: readonly ExportedPolicy[], namespace: string): readonly Problem[] {
  return policies.flatMap(({ name, form, users, policy }) =>
    form.notes.map((note): Problem => {
      const [first] = users;
      const place = first === undefined ? {} : { file: first.target.file, line: first.target.line };
      return {
        code: "flux.approximated",
        severity: "warning",
        ...place,
        policy: policy.name,
        message: `${namespace === defaultNamespace ? "" : `${namespace}/`}${name}: ${note}`,
        cure: "magos reads the annotations and goes on as before; look at this one before you hand it to Flux",
      };
    })
  );
}

/** What Flux's own fields say too, or Flux does anyway. */
const toldOtherwise: ReadonlySet<string> = new Set(
  ["versioning", "selector", "filter-tags", "allow-prerelease", "allow-downgrade", "skip"].map((key) =>
    `magos.dev/${key}`
  ),
);

/** What only magos reads, each kind named once. */
function heldByMagos(policies: readonly ExportedPolicy[]): readonly Problem[] {
  const keys = policies.flatMap(({ name, annotations }) =>
    Object.keys(annotations).filter((key) => !toldOtherwise.has(key)).map((key) => ({ key, name }))
  );
  return Array.from(Map.groupBy(keys, ({ key }) => key), ([key, users]): Problem => ({
    code: "flux.approximated",
    severity: "warning",
    message: `${key} counts for magos alone, Flux has no such rule: ${namesOf(users.map(({ name }) => name))}`,
    cure: "nothing needs to be done while magos updates; Flux would not wait for it",
  }));
}

function namesOf(names: readonly string[]): string {
  return `${names.slice(0, 5).join(", ")}${names.length > 5 ? `, and ${names.length - 5} more` : ""}`;
}
