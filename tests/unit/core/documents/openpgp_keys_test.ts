import assert from "node:assert/strict";
import fc from "fast-check";
import { keyringBytes, readKeyring } from "../../../../src/core/documents/openpgp_keys.ts";

// Made with `gpg --quick-generate-key 'Bot <bot@x>' ed25519 sign never`, which printed the fingerprint below.
const armor = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawHAwxYJKwYBBAHaRw8BAQdAaxdufLbPx74f1r+M7zGEE6yx0rdtPTLWGSQ2
OyYSkje0C0JvdCA8Ym90QHg+iJAEExYIADgWIQTy5/scMNXzeZ3PBMjEoqjaKR1s
gAUCawHAwwIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRDEoqjaKR1sgGNY
AP9TrCRW1LQ+g8URNyZtlhaLy6JjjpDe9iG/KzCSe23qNgEA2HGMD7Cbj+odWxMr
4pVZDUGMUxJdsdr97YqPlffuCAA=
=c3gF
-----END PGP PUBLIC KEY BLOCK-----
`;
const fingerprint = "F2E7FB1C30D5F3799DCF04C8C4A2A8DA291D6C80";

Deno.test("readKeyring() reads fingerprint and address of an armored key", () => {
  const bytes = keyringBytes(new TextEncoder().encode(armor));
  assert.ok(bytes);
  assert.deepEqual(readKeyring(bytes), [{ fingerprints: [fingerprint], names: ["bot@x"] }]);
  // The binary form is taken as it is.
  assert.equal(keyringBytes(bytes), bytes);
});

Deno.test("keyringBytes() joins several armored keys, with headers and text around them", () => {
  const odd = armor.replace("BLOCK-----\n", "BLOCK-----\nComment: mine\n").replaceAll("\n", "\r\n");
  const bytes = keyringBytes(new TextEncoder().encode(`# keys\n${armor}\nand\n${odd}`));
  assert.ok(bytes);
  assert.deepEqual(readKeyring(bytes)?.map((key) => key.fingerprints), [[fingerprint], [fingerprint]]);
});

Deno.test("keyringBytes() and readKeyring() take nothing for a key that is none", () => {
  assert.equal(keyringBytes(new TextEncoder().encode("ssh-ed25519 AAAA\n")), null);
  assert.equal(keyringBytes(new Uint8Array()), null);
  const bytes = keyringBytes(new TextEncoder().encode(armor)) ?? new Uint8Array();
  assert.equal(readKeyring(bytes.slice(0, -1)), null);
  assert.equal(readKeyring(new Uint8Array([0x99, 0xff, 0xff])), null);
});

Deno.test("readKeyring() bears any bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const keys = readKeyring(bytes);
    assert.ok(keys === null || keys.every((key) => key.fingerprints.length > 0));
  }));
});
