// GitHub's three endpoints for an App, as strict as GitHub: signed tokens are checked, what is issued is cut and ends.
import { generateKeyPairSync, type KeyObject, verify } from "node:crypto";

/** An App, its installation and the repository; each key may be changed while it runs. */
export interface GithubAppOptions {
  appId: number;
  /** Null: not installed. */
  installationId: number | null;
  owner: string;
  repository: string;
  /** What the installation grants. */
  permissions: Record<string, string>;
  suspended: boolean;
  /** Seconds that the server's clock is ahead. */
  ahead: number;
  /** Answers every request with this instead. */
  answer: Response | null;
}

/** One token that was issued. */
export interface IssuedToken {
  readonly token: string;
  readonly repositories: readonly string[];
  readonly permissions: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, by the server's clock. */
  readonly expires: number;
}

/** The server's mind. */
export interface GithubAppFake {
  readonly options: GithubAppOptions;
  /** The private key as GitHub gives it (PKCS#1), and in the other form. */
  readonly pkcs1: string;
  readonly pkcs8: string;
  readonly issued: IssuedToken[];
  /** `METHOD PATH` of each request. */
  readonly seen: string[];
  /** Every signed token that came. */
  readonly jwts: string[];
  handle(request: Request): Promise<Response>;
  /** Whether git may come in with this, as `x-access-token` and for that repository alone. */
  admits(user: string, password: string, repository: string, wantsToPush: boolean): boolean;
  /** From now on no token opens anything. */
  revoke(): void;
}

/** Makes an App with a key pair of its own. */
export function githubAppFake(changes: Partial<GithubAppOptions> = {}): GithubAppFake {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const options: GithubAppOptions = {
    appId: 1234,
    installationId: 5678,
    owner: "you",
    repository: "homelab",
    permissions: { contents: "write", pull_requests: "write", statuses: "write", metadata: "read" },
    suspended: false,
    ahead: 0,
    answer: null,
    ...changes,
  };
  const issued: IssuedToken[] = [];
  const fake = { options, publicKey, issued, seen: [] as string[], jwts: [] as string[] };
  return {
    ...fake,
    pkcs1: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    pkcs8: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    handle: (request) => answer(fake, request),
    admits(user, password, repository, wantsToPush) {
      const known = issued.find(({ token }) => token === password);
      return user === "x-access-token" && known !== undefined && known.expires > serverNow(options) &&
        known.repositories.includes(repository) && (known.permissions["contents"] === "write" || !wantsToPush);
    },
    revoke: () => void issued.splice(0),
  };
}

interface Fake {
  readonly options: GithubAppOptions;
  readonly publicKey: KeyObject;
  readonly issued: IssuedToken[];
  readonly seen: string[];
  readonly jwts: string[];
}

function serverNow({ ahead }: GithubAppOptions): number {
  return Date.now() + ahead * 1000;
}

async function answer(fake: Fake, request: Request): Promise<Response> {
  const { options, seen } = fake;
  const { pathname } = new URL(request.url);
  seen.push(`${request.method} ${pathname}`);
  const text = await request.text();
  if (options.answer !== null) return options.answer.clone();
  const refused = checkJwt(fake, request.headers.get("authorization") ?? "");
  if (refused !== null) return say(options, ...refused);
  const { owner, repository, installationId } = options;
  if (
    request.method === "GET" && pathname === `/repos/${owner}/${repository}/installation` && installationId !== null
  ) {
    const suspended = options.suspended ? "2026-01-01T00:00:00Z" : null;
    return say(options, 200, { id: installationId, app_id: options.appId, suspended_at: suspended });
  }
  if (request.method === "POST" && pathname === `/app/installations/${installationId}/access_tokens`) {
    return issue(fake, JSON.parse(text));
  }
  return say(options, 404, { message: "Not Found" });
}

/** RFC 7519 and GitHub's rules on top: RS256, signed by this App, in force now and for no more than ten minutes. */
function checkJwt({ options, publicKey, jwts }: Fake, authorization: string): readonly [number, unknown] | null {
  const [, jwt = ""] = /^bearer (\S+)$/i.exec(authorization) ?? [];
  jwts.push(jwt);
  const [head = "", body = "", signature = ""] = jwt.split(".");
  const undecodable = [401, { message: "A JSON web token could not be decoded" }] as const;
  if (jwt.split(".").length !== 3 || decode(head)["alg"] !== "RS256") return undecodable;
  const { iss, iat, exp } = decode(body);
  if (Number(iss) !== options.appId) return [404, { message: "Integration not found" }];
  if (!verify("sha256", new TextEncoder().encode(`${head}.${body}`), publicKey, fromBase64Url(signature))) {
    return undecodable;
  }
  const now = serverNow(options) / 1000;
  if (typeof iat !== "number" || iat > now) {
    const message = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    return [401, { message }];
  }
  if (typeof exp !== "number" || exp <= now) {
    const claim = "'Expiration time' claim ('exp') must be a numeric value representing the future time";
    return [401, { message: `${claim} at which the assertion expires` }];
  }
  const isLong = exp > now + 600;
  return isLong ? [401, { message: "'Expiration time' claim ('exp') is too far in the future" }] : null;
}

function issue({ options, issued }: Fake, order: Readonly<Record<string, unknown>>): Response {
  if (options.suspended) return say(options, 403, { message: "This installation has been suspended" });
  const repositories = (order["repositories"] ?? [options.repository]) as readonly string[];
  if (repositories.some((name) => name !== options.repository)) {
    const message = "There is at least one repository that does not exist or is not accessible";
    return say(options, 422, { message: `${message} to the parent installation.` });
  }
  const permissions = (order["permissions"] ?? options.permissions) as Readonly<Record<string, string>>;
  if (Object.entries(permissions).some(([name, level]) => !grants(options.permissions[name], level))) {
    return say(options, 422, { message: "The permissions requested are not granted to this installation." });
  }
  const token = `ghs_${crypto.randomUUID().replaceAll("-", "")}`;
  const expires = Math.floor(serverNow(options) / 1000) * 1000 + 3_600_000;
  issued.push({ token, repositories, permissions, expires });
  return say(options, 201, {
    token,
    expires_at: new Date(expires).toISOString().replace(".000Z", "Z"),
    permissions,
    repository_selection: "selected",
    repositories: repositories.map((name) => ({ id: 1, name, full_name: `${options.owner}/${name}` })),
  });
}

function grants(granted: string | undefined, wanted: string): boolean {
  return granted === wanted || granted === "write";
}

function say(options: GithubAppOptions, status: number, data: unknown): Response {
  return Response.json(data, { status, headers: { date: new Date(serverNow(options)).toUTCString() } });
}

function decode(part: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(new TextDecoder().decode(fromBase64Url(part)));
  } catch {
    return {};
  }
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
