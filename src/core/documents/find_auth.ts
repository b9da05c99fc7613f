// Which login of a file is meant for an image (registries 1.5; containers-auth.json(5)).
import type { Credential } from "../model/credential.ts";
import { canonicalHost, formatRepository, type Repository } from "../model/reference.ts";
import type { AuthEntry, AuthFile } from "./auth_file.ts";

/** What the file says about an image's registry; `key` is the entry that says so. */
export type AuthFinding =
  | { readonly kind: "login"; readonly key: string; readonly credential: Credential }
  | {
    readonly kind: "helper";
    readonly helper: string;
    /** The key by which the helper knows the registry. */
    readonly server: string;
    /** `host`: the file gives this host to the helper. `marked`: it says that a login is there. `maybe`: it does not. */
    readonly why: "host" | "marked" | "maybe";
  }
  | { readonly kind: "marker"; readonly key: string }
  | { readonly kind: "broken"; readonly key: string; readonly why: string };

const hub = "docker.io";
// Where Docker's own client keeps the login of Docker Hub, also in helpers.
const hubKey = "https://index.docker.io/v1/";

/**
 * The file's word on a repository, or null when it has none: its helper for the host, then the entry for the longest
 * beginning of `host/path`, then one whose key is another spelling of the host, then `credsStore` if `isDocker` says
 * that this is Docker's own file. A key without scheme and with a path counts for just that path.
 */
export function findAuth(file: AuthFile, repository: Repository, isDocker: boolean): AuthFinding | null {
  const host = canonicalHost(repository.host);
  const server = host === hub ? hubKey : host;
  const [helperKey, helper] = [...file.helpers].find(([key]) => hostOfKey(key) === host) ?? [];
  if (helper && helperKey !== undefined) return { kind: "helper", helper, server: helperKey, why: "host" };
  const store = isDocker && helper === undefined ? file.store : null;
  const found = findEntry(file.entries, repository, host);
  if (found === null) return store === null ? null : { kind: "helper", helper: store, server, why: "maybe" };
  const [key, entry] = found;
  if (entry.kind !== "marker") return { ...entry, key };
  return store === null ? { kind: "marker", key } : { kind: "helper", helper: store, server: key, why: "marked" };
}

function findEntry(
  entries: AuthFile["entries"],
  repository: Repository,
  host: string,
): readonly [string, AuthEntry] | null {
  for (const key of prefixesOf(repository)) {
    const entry = entries.get(key);
    if (entry !== undefined) return [key, entry];
  }
  const spellings = [...entries].filter(([key]) => hostOfKey(key) === host);
  // Of several spellings Docker's usual one holds, then one that has a login.
  const usual = spellings.find(([key]) => key === hubKey);
  return usual ?? spellings.find(([, entry]) => entry.kind === "login") ?? spellings[0] ?? null;
}

/** `host/ns/repo`, `host/ns`, `host`. */
function prefixesOf(repository: Repository): readonly string[] {
  const parts = formatRepository(repository).split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
}

// Old clients wrote whole URLs, whose path says nothing; newer ones write paths that do.
function hostOfKey(key: string): string | null {
  // Docker keeps tokens for Docker Hub's web API beside its login; they open no registry.
  if (/^https:\/\/index\.docker\.io\/v1\/(access|refresh)-token$/.test(key)) return null;
  const [, scheme, host = "", path = ""] = /^(https?:\/\/)?([^/]*)(.*)$/s.exec(key) ?? [];
  return host === "" || (scheme === undefined && path !== "") ? null : canonicalHost(host);
}
