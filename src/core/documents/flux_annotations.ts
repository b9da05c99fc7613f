// The annotations `magos.dev/...` of a Flux ImagePolicy: what Flux cannot say and magos goes on reading there.
import * as z from "zod";
import { formatDuration, parseDuration } from "../model/duration.ts";
import { nearestOf } from "../model/nearest.ts";
import { formatPlatform, parsePlatform } from "../model/platform.ts";
import type { Policy } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import { duration, emptyAllowed, order, pattern, platform, policyName, shortText, tagName } from "./policy_fields.ts";
import { branchesOf, selectorOf } from "./policy_selector.ts";
import { type Resource, resourceProblem } from "./resource.ts";

/** What annotations replace in a policy. */
export type Annotated = Partial<Policy>;

/** One annotation: read into a policy, or refused with words. */
interface Form {
  read(text: string): { readonly fields: Annotated } | { readonly flaw: string };
}

/** Kubernetes holds 256 KiB of them. */
const mostAnnotations = 1000;

const ordered = emptyAllowed(z.strictObject({ order: order.optional() })).optional();
const following = emptyAllowed(z.strictObject({ tag: tagName.optional() })).optional();

const selector = z.strictObject({
  semver: emptyAllowed(z.strictObject({ range: shortText.optional() })).optional(),
  alphabetical: ordered,
  numerical: ordered,
  latest: following,
  digest: following,
}).refine((branches) => branchesOf(branches).length === 1, "must hold one selector");

const filterTags = z.strictObject({ pattern: pattern.optional(), extract: shortText.optional() });
const words = z.array(z.string().min(1).max(64)).max(100).optional();
const wordLists = z.strictObject({ prerelease: words, fix: words, build: words, flavour: words });

const forms: Readonly<Record<string, Form>> = {
  "magos.dev/versioning": oneOf(["loose", "flux"], (versioning) => ({ versioning })),
  "magos.dev/allow-downgrade": truth((allowDowngrade) => ({ allowDowngrade })),
  "magos.dev/allow-prerelease": truth((prerelease) => ({ prerelease })),
  "magos.dev/selector": form(json(selector), (branches) => {
    const { prerelease: _said, ...rest } = selectorOf(branches, branchesOf(branches)[0] ?? "semver");
    return rest;
  }),
  "magos.dev/filter-tags": form(json(filterTags), (filter) => ({
    filter: filter.pattern || null,
    extract: filter.extract || null,
  })),
  "magos.dev/skip": form(list(tagName, 1000), (skip) => ({ skip })),
  "magos.dev/words": form(json(wordLists), (lists) => ({
    words: Object.fromEntries(Object.entries(lists).flatMap(([kind, it]) => it ? [[kind, it]] : [])),
  })),
  "magos.dev/arch": form(list(platform, 20), (names) => ({
    arch: names.map(parsePlatform).flatMap((parsed) => parsed.ok ? [parsed.value] : []),
  })),
  "magos.dev/min-age": form(duration, (text) => {
    const parsed = parseDuration(text);
    return { minAgeSeconds: parsed.ok ? parsed.value : null };
  }),
  "magos.dev/group": form(policyName, (group) => ({ group })),
  "magos.dev/repush": oneOf(["report", "hold"], (repush) => ({ repush })),
  "magos.dev/trust-created": truth((trustCreated) => ({ trustCreated })),
};

/** What the annotations of a resource say, and what is wrong with those of magos. Others are other programs'. */
export function readAnnotations(
  resource: Resource,
  written: Readonly<Record<string, unknown>> | null | undefined,
): { readonly fields: Annotated; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let fields: Annotated = {};
  for (const [key, value] of Object.entries(written ?? {}).slice(0, mostAnnotations)) {
    if (!key.startsWith("magos.dev/")) continue;
    const path = ["metadata", "annotations", key];
    const known = Object.hasOwn(forms, key) ? forms[key] : undefined;
    if (known === undefined) {
      const near = nearestOf(key, Object.keys(forms));
      const cure = near === null ? `known here: ${Object.keys(forms).join(", ")}` : `did you mean "${near}"?`;
      problems.push(
        resourceProblem(resource, path, { code: "policy.unknown_key", message: `unknown key "${key}"`, cure }),
      );
      continue;
    }
    // Kubernetes takes texts alone.
    const read = known.read(typeof value === "string" ? value : "");
    if ("fields" in read) fields = { ...fields, ...read.fields };
    else {
      const cure = typeof value === "string" ? {} : { cure: "put it in quotes" };
      problems.push(
        resourceProblem(resource, path, { code: "policy.invalid", message: `"${key}" ${read.flaw}`, ...cure }),
      );
    }
  }
  return { fields, problems };
}

