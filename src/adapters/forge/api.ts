// One request to a forge's API: JSON in, JSON out, bounded, and never followed to another place.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Secret } from "../../core/model/secret.ts";
import type { Http, TlsIdentity } from "../../core/ports/http.ts";
import { readBody } from "./read_body.ts";

/** Where the API is, and how it is reached. */
export interface ForgeApi {
  readonly http: Http;
  /** Without a slash at its end: `https://api.github.com`. */
  readonly base: string;
  /** Further roots for its certificate; null where the usual ones are all. */
  readonly tls: TlsIdentity | null;
  readonly userAgent: string;
  /** Other forges know nothing of GitHub's own media type; default: true. */
  readonly isGithub?: boolean;
  readonly signal?: AbortSignal;
}

/** What to ask. `path` begins with a slash. */
export interface ApiOrder {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** A JSON web token of an App, or a person's token: all forges take both in the same header. */
  readonly jwt: Secret;
  readonly body?: unknown;
}

/** An answer with any status. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the body; null when it is none. Not believed yet. */
  readonly data: unknown;
}

const largestAnswer = 1024 * 1024;

/** Sends it. Fails with `forge.unreachable` when no whole answer came, or with `http.tls`. */
export async function askForge(api: ForgeApi, order: ApiOrder): Promise<Result<ApiAnswer>> {
  const request = new Request(`${api.base}${order.path}`, {
    method: order.method,
    headers: {
      accept: api.isGithub === false ? "application/json" : "application/vnd.github+json",
      authorization: `Bearer ${order.jwt.reveal()}`,
      "user-agent": api.userAgent,
      "x-github-api-version": "2022-11-28",
      ...(order.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(order.body === undefined ? {} : { body: JSON.stringify(order.body) }),
  });
  const sent = await api.http.send(request, {
    ...(api.tls === null ? {} : { tls: api.tls }),
    ...(api.signal === undefined ? {} : { signal: api.signal }),
  });
  if (!sent.ok) return unreachable(api, sent.failure.code, sent.failure.message);
  const body = await readBody(sent.value, largestAnswer);
  if (body === null) return unreachable(api, "http.unreachable", "the answer broke off, or is larger than magos reads");
  return success({ status: sent.value.status, headers: sent.value.headers, data: parseJson(body) });
}

function unreachable(api: ForgeApi, code: string, why: string): Result<never> {
  const { host } = new URL(api.base);
  if (code === "http.tls") {
    return failure("http.tls", `the forge's API: ${why}`, {
      host,
      cure: "name the authority that signed the certificate in repo.caFile, or mend the certificate",
    });
  }
  return failure("forge.unreachable", `the forge's API at ${api.base} gives no answer: ${why}`, {
    host,
    retry: "later",
    cure: "check the network, and repo.forgeUrl when the API is not beside the git host; the next pass tries again",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
