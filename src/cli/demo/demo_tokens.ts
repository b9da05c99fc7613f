// The token service of the demo registry: anonymous tokens, each good for the one scope it was asked for.
import { sha256Of } from "../../core/model/digest.ts";

/** Issues tokens and turns away requests that come without the right one. */
export interface DemoTokens {
  /** Answers `GET /token?service=...&scope=...` (distribution, "Token Authentication Specification"). */
  issue(url: URL): { readonly token: string; readonly expires_in: number };
  /** The 401 with its challenge, or null when the request may pass. */
  refuse(request: Request): Response | null;
}

/** A token service that remembers what it issued. */
export function demoTokens(): DemoTokens {
  const scopes = new Map<string, string>();
  return {
    issue(url) {
      const scope = url.searchParams.get("scope") ?? "";
      const token = sha256Of(`${scopes.size} ${scope}`).slice("sha256:".length);
      scopes.set(token, scope);
      return { token, expires_in: 300 };
    },
    refuse(request) {
      const url = new URL(request.url);
      const name = /^\/v2\/(.+)\/(?:tags|manifests|blobs)\//.exec(url.pathname)?.[1] ?? null;
      const scope = name === null ? null : `repository:${name}:pull`;
      const token = /^Bearer (.+)$/.exec(request.headers.get("Authorization") ?? "")?.[1];
      const granted = token === undefined ? undefined : scopes.get(token);
      if (granted !== undefined && (scope === null || granted === scope)) return null;
      const asked = scope === null ? "" : `,scope="${scope}"`;
      return new Response(
        JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "authentication required" }] }),
        {
          status: 401,
          headers: {
            "Content-Type": "application/json",
            "WWW-Authenticate": `Bearer realm="${url.origin}/token",service="magos-demo"${asked}`,
          },
        },
      );
    },
  };
}
