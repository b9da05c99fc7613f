// The few endpoints of GitHub, Gitea and GitLab that setting up a host needs, as each documents them.
import type { ForgeKind } from "../../src/core/ports/forge_setup.ts";

/** A deploy key as the forge keeps it. */
export interface KeptKey {
  readonly title: string;
  readonly key: string;
  readonly readOnly: boolean;
}

/** The forge's mind; each key may be changed while it runs. */
export interface ForgeOptions {
  readonly kind: ForgeKind;
  readonly repository: string;
  token: string;
  /** What the token's owner may do, and what the token itself may, where the forge tells them apart. */
  owner: { readonly push: boolean; readonly admin: boolean };
  tokenMayKeepKeys: boolean;
  /** GitHub: scopes of a classic token; null: a fine-grained one. GitLab: scopes. */
  scopes: readonly string[] | null;
  sshUrl: string;
  /** GitHub publishes them. */
  hostKeys: readonly string[];
  readonly keys: KeptKey[];
  /** The one branch; null: the token may not look. */
  branch: { readonly isProtected: boolean; readonly mayPush: boolean } | null;
}

/** The running forge. */
export interface ForgeServer {
  readonly url: string;
  readonly options: ForgeOptions;
  /** `METHOD PATH` of each request. */
  readonly seen: string[];
  close(): Promise<void>;
}

/** Starts it on loopback. */
export function startForge(given: Partial<ForgeOptions> & Pick<ForgeOptions, "kind">): ForgeServer {
  const options: ForgeOptions = {
    repository: "you/homelab",
    token: "forge-canary-token",
    owner: { push: true, admin: true },
    tokenMayKeepKeys: true,
    scopes: null,
    sshUrl: "git@127.0.0.1:you/homelab.git",
    hostKeys: [],
    keys: [],
    branch: { isProtected: false, mayPush: true },
    ...given,
  };
  const seen: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    seen.push(`${request.method} ${pathname}`);
    const text = await request.text();
    if (pathname === "/api/v1/version" && options.kind === "gitea") return Response.json({ version: "1.22.0" });
    if (pathname === "/api/forgejo/v1/version" && options.kind === "forgejo") {
      return Response.json({ version: "9.0.0" });
    }
    if (pathname === "/api/v4/version" && options.kind === "gitlab") {
      return Response.json({ message: "401 Unauthorized" }, { status: 401 });
    }
    if (request.headers.get("authorization") !== `Bearer ${options.token}`) {
      return Response.json({ message: "Bad credentials" }, { status: 401 });
    }
    return options.kind === "gitlab"
      ? gitlab(options, request.method, pathname, text)
      : github(options, request.method, pathname, text);
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, options, seen, close: () => server.shutdown() };
}

function branch({ kind, branch }: ForgeOptions): Response {
  if (branch === null) return forbidden();
  const right = kind === "github" ? {} : { [kind === "gitlab" ? "can_push" : "user_can_push"]: branch.mayPush };
  return Response.json({ name: "main", protected: branch.isProtected, ...right });
}

const notFound = (): Response => Response.json({ message: "Not Found" }, { status: 404 });
const forbidden = (): Response => Response.json({ message: "Resource not accessible" }, { status: 403 });

function github(options: ForgeOptions, method: string, path: string, text: string): Response {
  const { kind, repository, owner, scopes, keys } = options;
  const at = (kind === "github" ? /^(?:\/api\/v3)?(\/.*)$/ : /^\/api\/v1(\/.*)$/).exec(path)?.[1];
  if (at === "/meta" && kind === "github") return Response.json({ ssh_keys: options.hostKeys });
  if (at === `/repos/${repository}`) {
    const headers = kind === "github" && scopes !== null ? { "x-oauth-scopes": scopes.join(", ") } : {};
    const permissions = { admin: owner.admin, push: owner.push, pull: true };
    return Response.json({ full_name: repository, permissions, ssh_url: options.sshUrl }, { headers });
  }
  if (at === `/repos/${repository}/branches/main`) return branch(options);
  if (at !== `/repos/${repository}/keys`) return notFound();
  if (!options.tokenMayKeepKeys) return forbidden();
  if (method === "GET") return Response.json(keys.map((it) => ({ ...it, id: 1, read_only: it.readOnly })));
  const { title, key, read_only } = JSON.parse(text);
  keys.push({ title, key, readOnly: read_only });
  return Response.json({ id: keys.length, title, key, read_only }, { status: 201 });
}

function gitlab(options: ForgeOptions, method: string, path: string, text: string): Response {
  const { repository, owner, scopes, keys } = options;
  if (path === "/api/v4/personal_access_tokens/self") {
    return scopes === null ? notFound() : Response.json({ id: 1, scopes });
  }
  const project = `/api/v4/projects/${encodeURIComponent(repository)}`;
  if (path === project) {
    const access_level = owner.admin ? 40 : owner.push ? 30 : 20;
    const permissions = { project_access: { access_level }, group_access: null };
    return Response.json({ id: 7, permissions, ssh_url_to_repo: options.sshUrl });
  }
  if (path === `${project}/repository/branches/main`) return branch(options);
  if (path !== `${project}/deploy_keys`) return notFound();
  if (!options.tokenMayKeepKeys) return forbidden();
  if (method === "GET") return Response.json(keys.map((it) => ({ ...it, id: 1, can_push: !it.readOnly })));
  const { title, key, can_push } = JSON.parse(text);
  keys.push({ title, key, readOnly: !can_push });
  return Response.json({ id: keys.length, title, key, can_push }, { status: 201 });
}
