// Whatever a remote says: bounded, on one line, without control characters.
import assert from "node:assert/strict";
import fc from "fast-check";
import { classifyWords, cleanWords } from "../../src/adapters/git/classify.ts";
import { isInsidePath, requireBranch } from "../../src/adapters/git/names.ts";

Deno.test("cleanWords() gives one short line without control characters, for any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (words) => {
    const cleaned = cleanWords(words);
    assert.ok(cleaned.length <= 300);
    // deno-lint-ignore no-control-regex -- none of them may come through
    assert.doesNotMatch(cleaned, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    assert.ok(classifyWords(words, "push", "cannot push").message.startsWith("cannot push"));
  }));
});

Deno.test("isInsidePath() never lets a path out of its folder", () => {
  const part = fc.oneof(fc.constantFrom("..", ".", "", ".git", "a", "b c", "-x"), fc.string({ maxLength: 5 }));
  fc.assert(fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
    const path = parts.join("/");
    if (!isInsidePath(path)) return;
    const resolved = new URL(path.split("/").map(encodeURIComponent).join("/"), "file:///root/").pathname;
    assert.ok(resolved.startsWith("/root/"), path);
    assert.ok(!resolved.startsWith("/root/.git/") && resolved !== "/root/.git", path);
  }));
});

Deno.test("requireBranch() takes nothing that could be an option or a revision expression", () => {
  fc.assert(fc.property(fc.string({ unit: "binary-ascii", maxLength: 20 }), (name) => {
    if (!requireBranch(name).ok) return;
    assert.match(name, /^[^-/.~^:?*[\\ ][^~^:?*[\\ ]*$/);
    assert.ok(!name.includes("..") && !name.includes("@{"));
  }));
});
