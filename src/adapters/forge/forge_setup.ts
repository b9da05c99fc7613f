// What a token may do at a forge, and the deploy keys of one repository, in the words of each API.
import * as z from "zod";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Secret } from "../../core/model/secret.ts";
import type { DeployKey, ForgeSetup, GuardedBranch, TokenStanding } from "../../core/ports/forge_setup.ts";
import { type ApiAnswer, askForge, type ForgeApi } from "./api.ts";
import type { ForgePlace } from "./forge_kind.ts";

/** How to reach the API, and as whom. */
export interface SetupParts {
  readonly api: ForgeApi;
  readonly place: ForgePlace;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: Secret;
}

/** Nothing is asked yet. */
export function createForgeSetup(parts: SetupParts): ForgeSetup {
  const { kind, base } = parts.place;
  return {
    kind,
    api: base,
    standing: () => askStanding(parts),
    deployKeys: () => listKeys(parts),
    addDeployKey: (key) => addKey(parts, key),
    branch: (name) => askBranch(parts, name),
    hostKeys: () => kind === "github" ? askHostKeys(parts) : Promise.resolve(success([])),
  };
}

async function ask(
  { api, token }: SetupParts,
  path: string,
  body?: unknown,
): Promise<Result<ApiAnswer>> {
  const method = body === undefined ? "GET" : "POST";
  return await askForge(api, { method, path, jwt: token, ...(body === undefined ? {} : { body }) });
}

function projectOf({ place, repository }: SetupParts): string {
  return place.kind === "gitlab" ? `/projects/${encodeURIComponent(repository)}` : `/repos/${repository}`;
}

const githubLike = z.object({
  permissions: z.object({ admin: z.boolean(), push: z.boolean() }).optional(),
  ssh_url: z.string().max(1000).optional(),
});

const access = z.object({ access_level: z.number() }).nullish();
const gitlabProject = z.object({
  permissions: z.object({ project_access: access, group_access: access }).optional(),
  ssh_url_to_repo: z.string().max(1000).optional(),
});

async function askStanding(parts: SetupParts): Promise<Result<TokenStanding>> {
  const answer = await ask(parts, projectOf(parts));
  if (!answer.ok) return answer;
  const { status, data, headers } = answer.value;
  if (status !== 200) return refused(parts, status);
  if (parts.place.kind === "gitlab") return await gitlabStanding(parts, data);
  const read = githubLike.safeParse(data);
  if (!read.success) return odd(parts);
  const { permissions, ssh_url } = read.data;
  // GitHub names the scopes of a classic token; of a fine-grained one it tells only what its owner may do.
  const scopes = headers.get("x-oauth-scopes")?.split(",").map((scope) => scope.trim()) ?? null;
  const isClassic = scopes !== null && scopes.some((scope) => scope !== "");
  const hasRepo = !isClassic || scopes.some((scope) => scope === "repo" || scope === "public_repo");
  return success({
    mayPush: permissions === undefined ? null : permissions.push && hasRepo,
    mayKeepKeys: permissions === undefined ? null : permissions.admin && hasRepo,
    sshUrl: ssh_url ?? null,
    open: isClassic ? [] : ["the forge tells what the token's owner may do, not what the token may: trying it shows"],
  });
}

/** GitLab's levels: 30 developer, 40 maintainer; a token besides has scopes. */
async function gitlabStanding(parts: SetupParts, data: unknown): Promise<Result<TokenStanding>> {
  const read = gitlabProject.safeParse(data);
  if (!read.success) return odd(parts);
  const { permissions, ssh_url_to_repo } = read.data;
  const level = Math.max(permissions?.project_access?.access_level ?? 0, permissions?.group_access?.access_level ?? 0);
  const self = await ask(parts, "/personal_access_tokens/self");
  if (!self.ok) return self;
  const told = z.object({ scopes: z.array(z.string()) }).safeParse(self.value.data);
  const scopes = self.value.status === 200 && told.success ? told.data.scopes : null;
  return success({
    mayPush: level >= 30 && (scopes === null || scopes.some((it) => it === "api" || it === "write_repository")),
    mayKeepKeys: level >= 40 && (scopes === null || scopes.includes("api")),
    sshUrl: ssh_url_to_repo ?? null,
    open: scopes === null ? ["the forge does not tell the token's scopes: trying it shows"] : [],
  });
}

const keyList = z.array(z.object({
  title: z.string().max(1000).default(""),
  key: z.string().max(10_000),
  read_only: z.boolean().optional(),
  can_push: z.boolean().optional(),
})).max(1000);

