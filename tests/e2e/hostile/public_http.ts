// The network as magos sees it from a home: public names lead to servers of the test, and nothing leaves the machine.
import { denoHttp } from "../../../src/adapters/system/deno_http.ts";
import { type Failure, failure } from "../../../src/core/model/problem.ts";
import type { Http, HttpOptions } from "../../../src/core/ports/http.ts";

/** A request as it left magos. */
export interface SentRequest {
  readonly origin: string;
  readonly authorization: string | null;
}

/** The port and what went through it. */
export interface PublicHttp extends Http {
  readonly sent: readonly SentRequest[];
}

/**
 * Sends requests to the origins of `routes` to their addresses, other loopback requests where they lead, and fails all
 * else. Redirects and realms are judged by the public name. The servers of `routes` are given up `hurry` times as soon.
 */
export function publicHttp(routes: Readonly<Record<string, string>>, hurry: number): PublicHttp {
  const sent: SentRequest[] = [];
  return {
    sent,
    async send(request, options = {}) {
      const url = new URL(request.url);
      sent.push({ origin: url.origin, authorization: request.headers.get("Authorization") });
      const address = routes[url.origin];
      if (address !== undefined) {
        const target = `http://${address}${url.pathname}${url.search}`;
        const answered = await denoHttp.send(new Request(target, request), hurried(options, hurry));
        return answered.ok ? answered : { ok: false, failure: renamed(answered.failure, address, url.host) };
      }
      if (url.hostname === "127.0.0.1") return await denoHttp.send(request, options);
      return failure("http.unreachable", `${url.host} is not of this test`, { retry: "later" });
    },
  };
}

/** What the real port says of an address, said of the public name. */
function renamed(failed: Failure, address: string, host: string): Failure {
  const { cure, ...rest } = failed;
  const message = rest.message.replaceAll(address, host);
  return { ...rest, message, host, ...(cure === undefined ? {} : { cure: cure.replaceAll(address, host) }) };
}

function hurried(options: HttpOptions, hurry: number): HttpOptions {
  const { headersTimeout = 10_000, bodyTimeout = 30_000 } = options;
  return { ...options, headersTimeout: headersTimeout / hurry, bodyTimeout: bodyTimeout / hurry };
}
