// podman's registries.conf, format 2: text -> rules that say where a repository is really kept.
import { parse } from "smol-toml";
import { z } from "zod";
import { failure, type Result, success } from "../model/problem.ts";

/** One `[[registry]]` entry, checked and with its defaults filled in. */
export interface RegistryRule {
  /** `host[:port][/path]`, or `*.example.com` for all hosts below a domain. */
  readonly prefix: string;
  /** What the prefix is replaced by; null only for a wildcard that leaves names as they are. */
  readonly location: string | null;
  readonly insecure: boolean;
  readonly blocked: boolean;
}

/** What magos takes from the file. Short names, aliases and helper lists are podman's own business. */
export interface RegistriesConf {
  readonly rules: readonly RegistryRule[];
}

/** The settings of a machine without the file. */
export const noRegistriesConf: RegistriesConf = { rules: [] };

const maxCharacters = 1024 * 1024;

const registryTable = z.object({
  prefix: z.string().optional(),
  location: z.string().optional(),
  insecure: z.boolean().optional(),
  blocked: z.boolean().optional(),
});
const document = z.object({ registry: z.array(registryTable).optional(), registries: z.unknown().optional() });

/**
 * Reads format 2 as podman does: unknown keys are passed over, a wrong type or an entry that podman refuses is
 * `registry.config` (containers-registries.conf(5)). `name` is the file's name for messages.
 */
export function parseRegistriesConf(text: string, name = "registries.conf"): Result<RegistriesConf> {
  if (text.length > maxCharacters) return invalid(name, "it is larger than 1 MiB");
  let tables: unknown;
  try {
    tables = parse(text);
  } catch (error) {
    return invalid(name, error instanceof Error ? error.message.split("\n")[0] ?? "" : "no TOML");
  }
  const parsed = document.safeParse(tables);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return invalid(name, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "wrong type"}`);
  }
  if (parsed.data.registries !== undefined) {
    return invalid(name, "it is written in format 1 ([registries.search] and the like)", "rewrite it in format 2");
  }
  const rules: RegistryRule[] = [];
  for (const table of parsed.data.registry ?? []) {
    const rule = readRule(table, name);
    if (!rule.ok) return rule;
    rules.push(rule.value);
  }
  const conflict = findConflict(rules);
  return conflict === null ? success({ rules }) : invalid(name, conflict);
}

function readRule(table: z.infer<typeof registryTable>, name: string): Result<RegistryRule> {
  const location = trimSlashes(table.location);
  const prefix = trimSlashes(table.prefix) ?? location;
  for (const value of [prefix, location]) {
    if (value !== null && /^[a-z]+:\/\//i.test(value)) return invalid(name, `"${value}" has a scheme`);
  }
  if (prefix === null) return invalid(name, "a [[registry]] has neither prefix nor location");
  if (location === null && !prefix.startsWith("*.")) {
    return invalid(name, `[[registry]] "${prefix}" has no location`, `add location = "${prefix}"`);
  }
  const { insecure = false, blocked = false } = table;
  return success({ prefix: prefix.toLowerCase(), location, insecure, blocked });
}

// podman refuses a file in which one place is both trusted and not: which entry holds would depend on their order.
function findConflict(rules: readonly RegistryRule[]): string | null {
  const byLocation = new Map<string, RegistryRule>();
  for (const rule of rules) {
    if (rule.location === null) continue;
    const other = byLocation.get(rule.location) ?? rule;
    if (other.insecure !== rule.insecure || other.blocked !== rule.blocked) {
      return `"${rule.location}" stands in it twice with different insecure or blocked`;
    }
    byLocation.set(rule.location, other);
  }
  return null;
}

function trimSlashes(text: string | undefined): string | null {
  const trimmed = text?.replace(/\/+$/, "") ?? "";
  return trimmed === "" ? null : trimmed;
}

function invalid(name: string, why: string, cure = "see containers-registries.conf(5)"): Result<never> {
  return failure("registry.config", `${name} cannot be understood: ${why}`, { cure, file: name });
}
