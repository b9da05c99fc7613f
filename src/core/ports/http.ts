// The way out to HTTP servers. Redirects are never followed here: the caller decides where a credential may go.
import type { Result } from "../model/problem.ts";

/** How one request is made. */
export interface HttpOptions {
  /** Ends the exchange, body included. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the headers must be there; default 10,000. */
  readonly headersTimeout?: number;
  /** Milliseconds for the whole body after the headers; default 30,000. */
  readonly bodyTimeout?: number;
}

/**
 * Sends one request and gives the response with its body still unread; the caller reads it bounded or cancels it.
 * Fails with `http.unreachable`, `http.timeout`, `http.tls` or `http.aborted` when no response came; the message names
 * host and cause.
 */
export interface Http {
  send(request: Request, options?: HttpOptions): Promise<Result<Response>>;
}
