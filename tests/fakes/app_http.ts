// An Http port without a network: each origin is a handler, called in this process.
import { failure, success } from "../../src/core/model/problem.ts";
import type { Http } from "../../src/core/ports/http.ts";

/** Answers the requests of one origin. */
export type Handler = (request: Request) => Response | Promise<Response>;

/** The port and what was sent through it. */
export interface AppHttp extends Http {
  readonly sent: readonly Request[];
  /** `METHOD URL` of each request, for comparing. */
  readonly lines: readonly string[];
}

/** A handler that throws stands for a connection that breaks; an origin without handler for one that cannot be made. */
export function appHttp(handlers: Readonly<Record<string, Handler>>): AppHttp {
  const sent: Request[] = [];
  return {
    sent,
    get lines() {
      return sent.map((request) => `${request.method} ${request.url}`);
    },
    async send(request, options = {}) {
      const { origin, host } = new URL(request.url);
      sent.push(request);
      const handler = handlers[origin];
      if (options.signal?.aborted) return failure("http.aborted", `${host}: aborted`, { retry: "later" });
      if (handler === undefined) return failure("http.unreachable", `${host}: no such host`, { retry: "later" });
      try {
        return success(await handler(request));
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        const code = cause.includes("certificate") ? "http.tls" : "http.unreachable";
        return failure(code, `${host}: ${cause}`, { retry: "later" });
      }
    },
  };
}
