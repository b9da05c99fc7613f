// The question for `/v2/`, which every registry answers in its own way and none by content.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import type { Order } from "./order.ts";

/** All of the question that does not depend on who asks it, and with which pass. */
export function pingQuestion(
  { origin }: Pick<Endpoint, "origin">,
  signal: AbortSignal | undefined,
): Omit<Order, "authorization" | "once" | "subject" | "host"> {
  return {
    method: "GET",
    url: new URL("/v2/", origin),
    headers: {},
    limit: 64 * 1024,
    bodyTimeout: 30_000,
    json: false,
    purpose: "other",
    signal,
  };
}
