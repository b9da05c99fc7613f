// One [[registry]] table of podman's registries.conf -> a rule with its mirrors, checked and with podman's defaults.
import * as z from "zod";

/** One `[[registry]]` entry. */
export interface RegistryRule {
  /** `host[:port][/path]`, or `*.example.com` for all hosts below a domain. */
  readonly prefix: string;
  /** What the prefix is replaced by; null only for a wildcard that leaves names as they are. */
  readonly location: string | null;
  readonly insecure: boolean;
  readonly blocked: boolean;
  /** In the order in which they are to be tried. */
  readonly mirrors: readonly MirrorRule[];
}

/** One `[[registry.mirror]]` entry. */
export interface MirrorRule {
  readonly location: string;
  readonly insecure: boolean;
  /** What may be pulled from it (`pull-from-mirror`). */
  readonly pull: "all" | "digest-only" | "tag-only";
}

const mirrorTable = z.object({
  location: z.string().optional(),
  insecure: z.boolean().optional(),
  "pull-from-mirror": z.enum(["", "all", "digest-only", "tag-only"]).optional(),
});

/** The table as TOML gives it; unknown keys are passed over. */
export const registryTable = z.object({
  prefix: z.string().optional(),
  location: z.string().optional(),
  insecure: z.boolean().optional(),
  blocked: z.boolean().optional(),
  mirror: z.array(mirrorTable).max(100).optional(),
  "mirror-by-digest-only": z.boolean().optional(),
  "pull-from-mirror": z.string().optional(),
});

/** A rule, or in words why podman refuses the table. */
export type ReadRule = { readonly rule: RegistryRule } | { readonly why: string; readonly cure?: string };

/** Checks one table as podman does (containers-registries.conf(5), "Remapping and mirroring registries"). */
export function readRegistryRule(table: z.infer<typeof registryTable>): ReadRule {
  const location = trimSlashes(table.location);
  const prefix = trimSlashes(table.prefix) ?? location;
  for (const value of [prefix, location]) if (hasScheme(value)) return { why: `"${value}" has a scheme` };
  if (prefix === null) return { why: "a [[registry]] has neither prefix nor location" };
  if (location === null && !prefix.startsWith("*.")) {
    return { why: `[[registry]] "${prefix}" has no location`, cure: `add location = "${prefix}"` };
  }
  if (table["pull-from-mirror"]) {
    return { why: `[[registry]] "${prefix}" has pull-from-mirror`, cure: "move it into its [[registry.mirror]]" };
  }
  const byDigest = table["mirror-by-digest-only"] ?? false;
  const mirrors: MirrorRule[] = [];
  for (const mirror of table.mirror ?? []) {
    const at = trimSlashes(mirror.location);
    if (at === null) return { why: `a [[registry.mirror]] of "${prefix}" has no location` };
    if (hasScheme(at)) return { why: `"${at}" has a scheme` };
    if (byDigest && mirror["pull-from-mirror"]) {
      return {
        why: `[[registry]] "${prefix}" has mirror-by-digest-only, its mirror "${at}" pull-from-mirror`,
        cure: "keep pull-from-mirror alone",
      };
    }
    const pull = mirror["pull-from-mirror"] || (byDigest ? "digest-only" : "all");
    mirrors.push({ location: at, insecure: mirror.insecure ?? false, pull });
  }
  const { insecure = false, blocked = false } = table;
  return { rule: { prefix: prefix.toLowerCase(), location, insecure, blocked, mirrors } };
}

/** podman refuses a file in which one place is both trusted and not: which entry holds would depend on their order. */
export function findConflict(rules: readonly RegistryRule[]): string | null {
  const byLocation = new Map<string, RegistryRule>();
  for (const rule of rules) {
    const place = rule.location ?? rule.prefix;
    const other = byLocation.get(place) ?? rule;
    if (other.insecure !== rule.insecure || other.blocked !== rule.blocked) {
      return `"${place}" stands in it twice with different insecure or blocked`;
    }
    byLocation.set(place, other);
  }
  return null;
}

function hasScheme(value: string | null): boolean {
  return value !== null && /^[a-z]+:\/\//i.test(value);
}

function trimSlashes(text: string | undefined): string | null {
  const trimmed = text?.replace(/\/+$/, "") ?? "";
  return trimmed === "" ? null : trimmed;
}
