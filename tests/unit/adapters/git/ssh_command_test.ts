// What ssh is told, and what is said of files that are no key.
import assert from "node:assert/strict";
import { sshCommand } from "../../../../src/adapters/git/ssh_command.ts";
import { sshKeyFault } from "../../../../src/adapters/git/ssh_key.ts";

Deno.test("sshCommand() names one key and the known hosts, and shuts everything else out", () => {
  const command = sshCommand("/etc/magos/key", "/etc/magos/known hosts") ?? "";
  assert.match(command, /^ssh -F \/dev\/null -o /);
  for (
    const option of [
      `'IdentityFile="/etc/magos/key"'`,
      `'UserKnownHostsFile="/etc/magos/known hosts"'`,
      "IdentitiesOnly=yes",
      "IdentityAgent=none",
      "BatchMode=yes",
      "StrictHostKeyChecking=yes",
      "GlobalKnownHostsFile=/dev/null",
      "UpdateHostKeys=no",
      "PreferredAuthentications=publickey",
    ]
  ) {
    assert.ok(command.includes(` -o ${option}`), option);
  }
  assert.match(command, /ConnectTimeout=\d+/);
});

Deno.test("sshCommand() keeps a path in one piece, and refuses what ssh cannot quote", () => {
  const command = sshCommand("/a'b/100%/$(touch x)", "/k") ?? "";
  assert.ok(command.includes(`'IdentityFile="/a'\\''b/100%%/$(touch x)"'`), command);
  for (const path of ['/a"b', "/a\\b", "/a\nProxyCommand=x", "/${HOME}/k"]) {
    assert.equal(sshCommand(path, "/k"), null, path);
    assert.equal(sshCommand("/k", path), null, path);
  }
});

// PROTOCOL.key: magic, then cipher, key derivation and its options, each as length and bytes.
function openssh(cipher: string): string {
  const body = btoa(`openssh-key-v1\0\0\0\0${String.fromCharCode(cipher.length)}${cipher}${"\0".repeat(20)}`);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

Deno.test("sshKeyFault() knows a key without a passphrase from all else", () => {
  const pem = (kind: string, body: string): string => `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`;
  for (const key of [openssh("none"), pem("RSA PRIVATE KEY", "AAAA"), pem("EC PRIVATE KEY", "AAAA")]) {
    assert.equal(sshKeyFault(key), null, key);
    assert.equal(sshKeyFault(key.replaceAll("\n", "\r\n")), null);
  }
  const table: readonly (readonly [string, RegExp])[] = [
    [openssh("aes256-ctr"), /passphrase/],
    [pem("ENCRYPTED PRIVATE KEY", "AAAA"), /passphrase/],
    [pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nAAAA"), /passphrase/],
    ["ssh-ed25519 AAAAC3Nz you@host\n", /public key/],
    ["PuTTY-User-Key-File-3: ssh-ed25519\n", /PuTTY/],
    [pem("CERTIFICATE", "AAAA"), /no private key/],
    [pem("OPENSSH PRIVATE KEY", "AAAA"), /damaged/],
    [pem("OPENSSH PRIVATE KEY", "%%%%"), /damaged/],
    ["", /no private key/],
  ];
  for (const [text, why] of table) {
    const fault = sshKeyFault(text);
    assert.match(fault?.why ?? "", why, text);
    assert.ok((fault?.cure ?? "") !== "");
  }
});
