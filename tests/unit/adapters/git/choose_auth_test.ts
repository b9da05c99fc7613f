// The keys of repo.auth against the address of the remote: what fits, and what is refused with a cure.
import assert from "node:assert/strict";
import { type AuthSettings, chooseAuth } from "../../../../src/adapters/git/choose_auth.ts";
import { parseRemote } from "../../../../src/adapters/git/remote.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import { success } from "../../../../src/core/model/problem.ts";
import { Secret } from "../../../../src/core/model/secret.ts";

const none: AuthSettings = {
  tokenFile: null,
  user: null,
  sshKeyFile: null,
  knownHostsFile: null,
  token: null,
  app: null,
};
const app = { token: () => Promise.resolve(success(new Secret("ghs_canary"))), refused: () => Promise.resolve(true) };

function choose(url: string, settings: Partial<AuthSettings>, kept: Secret[] = []): ReturnType<typeof chooseAuth> {
  const remote = parseRemote(url);
  assert.ok(remote.ok);
  const parts = { files: denoFiles, uid: null, keepSecret: (secret: Secret): void => void kept.push(secret) };
  return chooseAuth(parts, remote.value, { ...none, ...settings });
}

Deno.test("chooseAuth() takes what fits the address, and says which it is without saying it", () => {
  const table: readonly (readonly [string, Partial<AuthSettings>, RegExp])[] = [
    ["https://x.org/a/b", {}, /anybody/],
    ["https://x.org/a/b", { token: "canary" }, /MAGOS_TOKEN/],
    ["https://x.org/a/b", { tokenFile: "/t", token: "canary" }, /the token of \/t/],
    ["https://x.org/a/b", { app, token: "canary" }, /App/],
    ["git@x.org:a/b", { sshKeyFile: "/k", token: "canary" }, /the key of \/k/],
    ["/srv/x.git", { tokenFile: "/nowhere" }, /none/],
  ];
  for (const [url, settings, login] of table) {
    const chosen = choose(url, settings);
    assert.ok(chosen.ok, url);
    assert.match(chosen.value.login, login);
    assert.doesNotMatch(chosen.value.login, /canary/);
  }
});

Deno.test("chooseAuth() refuses two at once, and one that the address has no use for", () => {
  const table: readonly (readonly [string, Partial<AuthSettings>])[] = [
    ["https://x.org/a/b", { tokenFile: "/t", app }],
    ["https://x.org/a/b", { tokenFile: "/t", sshKeyFile: "/k" }],
    ["https://x.org/a/b", { sshKeyFile: "/k" }],
    ["git@x.org:a/b", { tokenFile: "/t" }],
    ["git@x.org:a/b", { app }],
  ];
  for (const [url, settings] of table) {
    const chosen = choose(url, settings);
    assert.ok(!chosen.ok, JSON.stringify(settings));
    assert.equal(chosen.failure.code, "config.invalid_value");
    assert.ok((chosen.failure.cure ?? "") !== "");
  }
});

Deno.test("chooseAuth() has each new token masked before it is used, with the form in which it travels", async () => {
  const kept: Secret[] = [];
  const folder = await Deno.makeTempDir({ prefix: "magos-token-" });
  try {
    await Deno.writeTextFile(`${folder}/token`, "first-token\n");
    const chosen = choose("https://x.org/a/b", { tokenFile: `${folder}/token`, user: "you" }, kept);
    assert.ok(chosen.ok);
    const { source } = chosen.value;
    for (const token of ["first-token", "first-token", "second-token"]) {
      await Deno.writeTextFile(`${folder}/token`, `\ufeff${token}\r\n`);
      const auth = await source.get();
      assert.ok(auth.ok && auth.value !== null && "token" in auth.value);
      assert.deepEqual([auth.value.user, auth.value.token.reveal()], ["you", token]);
    }
    assert.deepEqual(kept.map((secret) => secret.reveal()), [
      "first-token",
      btoa("you:first-token"),
      "second-token",
      btoa("you:second-token"),
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
