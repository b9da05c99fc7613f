import assert from "node:assert/strict";
import { parseAllowedSigners } from "../../../../src/core/documents/allowed_signers.ts";

// GitHub's host key and its fingerprint, as GitHub publishes them.
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const fingerprint = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU";

Deno.test("parseAllowedSigners() reads principals, options and the key's fingerprint", () => {
  assert.deepEqual(parseAllowedSigners(`you@example.org ${key}\n`), [
    { fingerprints: [fingerprint], names: ["you@example.org"] },
  ]);
  const lines = [
    "# a comment",
    "",
    `you@example.org,*@example.com namespaces="git,file",valid-before="20300101" ${key} a comment`,
    `"bot one,bot" cert-authority ${key}`,
  ];
  assert.deepEqual(parseAllowedSigners(lines.join("\r\n")).map((it) => it.names), [
    ["you@example.org", "*@example.com"],
    ["bot one", "bot"],
  ]);
});

Deno.test("parseAllowedSigners() passes over lines without a key", () => {
  assert.deepEqual(parseAllowedSigners("you@example.org\nyou@example.org ssh-ed25519\n#x ssh-ed25519 AAAA\n"), []);
});
