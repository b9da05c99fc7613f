// Which login of a Secret is meant for an image, by the rules of Kubernetes (Flux semantics 2, "Credentials").
import type { Credential } from "../model/credential.ts";
import { compilePattern, matchesPattern } from "../model/pattern.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { canonicalHost, type Repository } from "../model/reference.ts";
import type { AuthEntry, AuthFile } from "./auth_file.ts";

/** A host, in which `*` and `?` may stand within one of its parts, and the beginning of a path. */
interface Scope {
  readonly host: string;
  readonly path: readonly string[];
}

/** The login, or null when no entry is for the image: then it is asked without. Fails with `flux.no_secret`. */
export function findFluxLogin(file: AuthFile, repository: Repository): Result<Credential | null> {
  const keys = [...file.entries.keys()].sort((a, b) => b.length - a.length || (a < b ? 1 : -1));
  for (const key of keys) {
    const entry: AuthEntry | undefined = file.entries.get(key);
    if (entry === undefined || entry.kind === "marker" || !covers(scopeOf(key), repository)) continue;
    if (entry.kind === "login") return success(entry.credential);
    return failure(
      "flux.no_secret",
      `the entry for ${key.slice(0, 100)} in ${file.name} cannot be used: ${entry.why}`,
      {
        cure: "make the Secret anew: kubectl create secret docker-registry",
      },
    );
  }
  return success(null);
}

/** Scheme and the API's own path say nothing: Docker's usual key for Docker Hub is `https://index.docker.io/v1/`. */
function scopeOf(key: string): Scope {
  const [host = "", ...path] = key.replace(/^https?:\/\//i, "").split("/");
  const ownPath = /^v[12]$/.test(path[0] ?? "") ? path.slice(1) : path;
  return { host: canonicalHost(host), path: ownPath.filter((part) => part !== "") };
}

function covers({ host, path }: Scope, repository: Repository): boolean {
  const parts = repository.path.split("/");
  return path.every((part, index) => parts[index] === part) && fitsHost(host, canonicalHost(repository.host));
}

/** Part by part, so that `*` never reaches over a dot; ports must be equal. */
function fitsHost(glob: string, host: string): boolean {
  const [name = "", port = ""] = splitPort(glob);
  const [realName = "", realPort = ""] = splitPort(host);
  const globs = name.split(".");
  const reals = realName.split(".");
  return port === realPort && globs.length === reals.length &&
    globs.every((part, index) => fitsPart(part, reals[index] ?? ""));
}

function splitPort(host: string): readonly string[] {
  const colon = /:[0-9]+$/.exec(host)?.index ?? host.length;
  return [host.slice(0, colon), host.slice(colon)];
}

function fitsPart(glob: string, part: string): boolean {
  if (!/[*?]/.test(glob)) return glob === part;
  const quoted = glob.replace(/[^A-Za-z0-9*?_-]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  const pattern = compilePattern(`^${quoted}$`);
  return pattern.ok && matchesPattern(pattern.value, part);
}
