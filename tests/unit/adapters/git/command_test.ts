// The environment that each git call gets, name by name.
import assert from "node:assert/strict";
import { fixedAuth } from "../../../../src/adapters/git/auth.ts";
import { gitCommand, type GitRunner, runGit } from "../../../../src/adapters/git/command.ts";
import { failure, success } from "../../../../src/core/model/problem.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import type { Command } from "../../../../src/core/ports/process.ts";

const auth = { user: "you", token: new Secret("s3cret") };

const runner: GitRunner = {
  process: { run: () => Promise.reject(new Error("not used")) },
  env: {
    PATH: "/opt/bin:/usr/bin",
    HOME: "/home/you",
    HTTPS_PROXY: "http://proxy:3128",
    no_proxy: "localhost",
    GIT_SSL_CAINFO: "/etc/ca.pem",
    GIT_DIR: "/evil",
    LD_PRELOAD: "/evil.so",
    MAGOS_TOKEN: "t0ken",
  },
  home: "/state/home",
  ceiling: "/state",
  remote: { url: "https://example.org:8443/you/x.git", protocol: "https", origin: "https://example.org:8443" },
  auth: fixedAuth(auth),
};

function configOf(env: Readonly<Record<string, string>>): Map<string, string> {
  const count = Number(env["GIT_CONFIG_COUNT"]);
  return new Map(
    Array.from({ length: count }, (_, n) => [env[`GIT_CONFIG_KEY_${n}`] ?? "?", env[`GIT_CONFIG_VALUE_${n}`] ?? "?"]),
  );
}

Deno.test("gitCommand() gives a local call a closed environment and no way out", () => {
  const { env } = gitCommand(runner, { args: ["log"], cwd: "/x" });
  const names = Object.keys(env).filter((name) =>
    !name.startsWith("GIT_CONFIG_KEY") && !name.startsWith("GIT_CONFIG_VALUE")
  );
  assert.deepEqual(names.sort(), [
    "GIT_ALLOW_PROTOCOL",
    "GIT_ASKPASS",
    "GIT_ATTR_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_OPTIONAL_LOCKS",
    "GIT_TERMINAL_PROMPT",
    "HOME",
    "LC_ALL",
    "PATH",
  ]);
  assert.equal(env["GIT_ALLOW_PROTOCOL"], "none");
  assert.equal(env["HOME"], "/state/home");
  assert.equal(env["PATH"], "/opt/bin:/usr/bin");
  const config = configOf(env);
  assert.equal(config.get("core.hooksPath"), "/dev/null");
  assert.equal(config.get("http.followRedirects"), "false");
  assert.equal(config.get("submodule.recurse"), "false");
  assert.equal(config.get("protocol.version"), "2");
  assert.equal(config.has("remote.origin.promisor"), false);
  assert.doesNotMatch(JSON.stringify(env), /Authorization|s3cret|t0ken/);
});

Deno.test("gitCommand() binds the credential to the origin, in calls that speak to the remote", () => {
  const command = gitCommand(runner, { args: ["fetch"], cwd: "/x", speaks: true }, auth);
  assert.equal(command.env["GIT_ALLOW_PROTOCOL"], "https");
  assert.equal(command.env["HTTPS_PROXY"], "http://proxy:3128");
  assert.equal(command.env["no_proxy"], "localhost");
  assert.equal(command.env["GIT_SSL_CAINFO"], "/etc/ca.pem");
  const headers = [...configOf(command.env)].filter(([key]) => key.endsWith("extraHeader"));
  assert.deepEqual(headers, [[
    "http.https://example.org:8443/.extraHeader",
    `Authorization: Basic ${btoa("you:s3cret")}`,
  ]]);
  assert.doesNotMatch(command.args.join(" "), /s3cret/);
});

Deno.test("gitCommand() sends no credential to a path", () => {
  const remote = { url: "/srv/x.git", protocol: "file", origin: null } as const;
  const { env } = gitCommand({ ...runner, remote }, { args: ["fetch"], cwd: "/x", speaks: true }, auth);
  assert.equal(env["GIT_ALLOW_PROTOCOL"], "file");
  assert.doesNotMatch(JSON.stringify(env), /Authorization/);
});

Deno.test("runGit() masks token and header in what git says", async () => {
  const stderr = `trace: Basic ${btoa("you:s3cret")} for s3cret`;
  const output = { code: 1, stdout: new Uint8Array(), stderr, ended: null };
  const process = { run: () => Promise.resolve({ ok: true as const, value: output }) };
  const ran = await runGit({ ...runner, process }, { args: ["fetch"], cwd: "/x", speaks: true });
  assert.ok(ran.ok);
  assert.equal(ran.value.stderr, "trace: Basic *** for ***");
});

Deno.test("gitCommand() gives ssh its options for an SSH remote alone, and a token to no ssh", () => {
  const ssh = { url: "git@example.org:x", protocol: "ssh", origin: null } as const;
  const call = { args: ["fetch"], cwd: "/x", speaks: true };
  const command = gitCommand({ ...runner, remote: ssh }, call, { sshCommand: "ssh -F /dev/null" });
  assert.equal(command.env["GIT_ALLOW_PROTOCOL"], "ssh");
  assert.equal(command.env["GIT_SSH_COMMAND"], "ssh -F /dev/null");
  assert.equal(gitCommand(runner, call, { sshCommand: "ssh" }).env["GIT_SSH_COMMAND"], undefined);
  assert.equal(gitCommand({ ...runner, remote: ssh }, { ...call, speaks: false }).env["GIT_SSH_COMMAND"], undefined);
  assert.doesNotMatch(JSON.stringify(gitCommand({ ...runner, remote: ssh }, call, auth)), /Authorization|s3cret/);
});

Deno.test("gitCommand() puts the user's own roots above those of the environment", () => {
  const { env } = gitCommand({ ...runner, caFile: "/state/ca.pem" }, { args: ["fetch"], cwd: "/x", speaks: true });
  assert.equal(env["GIT_SSL_CAINFO"], "/state/ca.pem");
});

Deno.test("runGit() asks for the credential only to speak, and once more when a refused one can be bettered", async () => {
  const tokens = ["old-token", "new-token"];
  const used: string[] = [];
  let asked = 0;
  const source = {
    get: () => Promise.resolve(success({ user: "you", token: new Secret(tokens[asked++] ?? "?") })),
    refused: () => Promise.resolve(asked < 2),
  };
  const process = {
    run: ({ env }: Command) => {
      const header = Object.values(env).find((value) => value.startsWith("Authorization")) ?? "";
      used.push(header === "" ? "none" : atob(header.split(" ")[2] ?? ""));
      const stderr = "fatal: Authentication failed for 'https://example.org/'";
      return Promise.resolve(success({ code: 128, stdout: new Uint8Array(), stderr, ended: null }));
    },
  };
  await runGit({ ...runner, process, auth: source }, { args: ["log"], cwd: "/x" });
  assert.deepEqual([used, asked], [["none"], 0]);
  await runGit({ ...runner, process, auth: source }, { args: ["fetch"], cwd: "/x", speaks: true });
  assert.deepEqual(used.slice(1), ["you:old-token", "you:new-token"]);
});

Deno.test("runGit() runs nothing when the credential cannot be had", async () => {
  const source = {
    get: () => Promise.resolve(failure("config.unreadable", "no token")),
    refused: () => Promise.resolve(false),
  };
  const ran = await runGit({ ...runner, auth: source }, { args: ["fetch"], cwd: "/x", speaks: true });
  assert.ok(!ran.ok);
  assert.equal(ran.failure.code, "config.unreadable");
});
