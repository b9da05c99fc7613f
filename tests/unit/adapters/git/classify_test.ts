// Git's and the forges' words, each to its code.
import assert from "node:assert/strict";
import { classifyFailure, classifyWords, cleanWords, type Doing } from "../../../../src/adapters/git/classify.ts";

// Texts as git 2.39 and the forges print them.
const table: readonly (readonly [Doing, string, string, "never" | "later"])[] = [
  ["push", "remote: error: GH013: Repository rule violations found for refs/heads/main.", "git.protected", "never"],
  ["push", "remote: Forgejo: Not allowed to push to protected branch main", "git.protected", "never"],
  ["push", "remote: Gitea: branch main is protected from force push", "git.protected", "never"],
  [
    "push",
    "remote: GitLab: Commit message does not follow the pattern\n(pre-receive hook declined)",
    "git.rejected",
    "never",
  ],
  [
    "push",
    "remote: error: GH007: Your push would publish a private email address.\n(push declined due to email privacy restrictions)",
    "git.rejected",
    "never",
  ],
  [
    "push",
    "remote: Write access to repository not granted.\nfatal: unable to access 'https://x/': The requested URL returned error: 403",
    "git.denied",
    "never",
  ],
  [
    "push",
    "remote: Permission to you/x.git denied to you.\nfatal: unable to access 'https://x/': The requested URL returned error: 403",
    "git.denied",
    "never",
  ],
  ["push", "ERROR: The key you are authenticating with has been marked as read only.", "git.denied", "never"],
  [
    "push",
    "error: remote unpack failed: unable to create temporary object directory\nremote: error: insufficient permission for adding an object to repository database ./objects",
    "git.denied",
    "never",
  ],
  ["read", "fatal: unable to access 'https://x/': The requested URL returned error: 403", "git.unauthorized", "never"],
  ["read", "fatal: Authentication failed for 'https://x/'", "git.unauthorized", "never"],
  ["read", "fatal: could not read Username for 'https://x': terminal prompts disabled", "git.unauthorized", "never"],
  ["read", "remote: HTTP Basic: Access denied", "git.unauthorized", "never"],
  ["read", "fatal: unable to access 'http://x/': The requested URL returned error: 301", "git.redirected", "never"],
  ["read", "fatal: couldn't find remote ref refs/heads/gone", "git.no_branch", "later"],
  ["read", "fatal: remote error: upload-pack: not our ref 1234567890", "git.rewritten", "later"],
  ["read", "fatal: detected dubious ownership in repository at '/srv/x.git'", "git.foreign_owner", "never"],
  [
    "read",
    "fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none CRLfile: none",
    "git.unreachable",
    "never",
  ],
  ["read", "fatal: unable to access 'https://x/': Could not resolve host: x", "git.unreachable", "later"],
  [
    "push",
    "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\nfatal: the remote end hung up unexpectedly",
    "git.unreachable",
    "later",
  ],
  [
    "read",
    "fatal: unable to access 'https://x/': gnutls_handshake() failed: The TLS connection was non-properly terminated.",
    "git.unreachable",
    "later",
  ],
  ["read", "remote: Repository not found.\nfatal: repository 'https://x/' not found", "git.not_found", "never"],
  ["read", "fatal: '/srv/x' does not appear to be a git repository", "git.not_found", "never"],
  ["read", "fatal: write error: No space left on device\nfatal: index-pack failed", "state.write_failed", "later"],
  [
    "read",
    "error: unable to write file b.bin\nfatal: Could not reset index file to revision 'HEAD'.",
    "state.write_failed",
    "later",
  ],
  ["local", "fatal: sha1 file '/s/index.lock' write error. Out of diskspace", "state.write_failed", "later"],
  ["local", "fatal: unable to write new index file", "state.write_failed", "later"],
  ["push", "remote: fatal: write error: No space left on device", "git.failed", "never"],
  [
    "read",
    "error: packfile ./objects/pack/pack-1.pack does not match index\nfatal: the remote end hung up unexpectedly",
    "git.failed",
    "never",
  ],
  [
    "push",
    "remote: This repository was archived so it is read-only.\nfatal: unable to access 'https://x/': The requested URL returned error: 403",
    "git.denied",
    "never",
  ],
  ["push", "ERROR: This repository was archived so it is read-only.", "git.denied", "never"],
  [
    "push",
    "remote: This repo is archived. You can view files and clone it, but cannot push or open issues/pull-requests.\nfatal: unable to access 'https://x/': The requested URL returned error: 403",
    "git.denied",
    "never",
  ],
  ["push", "remote: You can't push code to an archived project.", "git.denied", "never"],
  ["local", "fatal: not a git repository: '/srv/x'", "git.not_a_repository", "never"],
  // OpenSSH 9.2, through git.
  [
    "read",
    "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key for [x]:22 has changed and you have requested strict checking.\nHost key verification failed.\nfatal: Could not read from remote repository.",
    "git.host_changed",
    "never",
  ],
  [
    "read",
    "No ED25519 host key is known for x and you have requested strict checking.\nHost key verification failed.",
    "git.host_unknown",
    "never",
  ],
  ["read", "git@x: Permission denied (publickey).\nfatal: Could not read from remote", "git.unauthorized", "never"],
  ["read", 'Load key "/k": error in libcrypto\ngit@x: Permission denied (publickey).', "git.unauthorized", "never"],
  ["read", "error: cannot run ssh: No such file or directory\nfatal: unable to fork", "process.missing", "never"],
  ["read", "ssh -F /dev/null: 1: ssh: not found", "process.missing", "never"],
  ["read", "ssh: connect to host x port 22: Connection refused", "git.unreachable", "later"],
  ["read", "ssh: Could not resolve hostname x: Name or service not known", "git.unreachable", "later"],
  ["read", "kex_exchange_identification: Connection closed by remote host", "git.unreachable", "later"],
  ["read", "ssh: connect to host x port 22: No route to host", "git.unreachable", "later"],
  [
    "read",
    "ERROR: Repository not found.\nfatal: Could not read from remote repository.",
    "git.not_found",
    "never",
  ],
  ["local", "something new", "git.failed", "never"],
];

