// The way out to HTTP servers. Redirects are never followed here: the caller decides where a credential may go.
import type { Result } from "../model/problem.ts";
import type { Secret } from "../model/secret.ts";

/** What is believed of a server, beside the usual roots, and what is shown to it. One object for one host. */
export interface TlsIdentity {
  /** PEM texts of certificate authorities. */
  readonly caCerts: readonly string[];
  /** PEM texts of the client's certificate chain and its key. */
  readonly client: { readonly cert: string; readonly key: Secret } | null;
}

/** How one request is made. */
export interface HttpOptions {
  /** Ends the exchange, body included. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the headers must be there; default 10,000. */
  readonly headersTimeout?: number;
  /** Milliseconds for the whole body after the headers; default 30,000. */
  readonly bodyTimeout?: number;
  /** The same object each time lets connections be used again. */
  readonly tls?: TlsIdentity;
}

/**
 * Sends one request and gives the response with its body still unread; the caller reads it bounded or cancels it.
 * Fails with `http.unreachable`, `http.timeout`, `http.tls` or `http.aborted` when no response came; the message names
 * host and cause.
 */
export interface Http {
  send(request: Request, options?: HttpOptions): Promise<Result<Response>>;
  /** Gives up the connections that were kept for an identity; requests under way go on. */
  release?(identity: TlsIdentity): void;
}
