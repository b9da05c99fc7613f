import assert from "node:assert/strict";
import { readable } from "../../../../src/daemon/http/page_text.ts";

Deno.test("readable() takes out marks that nobody sees, at every depth, and leaves the rest as it is", () => {
  const document = {
    name: "a\u202egnp.exe\u200b\ufeff",
    list: [{ text: "one\n\u001b[31mtwo\u2028three" }, 7, null, true],
    names: { plain: "Grüße, 日本語, עברית 🎉" },
  };
  assert.deepEqual(readable(document), {
    name: "agnp.exe",
    list: [{ text: "one [31mtwo three" }, 7, null, true],
    names: { plain: "Grüße, 日本語, עברית 🎉" },
  });
});

Deno.test("readable() cuts what is longer than a paragraph, and says so", () => {
  assert.equal(readable("x".repeat(600)), "x".repeat(600));
  assert.equal(readable("x".repeat(601)), `${"x".repeat(600)}…`);
});
