// Content digests of the OCI image specification (descriptor.md, "Digests").
import { createHash } from "node:crypto";

/** `sha256:` and 64, or `sha512:` and 128, lower-case hex digits. */
export type Digest = string;

const digestForm = /^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** Whether the text is a whole digest. Upper case is refused, not lowered (registries.md 6.4). */
export function isDigest(text: string): text is Digest {
  return digestForm.test(text);
}

/** SHA-256 over the bytes as served; JSON is never printed again before hashing. */
export function sha256Of(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Whether the bytes have this digest, by the digest's own algorithm. */
export function matchesDigest(bytes: Uint8Array, digest: Digest): boolean {
  const algorithm = digest.startsWith("sha512:") ? "sha512" : "sha256";
  return digest === `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

/** The first twelve hex digits, for tables and titles. */
export function shortDigest(digest: Digest): string {
  return digest.replace(/^sha\d+:/, "").slice(0, 12);
}
