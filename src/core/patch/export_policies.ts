// What magos follows to resources of Flux: one ImagePolicy for each rule, image and shape, and its ImageRepository.
import { writeAnnotations } from "../documents/flux_annotations.ts";
import { defaultExclusions } from "../documents/flux_fields.ts";
import type { Pin, Policy, PolicyBook } from "../model/policy.ts";
import { type Problem, type Result, success } from "../model/problem.ts";
import { type FluxForm, fluxForm } from "../policy/flux_form.ts";
import { quoteText } from "../policy/flux_pattern.ts";
import { imageWishes, takeName } from "./export_names.ts";
import { whyNotFlux } from "./export_reasons.ts";
import type { FoundTarget } from "./find_context.ts";
import { isInlineKind } from "./marker_policy.ts";

/** One ImagePolicy with its ImageRepository, and the values that follow it. */
export interface ExportedPolicy {
  readonly name: string;
  readonly repository: string;
  /** As the values spell it. */
  readonly image: string;
  readonly policy: Policy;
  readonly form: FluxForm;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether the digest is written too. */
  readonly reflects: boolean;
  /** Null: Flux's own default. */
  readonly exclusions: readonly string[] | null;
  readonly users: readonly FoundTarget[];
}

/** What can be exported, and what stays with magos. */
export interface ExportedPolicies {
  readonly policies: readonly ExportedPolicy[];
  readonly kept: readonly { readonly found: FoundTarget; readonly why: string }[];
  readonly problems: readonly Problem[];
}

/** Flux takes no more (ImageRepository, `spec.exclusionList`). */
const mostExclusions = 25;

type Draft = Omit<ExportedPolicy, "name" | "repository">;

/** Translates the rules of all values, and those of policies with an image that no value follows yet. */
export function exportPolicies(
  found: readonly FoundTarget[],
  book: PolicyBook,
  options: { readonly namespace: string; readonly defaultPin: Pin },
): ExportedPolicies {
  const drafts = new Map<string, Draft & { readonly users: FoundTarget[] }>();
  const kept: { found: FoundTarget; why: string }[] = [];
  const problems: Problem[] = [];
  for (const one of found) {
    const { target } = one;
    if (target.marker === "flux") continue;
    const why = whyNotFlux(one);
    const draft = why === null
      ? draftOf(target.policy, target.current.name, target.current.tag, target.writes.digest)
      : null;
    if (draft === null || !draft.ok) {
      kept.push({ found: one, why: why ?? (draft?.ok === false ? draft.failure.message : "") });
      continue;
    }
    const key = keyOf(draft.value);
    const known = drafts.get(key);
    if (known === undefined) drafts.set(key, { ...draft.value, users: [one] });
    else known.users.push(one);
  }
  const used = new Set(found.map(({ target }) => target.policy.name));
  for (const { policy, image, suspended, file, line } of book.magos.values()) {
    if (used.has(policy.name) || suspended) continue;
    const pin = policy.pin ?? options.defaultPin;
    const draft = image === null ? null : draftOf(policy, image, null, pin !== "tag");
    if (draft?.ok === true) drafts.set(keyOf(draft.value), { ...draft.value, users: [] });
    else problems.push(notExported(policy.name, file, line, draft === null ? null : draft.failure.message));
  }
  return { policies: nameAll([...drafts.values()], book, options.namespace), kept, problems };
}

function draftOf(policy: Policy, image: string, current: string | null, reflects: boolean): Result<Draft> {
  const form = fluxForm(policy, current);
  if (!form.ok) return form;
  const { kind, range, order, filter, extract, notes } = form.value;
  const skipped = policy.skip.map((tag) => `^${quoteText(tag)}$`);
  const others = policy.exclusions.length === 0 ? defaultExclusions : policy.exclusions;
  const all = [...others, ...skipped].slice(0, mostExclusions);
  const told = others.length + skipped.length > mostExclusions
    ? [...notes, `Flux takes ${mostExclusions} exclusions at most, so some tags to skip are skipped by magos alone`]
    : notes;
  // No range and `*` are the same to magos; Flux wants a word.
  const wanted = kind === "semver" && policy.kind === "semver" && policy.range === null && range === "*"
    ? { ...policy, range }
    : policy;
  // What reads the resource without annotations knows no versioning but the configuration's, so it is always said.
  const plain: Policy = {
    ...policy,
    ...{ kind, range, order, filter, extract },
    versioning: policy.versioning === "loose" ? "flux" : "loose",
    ...{ tag: null, prerelease: null, allowDowngrade: false, group: null, skip: [], words: {}, arch: [] },
    ...{ minAgeSeconds: null, repush: "report", trustCreated: false },
  };
  return success({
    image,
    policy,
    form: { ...form.value, notes: told },
    annotations: writeAnnotations(plain, wanted),
    reflects,
    exclusions: JSON.stringify(all) === JSON.stringify(defaultExclusions) ? null : all,
    users: [],
  });
}

/** Rules that would become the same resource are one. */
function keyOf({ image, form, annotations, reflects, exclusions, policy }: Draft): string {
  return JSON.stringify([policy.name, image, form, annotations, reflects, exclusions]);
}

function nameAll(drafts: readonly Draft[], book: PolicyBook, namespace: string): readonly ExportedPolicy[] {
  const policies = new Set(namesIn(book.flux.keys(), namespace));
  const repositories = new Set(namesIn(Array.from(book.flux.values(), (it) => it.flux?.repository ?? ""), namespace));
  const known = new Map<string, string>();
  return drafts.map((draft) => {
    const wishes = imageWishes(draft.image);
    const own = draft.policy.name;
    const name = takeName(isInlineKind(own) ? wishes : [own, ...wishes.map((wish) => `${own}-${wish}`)], policies);
    const key = JSON.stringify([draft.image, draft.exclusions]);
    const repository = known.get(key) ?? takeName(wishes, repositories);
    known.set(key, repository);
    return { ...draft, name, repository };
  });
}

function namesIn(keys: Iterable<string>, namespace: string): readonly string[] {
  return Array.from(keys).filter((key) => key.startsWith(`${namespace}:`)).map((key) =>
    key.slice(namespace.length + 1)
  );
}

function notExported(policy: string, file: string, line: number, why: string | null): Problem {
  return {
    code: "flux.not_exported",
    severity: "warning",
    file,
    line,
    policy,
    message: `the policy "${policy}" is not exported: ${why ?? "nothing says which image it is for"}`,
    cure: why === null ? "write its image into spec.image, or mark a value with it" : "mend the policy",
  };
}
