// From the name of a repository to the server that is asked for it, by the rules of registries.conf.
import { reachOfHost } from "../model/host_reach.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { formatRepository, type Repository } from "../model/reference.ts";
import type { RegistriesConf } from "./registries_conf.ts";
import type { RegistryRule } from "./registry_rule.ts";

/** Where to connect for a repository. */
export interface Endpoint {
  /** `https://registry-1.docker.io`: scheme, host and port, as `URL.origin` gives it. */
  readonly origin: string;
  /** The registry's own name, under which its profile, tokens and credentials are kept: `docker.io`, `ghcr.io`. */
  readonly host: string;
  /** The repository's path on that server. */
  readonly path: string;
  /** The repository as files and reports name it. */
  readonly display: Repository;
  /** True when registries.conf allows plain HTTP, so that which of the two it is has to be found out. */
  readonly insecure: boolean;
  /** Where content may be fetched by digest before it is asked for here, in this order. They have no mirrors. */
  readonly mirrors: readonly Endpoint[];
  /** A mirror is asked once: the registry itself is the second try. */
  readonly isMirror: boolean;
}

// Docker Hub answers under another name than it is known by; lscr.io only redirects to ghcr.io, and tokens do not
// survive the redirect (registries 1.6 and 1.7).
const connectNames: ReadonlyMap<string, string> = new Map([["docker.io", "registry-1.docker.io"]]);
const vanityNames: ReadonlyMap<string, string> = new Map([["lscr.io", "ghcr.io"]]);

/**
 * The endpoint of a canonical repository. Fails with `registry.blocked`, or with `registry.config` when a location
 * leads to no server. Its origin is plain HTTP only for this machine (registries 1.6). Mirrors for tags alone are left
 * out: the origin is the truth for tags (registries 5.4).
 */
export function resolveEndpoint(conf: Pick<RegistriesConf, "rules">, repository: Repository): Result<Endpoint> {
  const name = formatRepository(repository);
  const rule = findRule(conf.rules, name);
  if (rule?.rule.blocked) {
    return failure("registry.blocked", `registries.conf blocks "${rule.rule.prefix}", so ${name} is not asked for`, {
      cure: "take blocked = true out of registries.conf, or exclude the image",
      host: repository.host,
      image: name,
    });
  }
  const rest = rule === null ? "" : name.slice(rule.end);
  const location = rule?.rule.location ?? null;
  const target = location === null ? name : location + rest;
  const place = placeOf(target, rule === null, rule?.rule.insecure ?? false);
  if (place === null) return noRepository(repository, target);
  const mirrors: Endpoint[] = [];
  for (const mirror of rule?.rule.mirrors ?? []) {
    if (mirror.pull === "tag-only") continue;
    const at = placeOf(mirror.location + rest, false, mirror.insecure);
    if (at === null) return noRepository(repository, mirror.location + rest);
    // A mirror is a registry of its own: what goes wrong there is told, and counted, under its name.
    mirrors.push({ ...at, display: { host: at.host, path: at.path }, mirrors: [], isMirror: true });
  }
  return success({ ...place, display: repository, mirrors, isMirror: false });
}

function placeOf(
  target: string,
  unruled: boolean,
  insecure: boolean,
): Pick<Endpoint, "origin" | "host" | "path" | "insecure"> | null {
  const slash = target.indexOf("/");
  const named = (slash < 0 ? target : target.slice(0, slash)).toLowerCase();
  const host = unruled ? vanityNames.get(named) ?? named : named;
  const path = slash < 0 ? "" : target.slice(slash + 1);
  const origin = originOf(connectNames.get(host) ?? host);
  const isPath = path.split("/").every((part) => /^[a-z0-9][a-z0-9._-]*$/.test(part));
  return origin !== null && isPath ? { origin, host, path, insecure } : null;
}

function noRepository(repository: Repository, target: string): Result<never> {
  const name = formatRepository(repository);
  return failure("registry.config", `registries.conf sends ${name} to "${target}", which is no repository`, {
    cure: "correct the location of that [[registry]] or [[registry.mirror]]",
    host: repository.host,
    image: name,
  });
}

interface MatchedRule {
  readonly rule: RegistryRule;
  /** How many characters of the name the prefix stands for. */
  readonly end: number;
}

// The longest prefix holds; of two alike the first (containers-registries.conf(5)).
function findRule(rules: readonly RegistryRule[], name: string): MatchedRule | null {
  let best: MatchedRule | null = null;
  for (const rule of rules) {
    const end = matchEnd(rule.prefix, name);
    if (end !== null && (best === null || rule.prefix.length > best.rule.prefix.length)) best = { rule, end };
  }
  return best;
}

function matchEnd(prefix: string, name: string): number | null {
  if (prefix.startsWith("*.")) {
    const host = name.slice(0, name.indexOf("/"));
    return host.endsWith(prefix.slice(1)) && host.length >= prefix.length ? host.length : null;
  }
  return name === prefix || name.startsWith(`${prefix}/`) ? prefix.length : null;
}

function originOf(host: string): string | null {
  try {
    const url = new URL(`https://${host}`);
    if (url.pathname !== "/" || url.username !== "" || url.search !== "" || url.hash !== "") return null;
    return reachOfHost(url.hostname) === "loopback" ? new URL(`http://${host}`).origin : url.origin;
  } catch {
    return null;
  }
}
