// Whose API stands beside a git server: known by its name, said by the configuration, or found by asking.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { ForgeKind } from "../../core/ports/forge_setup.ts";
import type { Http, TlsIdentity } from "../../core/ports/http.ts";
import { readBody } from "./read_body.ts";

/** Where an API is. */
export interface ForgePlace {
  readonly kind: ForgeKind;
  /** Without a slash at its end. */
  readonly base: string;
}

/** What is known, and how to ask. */
export interface KindOrder {
  readonly http: Http;
  readonly tls: TlsIdentity | null;
  /** `https://host[:port]` of the git server. */
  readonly origin: string;
  readonly forge: ForgeKind | "auto" | "none";
  readonly forgeUrl: string | null;
  readonly signal: AbortSignal;
}

const known: ReadonlyMap<string, ForgeKind> = new Map([
  ["github.com", "github"],
  ["www.github.com", "github"],
  ["gitlab.com", "gitlab"],
  ["codeberg.org", "forgejo"],
  ["gitea.com", "gitea"],
]);

const paths: Readonly<Record<ForgeKind, string>> = {
  github: "/api/v3",
  gitlab: "/api/v4",
  forgejo: "/api/v1",
  gitea: "/api/v1",
};

/** Null when there is none that magos knows. Asks without the token, the git server alone. */
export async function findForge(order: KindOrder): Promise<Result<ForgePlace | null>> {
  const { forge, origin, forgeUrl } = order;
  if (forge === "none") return success(null);
  const host = new URL(origin).hostname;
  const kind = forge === "auto" ? known.get(host) ?? await askKind(order) : forge;
  if (kind === null) return success(null);
  if (forgeUrl !== null) {
    const base = forgeUrl.replace(/\/+$/, "");
    return success({ kind, base: kind === "github" || /\/api\/v\d$/.test(base) ? base : `${base}${paths[kind]}` });
  }
  const isGithub = known.get(host) === "github";
  return success({ kind, base: isGithub ? "https://api.github.com" : `${origin}${paths[kind]}` });
}

async function askKind(order: KindOrder): Promise<ForgeKind | null> {
  if (await answers(order, "/api/forgejo/v1/version", (it) => "version" in it)) return "forgejo";
  if (await answers(order, "/api/v1/version", (it) => "version" in it)) return "gitea";
  if (await answers(order, "/api/v4/version", (it) => "version" in it || /401/.test(String(it["message"])))) {
    return "gitlab";
  }
  const isGithub = await answers(order, "/api/v3/meta", (it) => "verifiable_password_authentication" in it);
  return isGithub ? "github" : null;
}

/** Whether JSON comes that looks right; any trouble means no. */
async function answers(
  { http, tls, origin, forgeUrl, signal }: KindOrder,
  path: string,
  fits: (data: Readonly<Record<string, unknown>>) => boolean,
): Promise<boolean> {
  const base = forgeUrl === null ? origin : new URL(forgeUrl).origin;
  const request = new Request(`${base}${path}`, { headers: { accept: "application/json" } });
  const sent = await http.send(request, { signal, ...(tls === null ? {} : { tls }), headersTimeout: 5000 });
  if (!sent.ok) return false;
  const body = await readBody(sent.value, 64 * 1024);
  try {
    const data: unknown = JSON.parse(body ?? "");
    return typeof data === "object" && data !== null && fits(data as Readonly<Record<string, unknown>>);
  } catch {
    return false;
  }
}

/** `owner/name` of a git address, groups of GitLab included. Fails with `config.invalid_value`. */
export function repositoryPath(url: string): Result<string> {
  const path = URL.canParse(url) ? new URL(url).pathname : `/${url.slice(url.indexOf(":") + 1)}`;
  const parts = path.replace(/\.git\/?$/, "").split("/").filter((part) => part !== "");
  const isRight = parts.length >= 2 && parts.every((part) => /^[A-Za-z0-9_.~-]+$/.test(part) && !/^\.+$/.test(part));
  if (isRight) return success(parts.join("/"));
  return failure("config.invalid_value", "the repository's address names no OWNER/NAME of a forge", {
    cure: "write repo like https://github.com/you/homelab.git",
  });
}
