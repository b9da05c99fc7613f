// Token services of the scripted registries: anonymous tokens, each for one repository.
import { refuse } from "./kind.ts";

/** How a kind demands and issues tokens (registries 1.7). */
export interface TokenRules {
  readonly realm: string;
  readonly service: string | null;
  /** The whole header; by default a Bearer challenge for the repository. */
  readonly challenge?: (scope: string | null) => string;
  /** The answer of the token service; `{"token": ...}` by default. */
  readonly body?: (token: string) => unknown;
  /** What the token service says to a scope, or null where it issues. */
  readonly refuseScope?: (path: string | null) => Response | null;
  /** The answer to a token that is not or no longer good; the challenge by default. */
  readonly stale?: () => Response;
}

/** The two halves: the registry's guard and the realm's handler. */
export interface TokenService {
  guard(request: Request, path: string | null): Response | null;
  issue(request: Request): Response | null;
  /** Every token so far is no longer good. */
  expire(): void;
}

/** Makes a service. A token is good for the repository it was asked for and for no other. */
export function tokenService(rules: TokenRules): TokenService {
  const granted = new Map<string, string>();
  const realm = new URL(rules.realm);
  let issued = 0;
  const demand = (path: string | null): Response => {
    const scope = path === null ? null : `repository:${path}:pull`;
    const service = rules.service === null ? "" : `,service="${rules.service}"`;
    const header = rules.challenge?.(scope) ??
      `Bearer realm="${rules.realm}"${service}${scope === null ? "" : `,scope="${scope}"`}`;
    return refuse(401, "UNAUTHORIZED", { "WWW-Authenticate": header });
  };
  return {
    guard(request, path) {
      const token = /^Bearer (.+)$/.exec(request.headers.get("Authorization") ?? "")?.[1];
      if (token === undefined) return demand(path);
      const grant = granted.get(token);
      if (grant !== undefined && (path === null || grant === path)) return null;
      return rules.stale?.() ?? demand(path);
    },
    issue(request) {
      const url = new URL(request.url);
      if (url.origin !== realm.origin || url.pathname !== realm.pathname) return null;
      const path = /^repository:(.+):[a-z,_]+$/.exec(url.searchParams.get("scope") ?? "")?.[1] ?? null;
      const refused = rules.refuseScope?.(path) ?? null;
      if (refused !== null) return refused;
      const token = `token-${++issued}`;
      granted.set(token, path ?? "");
      return Response.json(rules.body?.(token) ?? { token });
    },
    expire: () => granted.clear(),
  };
}