async function listKeys(parts: SetupParts): Promise<Result<readonly DeployKey[] | null>> {
  const answer = await ask(parts, `${keysOf(parts)}?per_page=100&limit=50`);
  if (!answer.ok) return answer;
  if (isRefusal(answer.value.status)) return success(null);
  const read = keyList.safeParse(answer.value.data);
  if (answer.value.status !== 200 || !read.success) return odd(parts);
  return success(read.data.map(({ title, key, read_only, can_push }) => ({
    title,
    key: key.trim().split(/\s+/).slice(0, 2).join(" "),
    readOnly: read_only ?? !(can_push ?? false),
  })));
}

async function addKey(parts: SetupParts, { title, key, readOnly }: DeployKey): Promise<Result<boolean>> {
  const right = parts.place.kind === "gitlab" ? { can_push: !readOnly } : { read_only: readOnly };
  const answer = await ask(parts, keysOf(parts), { title, key, ...right });
  if (!answer.ok) return answer;
  const { status } = answer.value;
  if (status === 201 || status === 200) return success(true);
  if (isRefusal(status)) return success(false);
  return failure("forge.protocol", `the forge does not take the deploy key: it answers with status ${status}`, {
    host: new URL(parts.place.base).host,
    cure: "see at the forge whether the key is in use elsewhere, or deploy keys are switched off",
  });
}

function keysOf(parts: SetupParts): string {
  return `${projectOf(parts)}/${parts.place.kind === "gitlab" ? "deploy_keys" : "keys"}`;
}

const meta = z.object({ ssh_keys: z.array(z.string().regex(/^[a-z0-9@.-]+ [A-Za-z0-9+/=]+$/).max(2000)).max(20) });

async function askHostKeys(parts: SetupParts): Promise<Result<readonly string[]>> {
  const answer = await ask(parts, "/meta");
  if (!answer.ok) return answer;
  const read = meta.safeParse(answer.value.data);
  return success(answer.value.status === 200 && read.success ? read.data.ssh_keys : []);
}

const branchForm = z.object({
  protected: z.boolean(),
  user_can_push: z.boolean().optional(),
  can_push: z.boolean().optional(),
});

async function askBranch(parts: SetupParts, name: string): Promise<Result<GuardedBranch | null>> {
  const isGitlab = parts.place.kind === "gitlab";
  const answer = await ask(
    parts,
    `${projectOf(parts)}${isGitlab ? "/repository" : ""}/branches/${pathOf(parts, name)}`,
  );
  if (!answer.ok) return answer;
  if (isRefusal(answer.value.status)) return success(null);
  const read = branchForm.safeParse(answer.value.data);
  if (answer.value.status !== 200 || !read.success) return odd(parts);
  const { protected: isProtected, user_can_push, can_push } = read.data;
  return success({ isProtected, mayPush: user_can_push ?? can_push ?? null });
}

/** GitHub and Gitea take the slashes of a branch as they are, GitLab wants one word. */
function pathOf({ place }: SetupParts, name: string): string {
  return place.kind === "gitlab" ? encodeURIComponent(name) : name.split("/").map(encodeURIComponent).join("/");
}

/** What a forge says to a token that may not: some hide that there is anything. */
function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 404;
}

function refused({ place, repository }: SetupParts, status: number): Result<never> {
  const { host } = new URL(place.base);
  if (status === 401) {
    return failure("forge.unauthorized", `${host} does not accept the token`, {
      host,
      cure: "make a new token and put it into config/secrets-flux.yaml",
    });
  }
  if (status === 403 || status === 404) {
    return failure("forge.no_repository", `the token does not open ${repository} at ${host}`, {
      host,
      cure: "check repo in config/flux.yaml; give the token this repository, with Metadata (read) and Administration " +
        "(read and write) for a deploy key, or Contents (read and write) to push with the token itself",
    });
  }
  if (status === 429) {
    return failure("forge.rate_limited", `${host} asks to wait`, { host, retry: "later", cure: "try again later" });
  }
  return failure("forge.unreachable", `${host} answers with status ${status}`, {
    host,
    retry: "later",
    cure: "try again later",
  });
}

function odd({ place }: SetupParts): Result<never> {
  const { host } = new URL(place.base);
  return failure("forge.protocol", `${host} answers with something that is not what ${place.kind}'s API says`, {
    host,
    cure: "check repo.forge and repo.forgeUrl",
  });
}
