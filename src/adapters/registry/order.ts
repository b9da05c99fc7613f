// One question to a server and its answer, as the rooms of this adapter hand them on.
import type { Repository } from "../../core/model/reference.ts";

/** What to ask. */
export interface Order {
  /** `POST` is for token services alone. */
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent to the origin of `url` and nowhere else. */
  readonly authorization: string | null;
  /** The form that a POST carries. It may hold a secret, so a redirect ends the question. */
  readonly form?: URLSearchParams;
  /** Decoded bytes that a good answer may have; more is `registry.too_large`. */
  readonly limit: number;
  /** Milliseconds for the body. */
  readonly bodyTimeout: number;
  /** The answer must be JSON: a page of a proxy counts as a bad moment. */
  readonly json: boolean;
  /** True: a bad moment of the server is not waited out. */
  readonly once: boolean;
  readonly subject: Repository;
  /** The registry's own name, whose profile the answer is noted in. */
  readonly host: string;
  /** Pages of tags keep a distance of their own; a token that is issued proves nothing of the registry. */
  readonly purpose: "list" | "token" | "other";
  /** Why a redirect must not be followed, beside the general rules; null when it may. */
  readonly refuseTarget?: (target: URL) => string | null;
  readonly signal?: AbortSignal | undefined;
}

/** An answer, read to its end. The body of an error is cut at 64 KiB. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Where it came from, after redirects. */
  readonly url: URL;
  readonly body: Uint8Array;
  /** Milliseconds from the request to the end of the body, without what was spent in the queue. */
  readonly took: number;
}
