// podman's registries.conf, format 2, and its drop-ins: texts -> rules that say where a repository is really kept.
import { parse } from "smol-toml";
import * as z from "zod";
import { failure, type Result, success } from "../model/problem.ts";
import { isRegistryHost, type Repository } from "../model/reference.ts";
import { findConflict, readRegistryRule, type RegistryRule, registryTable } from "./registry_rule.ts";
import { readAliases } from "./short_names.ts";

/** What one file says. Null: the file says nothing of it, so that what earlier files said holds. */
export interface RegistriesFile {
  readonly rules: readonly RegistryRule[];
  /** Short names to what they stand for; null takes an alias of an earlier file back. */
  readonly aliases: ReadonlyMap<string, Repository | null>;
  readonly searchRegistries: readonly string[] | null;
  readonly credentialHelpers: readonly string[] | null;
}

/** What all files together say. */
export interface RegistriesConf {
  readonly rules: readonly RegistryRule[];
  readonly aliases: ReadonlyMap<string, Repository>;
  /** Hosts where a name without a registry is looked for (`unqualified-search-registries`). */
  readonly searchRegistries: readonly string[];
  /** Names of helpers; `containers-auth.json` stands for the credential files. Empty when no file names any. */
  readonly credentialHelpers: readonly string[];
}

const maxCharacters = 1024 * 1024;

const document = z.object({
  registry: z.array(registryTable).optional(),
  registries: z.unknown().optional(),
  "unqualified-search-registries": z.array(z.string()).max(100).optional(),
  "credential-helpers": z.array(z.string()).max(100).optional(),
  // A pass asks nobody, so that the mode has nothing to rule here; a wrong one is told all the same.
  "short-name-mode": z.enum(["", "enforcing", "permissive", "disabled"]).optional(),
  aliases: z.record(z.string(), z.string()).optional(),
});

/**
 * Reads format 2 as podman does: unknown keys are passed over, a wrong type or an entry that podman refuses is
 * `registry.config` (containers-registries.conf(5)). `name` is the file's name for messages.
 */
export function parseRegistriesConf(text: string, name = "registries.conf"): Result<RegistriesFile> {
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
  const { data } = parsed;
  if (data.registries !== undefined) {
    return invalid(name, "it is written in format 1 ([registries.search] and the like)", "rewrite it in format 2");
  }
  const rules: RegistryRule[] = [];
  for (const table of data.registry ?? []) {
    const read = readRegistryRule(table);
    if ("why" in read) return invalid(name, read.why, read.cure);
    rules.push(read.rule);
  }
  const conflict = findConflict(rules);
  if (conflict !== null) return invalid(name, conflict);
  const search = data["unqualified-search-registries"]?.map((host) => host.replace(/\/+$/, "")) ?? null;
  const noHost = search?.find((host) => !isRegistryHost(host));
  if (noHost !== undefined) return invalid(name, `unqualified-search-registries: "${noHost}" is no host`);
  const aliases = readAliases(Object.entries(data.aliases ?? {}));
  if (typeof aliases === "string") return invalid(name, aliases);
  return success({ rules, aliases, searchRegistries: search, credentialHelpers: data["credential-helpers"] ?? null });
}

/**
 * Joins the main file and its drop-ins in the order in which podman reads them: a later `[[registry]]` replaces the
 * earlier ones of the same prefix, a later alias the earlier, a later list the whole list.
 */
export function joinRegistriesFiles(files: readonly RegistriesFile[]): RegistriesConf {
  const rules = new Map<string, RegistryRule>();
  const aliases = new Map<string, Repository | null>();
  for (const file of files) {
    // Of two alike in one file the first holds.
    for (const rule of file.rules.toReversed()) rules.set(rule.prefix, rule);
    for (const [name, repository] of file.aliases) aliases.set(name, repository);
  }
  const last = <T>(values: readonly (T | null)[]): T | null => values.findLast((value) => value !== null) ?? null;
  return {
    rules: [...rules.values()],
    aliases: new Map([...aliases].flatMap(([name, to]) => to === null ? [] : [[name, to] as const])),
    searchRegistries: last(files.map((file) => file.searchRegistries)) ?? [],
    credentialHelpers: last(files.map((file) => file.credentialHelpers)) ?? [],
  };
}

function invalid(name: string, why: string, cure = "see containers-registries.conf(5)"): Result<never> {
  return failure("registry.config", `${name} cannot be understood: ${why}`, { cure, file: name });
}
