// Addresses that are taken, and those that are refused.
import assert from "node:assert/strict";
import { parseRemote } from "../../../../src/adapters/git/remote.ts";

Deno.test("parseRemote() reads addresses and paths", () => {
  const table: readonly (readonly [string, string, string, string | null])[] = [
    ["https://github.com/you/x.git", "https://github.com/you/x.git", "https", "https://github.com"],
    ["https://Example.org:443/x", "https://example.org/x", "https", "https://example.org"],
    ["http://127.0.0.1:3000/you/x.git", "http://127.0.0.1:3000/you/x.git", "http", "http://127.0.0.1:3000"],
    ["/srv/git/x y.git", "/srv/git/x y.git", "file", null],
    ["file:///srv/git/x.git", "file:///srv/git/x.git", "file", null],
    ["ssh://git@Example.org/you/x.git", "ssh://git@example.org/you/x.git", "ssh", null],
    ["ssh://example.org:2222/~you/x", "ssh://example.org:2222/~you/x", "ssh", null],
    ["ssh://git@[::1]:22/x", "ssh://git@[::1]:22/x", "ssh", null],
    ["git@example.org:you/x.git", "git@example.org:you/x.git", "ssh", null],
    ["git@nas:/srv/git/x y.git", "git@nas:/srv/git/x y.git", "ssh", null],
    // Browsers' leniency, made plain before git sees it: the host is the one that the credential is bound to.
    ["https:example.org\\x", "https://example.org/x", "https", "https://example.org"],
  ];
  for (const [text, url, protocol, origin] of table) {
    assert.deepEqual(parseRemote(text), { ok: true, value: { url, protocol, origin } }, text);
  }
});

Deno.test("parseRemote() refuses secrets, other protocols and odd forms, and never repeats a secret", () => {
  const table: readonly (readonly [string, string])[] = [
    ["https://you:hunter22@example.org/x", "config.secret_inline"],
    ["https://hunter22@example.org/x", "config.secret_inline"],
    ["https://example.org/x?token=hunter22", "config.invalid_value"],
    ["https://example.org/x#hunter22", "config.invalid_value"],
    ["ssh://you:hunter22@example.org/x", "config.secret_inline"],
    ["you:hunter22@example.org:x", "config.secret_inline"],
    ["ssh://-oProxyCommand=hunter22/x", "config.invalid_value"],
    ["ssh://git@-oProxyCommand=hunter22/x", "config.invalid_value"],
    ["-oProxyCommand=hunter22@example.org:x", "config.invalid_value"],
    ["git@-oProxyCommand=hunter22:x", "config.invalid_value"],
    ["git@example.org:-x", "config.invalid_value"],
    ["git@example.org:/", "config.invalid_value"],
    ["git@exa mple.org:x", "config.invalid_value"],
    ["git@$(hunter22):x", "config.invalid_value"],
    ["ssh://example.org:70000/x", "config.invalid_value"],
    ["ssh://example.org", "config.invalid_value"],
    ["git+ssh://git@example.org/x", "config.invalid_value"],
    ["example.org:you/x.git", "config.invalid_value"],
    ["ext::sh -c hunter22", "config.invalid_value"],
    ["git://example.org/x", "config.invalid_value"],
    ["file://host/x", "config.invalid_value"],
    ["relative/path", "config.invalid_value"],
    ["--upload-pack=hunter22", "config.invalid_value"],
    ["/srv/x\n[core]", "config.invalid_value"],
    ["", "config.invalid_value"],
  ];
  for (const [text, code] of table) {
    const parsed = parseRemote(text);
    assert.ok(!parsed.ok, text);
    assert.equal(parsed.failure.code, code, text);
    assert.doesNotMatch(JSON.stringify(parsed.failure), /hunter22/);
    assert.ok((parsed.failure.cure ?? "") !== "");
  }
});