Deno.test("classifyWords() finds code and retry from git's and the forges' words, each with a cure", () => {
  for (const [doing, words, code, retry] of table) {
    const failed = classifyWords(words, doing, "cannot");
    assert.deepEqual([failed.code, failed.retry], [code, retry], words);
    assert.ok((failed.cure ?? "").length > 10, words);
  }
});

Deno.test("classifyWords() says that a login was refused, not that nobody could be asked for another", () => {
  const failed = classifyWords(
    "fatal: could not read Username for 'https://x': terminal prompts disabled\n",
    "read",
    "no",
  );
  assert.equal(failed.message, "no: the remote refused the login, or wants one");
});

Deno.test("classifyWords() is not misled by what a repository is called", () => {
  const words = (name: string): string =>
    `fatal: unable to access 'https://x/${name}.git/': The requested URL returned error: 500`;
  for (const name of ["ssl-certificate", "protected branch", "returned error: 403", "GH006"]) {
    assert.equal(classifyWords(words(name), "push", "cannot").code, "git.unreachable", name);
    assert.equal(classifyWords(words(name), "push", "cannot").retry, "later", name);
  }
});

Deno.test("classifyFailure() calls no mirror damaged because git was ended", () => {
  const output = { code: 143, stdout: new Uint8Array(), stderr: "", ended: null };
  assert.deepEqual(classifyFailure(output, "read", "cannot fetch").retry, "later");
  assert.equal(classifyFailure({ ...output, code: 128 }, "read", "cannot fetch").retry, "never");
  const timeout = classifyFailure({ ...output, ended: "timeout" }, "push", "cannot push");
  assert.deepEqual([timeout.code, timeout.retry], ["git.unreachable", "later"]);
});

Deno.test("cleanWords() keeps the telling lines", () => {
  const words = "To https://x/\nremote: \nremote: error: no\r\nhint: try this\nwarning: that\n";
  assert.equal(cleanWords(words), "remote: error: no");
  assert.equal(cleanWords("warning: only this\n"), "warning: only this");
  assert.equal(cleanWords("\u001b[31mred\u001b[0m\u202e\u0007x"), "red x");
});