// Each field of a policy has a rule here, so that one that is added cannot be forgotten: null where the resource says it.
const writers: { readonly [Field in keyof Policy]: ((policy: Policy) => readonly [key: string, text: string]) | null } =
  {
    name: null,
    namespace: null,
    source: null,
    exclusions: null,
    digestReflection: null,
    pin: null,
    versioning: ({ versioning }) => ["versioning", versioning],
    kind: (policy) => ["selector", JSON.stringify(selectorText(policy))],
    range: (policy) => ["selector", JSON.stringify(selectorText(policy))],
    order: (policy) => ["selector", JSON.stringify(selectorText(policy))],
    tag: (policy) => ["selector", JSON.stringify(selectorText(policy))],
    filter: (policy) => ["filter-tags", JSON.stringify(filterText(policy))],
    extract: (policy) => ["filter-tags", JSON.stringify(filterText(policy))],
    prerelease: ({ prerelease }) => ["allow-prerelease", String(prerelease ?? false)],
    allowDowngrade: ({ allowDowngrade }) => ["allow-downgrade", String(allowDowngrade)],
    group: ({ group }) => ["group", group ?? ""],
    skip: ({ skip }) => ["skip", skip.join(",")],
    words: ({ words }) => ["words", JSON.stringify(words)],
    arch: ({ arch }) => ["arch", arch.map(formatPlatform).join(",")],
    minAgeSeconds: ({ minAgeSeconds }) => ["min-age", formatDuration(minAgeSeconds ?? 0)],
    repush: ({ repush }) => ["repush", repush],
    trustCreated: ({ trustCreated }) => ["trust-created", String(trustCreated)],
  };

/** The annotations that make of a policy as Flux's own fields say it (`plain`) the policy that is wanted. */
export function writeAnnotations(plain: Policy, wanted: Policy): Readonly<Record<string, string>> {
  const written: Record<string, string> = {};
  for (const [field, writer] of Object.entries(writers)) {
    const [one, other] = [plain[field as keyof Policy], wanted[field as keyof Policy]];
    if (writer === null || JSON.stringify(one) === JSON.stringify(other)) continue;
    const [key, text] = writer(wanted);
    written[`magos.dev/${key}`] = text;
  }
  return written;
}

function selectorText({ kind, range, order, tag }: Policy): Readonly<Record<string, Readonly<Record<string, string>>>> {
  if (kind === "semver") return { semver: range === null ? {} : { range } };
  if (kind === "latest" || kind === "digest") return { [kind]: tag === null ? {} : { tag } };
  return { [kind]: order === "asc" ? {} : { order } };
}

function filterText({ filter, extract }: Policy): Readonly<Record<string, string>> {
  return { ...filter === null ? {} : { pattern: filter }, ...extract === null ? {} : { extract } };
}

function form<T>(schema: z.ZodType<T>, fieldsOf: (value: T) => Annotated): Form {
  return {
    read: (text) => {
      const checked = schema.safeParse(text);
      if (checked.success) return { fields: fieldsOf(checked.data) };
      const [issue] = checked.error.issues;
      const at = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
      return { flaw: `is not understood${at}: ${issue?.message ?? "invalid"}` };
    },
  };
}

function oneOf<T extends string>(values: readonly T[], fieldsOf: (value: T) => Annotated): Form {
  return {
    read: (text) => {
      const value = values.find((it) => it === text);
      if (value !== undefined) return { fields: fieldsOf(value) };
      return { flaw: `must be ${values.map((it) => `"${it}"`).join(" or ")}` };
    },
  };
}

function truth(fieldsOf: (value: boolean) => Annotated): Form {
  return oneOf(["true", "false"], (text) => fieldsOf(text === "true"));
}

function list<T>(item: z.ZodType<T>, most: number): z.ZodType<T[]> {
  return z.preprocess((text) => String(text).split(",").map((it) => it.trim()), z.array(item).max(most));
}

function json<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess((text) => {
    try {
      return JSON.parse(String(text)) as unknown;
    } catch {
      return text;
    }
  }, schema);
}
