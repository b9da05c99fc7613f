import assert from "node:assert/strict";
import { base64, maskSecrets, Secret } from "../../../../src/core/model/secret.ts";

Deno.test("Secret shows nothing however it is printed", () => {
  const secret = new Secret("hunter22");
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    Deno.inspect({ secret }),
    Deno.inspect(secret, { depth: 10, showHidden: true }),
    Object.entries(secret).join(),
  ];
  for (const text of shown) assert.doesNotMatch(text, /hunter22/);
  assert.equal(secret.reveal(), "hunter22");
});

Deno.test("maskSecrets() blanks a secret in each usual encoding", () => {
  const secret = new Secret("p@ss/wörd");
  const text = `plain p@ss/wörd, url ${encodeURIComponent("p@ss/wörd")}, base64 ${base64("p@ss/wörd")}.`;
  assert.equal(maskSecrets(text, [secret]), "plain ***, url ***, base64 ***.");
});

Deno.test("maskSecrets() leaves no tail where one secret begins another, in either order", () => {
  const [short, long] = [new Secret("abcd"), new Secret("abcdefgh")];
  assert.equal(maskSecrets("x abcdefgh y", [short, long]), "x *** y");
  assert.equal(maskSecrets("x abcdefgh y", [long, short]), "x *** y");
});

Deno.test("maskSecrets() passes over texts too short to be secrets, and bears broken ones", () => {
  assert.equal(maskSecrets("a b c", [new Secret("a"), new Secret("")]), "a b c");
  assert.equal(maskSecrets("ok", [new Secret("\ud800abcd")]), "ok");
});

Deno.test("base64() encodes the UTF-8 bytes", () => {
  assert.equal(base64("user:pä"), "dXNlcjpww6Q=");
});
