// A repository that Flux updates to one that magos follows by itself: policies of magos, and its markers for Flux's.
import { magosPolicy } from "../documents/magos_policy.ts";
import { readPolicyBook } from "../documents/policy_book.ts";
import { writeYamlDocuments } from "../documents/write_yaml.ts";
import type { NamedPolicy, Policy } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import { fixedTag } from "../policy/fixed_tag.ts";
import { quoteText } from "../policy/flux_pattern.ts";
import { takeName } from "./export_names.ts";
import type { FindContext, FoundTarget, MarkedFile } from "./find_context.ts";
import { isInlineKind } from "./marker_policy.ts";
import { type Kept, type Swap, swapMarkers, type SwappedFile, textsOf } from "./swap_markers.ts";

/** All that an import writes and says. */
export interface FluxImport {
  /** The new file of policies; empty when nothing follows one of Flux. */
  readonly policies: string;
  readonly swapped: readonly SwappedFile[];
  readonly problems: readonly Problem[];
}

interface Imported {
  readonly name: string;
  readonly named: NamedPolicy;
  readonly policy: Policy;
}

/** Imports what Flux markers follow. `file` is where the policies will stand. */
export function importFlux(files: readonly MarkedFile[], file: string, context: FindContext): FluxImport {
  const found = files.flatMap((it) => it.found).filter(({ target }) => target.marker === "flux");
  const taken = new Set([...context.book.magos.keys()].map((name) => name.toLowerCase()));
  const imported = new Map<string, Imported>();
  for (const { target } of found) {
    const key = `${target.policy.namespace}:${target.policy.name}`;
    const named = context.book.flux.get(key);
    if (named === undefined || imported.has(key)) continue;
    const { name, namespace } = named.policy;
    const wishes = [...isInlineKind(name) ? [] : [name], `${namespace}-${name}`];
    imported.set(key, { name: takeName(wishes, taken), named, policy: asMagos(named.policy) });
  }
  const { book } = writePolicies([...imported.values()], file);
  const policies = new Map([...context.book.magos, ...book]);
  const swaps = found.flatMap((one) => swapOf(one, imported) ?? []);
  const swapped = textsOf(files).map((source) =>
    swapMarkers(source, swaps.filter(({ found: { target } }) => target.file === source.file), {
      ...context,
      book: { magos: policies, flux: context.book.flux },
    })
  );
  const names = found.filter(({ target }) => target.part === "name").map((it): Kept => ({
    found: it,
    why: "magos never changes the name of an image",
  }));
  const used = new Set(swapped.flatMap((it) => it.swaps.map(({ setter }) => setter)));
  return {
    policies: writePolicies([...imported.values()].filter(({ name }) => used.has(name)), file).text,
    swapped: swapped.filter((it) => it.swaps.length > 0),
    problems: [
      ...[...names, ...swapped.flatMap(({ kept }) => kept)].map(keptProblem),
      ...meanings([...imported.values()].filter(({ name }) => used.has(name))),
    ],
  };
}

/** What Flux says of digests is a pin to magos, and the idiom for a tag that moves has a name of its own. */
function asMagos(policy: Policy): Policy {
  const reflects = policy.digestReflection === "Always" || policy.digestReflection === "IfNotPresent";
  const tag = reflects && policy.extract === null ? fixedTag(policy.filter) : null;
  const skipped = new Set(policy.skip.map((it) => `^${quoteText(it)}$`));
  const exclusions = policy.exclusions.filter((pattern) => !skipped.has(pattern));
  const plain = { ...policy, exclusions, pin: reflects ? "both" as const : "tag" as const };
  return tag === null || policy.kind === "latest"
    ? plain
    : { ...plain, kind: "latest", tag, filter: null, range: null, order: "asc" };
}

function writePolicies(
  imported: readonly Imported[],
  file: string,
): { readonly text: string; readonly book: ReadonlyMap<string, NamedPolicy> } {
  const text = writeYamlDocuments(imported.map(({ name, named, policy }) => ({
    comments: [`From Flux's ${policy.namespace}:${policy.name}`],
    value: magosPolicy(name, named.image, policy),
  })));
  if (text === "") return { text, book: new Map() };
  const { book } = readPolicyBook([{ file, text, mayHoldPolicies: true }], { fluxVersioning: "flux" });
  return { text, book: book.magos };
}

function swapOf(found: FoundTarget, imported: ReadonlyMap<string, Imported>): Swap | null {
  const { policy, part } = found.target;
  const it = imported.get(`${policy.namespace}:${policy.name}`);
  if (it === undefined || part === "name") return null;
  const keys = part === "image" ? "" : `, "repo": ${JSON.stringify(it.named.image ?? "")}`;
  return {
    found,
    setter: it.name,
    owner: "magos",
    marker: `# {"magos": {"policy": ${JSON.stringify(it.name)}${keys}}}`,
  };
}

function keptProblem({ found: { target }, why }: Kept): Problem {
  const { file, line, column, policy } = target;
  return {
    code: "flux.not_imported",
    severity: "warning",
    ...{ file, line, column },
    policy: policy.name,
    message: `the marker "${target.setter}" stays: ${why}`,
    cure: "magos follows it as it is while Flux's resources are there",
  };
}

/** Where magos does not do what Flux did, each said once. */
function meanings(imported: readonly Imported[]): readonly Problem[] {
  const tell = (message: string, cure: string, some: readonly Imported[]): readonly Problem[] => {
    if (some.length === 0) return [];
    const names = `${some.slice(0, 5).map(({ name }) => name).join(", ")}${some.length > 5 ? ", ..." : ""}`;
    return [{ code: "flux.approximated", severity: "warning", message: `${message}: ${names}`, cure }];
  };
  const flux = imported.filter(({ policy }) => policy.versioning === "flux" && policy.kind !== "latest");
  return [
    ...tell(
      "magos takes no step down, which Flux would",
      "write allowDowngrade: true where a policy may",
      imported.filter(({ policy }) => !policy.allowDowngrade),
    ),
    ...tell(
      "versions are read as Flux reads them",
      "take versioning: flux out to let the tag in the file set the shape",
      flux,
    ),
    ...tell(
      "a digest that moves under its tag is followed, which IfNotPresent does not",
      "write repush: hold where it should stay",
      imported.filter(({ policy }) => policy.digestReflection === "IfNotPresent"),
    ),
    ...tell(
      "logins and certificates come from podman's own files, not from secretRef",
      "see Registries in README.md",
      imported.filter(({ named: { flux } }) => (flux?.secret ?? null) !== null || (flux?.certSecret ?? null) !== null),
    ),
    ...tell(
      "plain HTTP is set in registries.conf, not by insecure",
      "add insecure = true there",
      imported.filter(({ named: { flux } }) => flux?.insecure === true),
    ),
  ];
}
