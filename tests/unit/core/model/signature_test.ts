import assert from "node:assert/strict";
import { Secret } from "../../../../src/core/model/secret.ts";
import { hmacOf, isSameSecret } from "../../../../src/core/model/signature.ts";

Deno.test("hmacOf() is HMAC-SHA-256 (RFC 4231, test case 2)", () => {
  const bytes = new TextEncoder().encode("what do ya want for nothing?");
  assert.equal(hmacOf(new Secret("Jefe"), bytes), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
});

Deno.test("isSameSecret() compares texts of any length", () => {
  assert.equal(isSameSecret("abc", "abc"), true);
  for (const other of ["", "ab", "abd", "abcd", "ABC", "abc\0"]) assert.equal(isSameSecret("abc", other), false);
});
