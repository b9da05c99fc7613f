// Fingerprints of public keys, in the form in which ssh-keygen, gpg and git print them.
import { createHash } from "node:crypto";

/** Of an ssh key in Base64, as it stands in a public key file: `SHA256:` and the digest without padding. */
export function sshFingerprint(key: string): string {
  return `SHA256:${createHash("sha256").update(key, "base64").digest("base64").replace(/=+$/, "")}`;
}

/** Of the body of an OpenPGP key packet, version 4: SHA-1 over a prefix, its length and itself (RFC 4880, 12.2). */
export function openpgpFingerprint(body: Uint8Array): string {
  const prefix = new Uint8Array([0x99, (body.length >> 8) & 0xff, body.length & 0xff]);
  return createHash("sha1").update(prefix).update(body).digest("hex").toUpperCase();
}

/** Of a text of our own: SHA-256 in hex, which tells whether somebody has changed it. */
export function textFingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
