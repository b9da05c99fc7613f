// Proofs that a message comes from who knows a secret, compared so that time tells nothing.
import { createHmac, timingSafeEqual } from "node:crypto";
import { sha256Of } from "./digest.ts";
import type { Secret } from "./secret.ts";

/** HMAC-SHA-256 over the bytes as received, in lower-case hex (RFC 2104). */
export function hmacOf(secret: Secret, bytes: Uint8Array): string {
  return createHmac("sha256", secret.reveal()).update(bytes).digest("hex");
}

/** Whether two texts are equal; the time it takes depends on neither. */
export function isSameSecret(a: string, b: string): boolean {
  // Digests have one length, which is all that timingSafeEqual wants and all that it gives away.
  const [left, right] = [a, b].map((text) => new TextEncoder().encode(sha256Of(text)));
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
