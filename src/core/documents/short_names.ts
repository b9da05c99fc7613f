// Names that name no registry -> the repository that they stand for on this machine (containers-registries.conf(5)).
import { failure, type Result, success } from "../model/problem.ts";
import { canonicalHost, namesRegistry, parseReference, parseRepository, type Repository } from "../model/reference.ts";

/** What registries.conf says of short names. */
export interface ShortNames {
  readonly aliases: ReadonlyMap<string, Repository>;
  readonly searchRegistries: readonly string[];
}

/** A machine that says nothing: every short name is Docker Hub's (registries 1.6). */
export const noShortNames: ShortNames = { aliases: new Map(), searchRegistries: [] };

/** Checks the `[aliases]` table; in words what is wrong with it. An empty value takes an alias back. */
export function readAliases(
  entries: readonly (readonly [string, string])[],
): ReadonlyMap<string, Repository | null> | string {
  const aliases = new Map<string, Repository | null>();
  for (const [name, value] of entries) {
    if (namesRegistry(name) || !isNameAlone(name)) return `[aliases]: "${name}" is no short name`;
    const repository = parseRepository(value);
    if (value !== "" && !(namesRegistry(value) && isNameAlone(value) && repository.ok)) {
      return `[aliases]: "${value}" is no whole name without tag`;
    }
    aliases.set(name, value !== "" && repository.ok ? repository.value : null);
  }
  return aliases;
}

/**
 * The repository of a name as it is written. A whole name stands for itself. A short one is its alias, else it is
 * looked for at the one search registry; of several it is Docker Hub's if that is among them, else the name is
 * ambiguous (`registry.config`): nobody is asked, and trying one after the other would let any of them answer for it.
 */
export function locateName(names: ShortNames, written: string): Result<Repository> {
  const repository = parseRepository(written);
  if (!repository.ok || namesRegistry(written)) return repository;
  const alias = names.aliases.get(written);
  if (alias !== undefined) return success(alias);
  const hosts = new Set(names.searchRegistries.map(canonicalHost));
  if (hosts.size === 0 || hosts.has("docker.io")) return repository;
  const [host, ...others] = hosts;
  if (host !== undefined && others.length === 0) return parseRepository(`${host}/${written}`);
  return failure("registry.config", `"${written}" may be of any of ${[...hosts].join(", ")} (registries.conf)`, {
    cure: `write the whole name, like ${host}/${written}, or add an alias for it to registries.conf`,
    image: written,
  });
}

function isNameAlone(name: string): boolean {
  const read = parseReference(name);
  return read.ok && read.value.tag === null && read.value.digest === null;
}
