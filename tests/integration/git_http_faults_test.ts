// What only a server can do to git: refuse, redirect, be away; each told apart, each with its cure.
import assert from "node:assert/strict";
import { tokenFileAuth } from "../../src/adapters/git/token_auth.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { Secret } from "../../src/core/model/secret.ts";
import { startGitHttpServer } from "../fakes/git_http_server.ts";
import { checkOut, commitFiles, must, mustFail, setUpGit } from "../fakes/git_setup.ts";
import { type GitWorld, testToken, withGitWorld } from "../fakes/git_world.ts";

function test(
  name: string,
  run: (world: GitWorld & { readonly server: NonNullable<GitWorld["server"]> }) => Promise<void>,
): void {
  Deno.test(`git over HTTP: ${name}`, () =>
    withGitWorld("HTTP", { "a.yaml": "image: a:1\n" }, async (world) => {
      assert.ok(world.server !== null);
      await run({ ...world, server: world.server });
    }));
}

test("a wrong token, and none at all, are unauthorized", async ({ folder, url }) => {
  for (const auth of [null, { user: "you", token: new Secret("wrong-token-1234") }]) {
    const failed = mustFail(await setUpGit(`${folder}/state`, url, { auth }).git.head(null));
    assert.equal(failed.code, "git.unauthorized");
    assert.equal(failed.retry, "never");
    assert.match(failed.cure ?? "", /repo\.auth\.tokenFile/);
    assert.doesNotMatch(JSON.stringify(failed), /wrong-token-1234/);
  }
});

test("a token that expires between fetch and push is unauthorized, and the server's words hold no token", async (world) => {
  const { git } = world.setUp();
  const tree = await checkOut(git);
  const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\n" });
  world.server.options.rejectWith = 401;
  world.server.options.rejectText = `you sent ${testToken}`;
  const outcome = must(await git.push({ commit, branch: "main", lease: tree.revision }));
  assert.ok(outcome.state === "refused");
  assert.equal(outcome.failure.code, "git.unauthorized");
  assert.equal(JSON.stringify(outcome).includes(testToken), false);
  await tree.close();
});

test("a token file is read anew for each call, so that a new token needs no restart", async ({ folder, url }) => {
  const path = `${folder}/token`;
  const auth = tokenFileAuth({ files: denoFiles, keepSecret: () => {} }, path, "you");
  const { git } = setUpGit(`${folder}/state`, url, { auth });
  assert.equal(mustFail(await git.head(null)).code, "config.unreadable");
  await Deno.writeTextFile(path, "two words\n");
  assert.equal(mustFail(await git.head(null)).code, "config.invalid_value");
  await Deno.writeTextFile(path, "wrong-token-1234\n");
  assert.equal(mustFail(await git.head(null)).code, "git.unauthorized");
  await Deno.writeTextFile(path, `${testToken}\n`);
  must(await git.head(null));
});

test("an archived repository is told apart from a right that is lacking", async ({ setUp, server }) => {
  const { git } = setUp();
  const tree = await checkOut(git);
  const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\n" });
  server.options.rejectWith = 403;
  for (
    const [text, cure] of [
      ["This repository was archived so it is read-only.", /unarchive/],
      ["Write access to repository not granted.", /write access/],
    ] as const
  ) {
    server.options.rejectText = text;
    const outcome = must(await git.push({ commit, branch: "main", lease: tree.revision }));
    assert.ok(outcome.state === "refused");
    assert.deepEqual([outcome.failure.code, outcome.failure.retry], ["git.denied", "never"]);
    assert.match(outcome.failure.cure ?? "", cure);
    assert.match(outcome.failure.message, new RegExp(text.slice(0, 20)));
  }
  await tree.close();
});

test("a token that may only read is denied at the push", async ({ setUp, remote }) => {
  const { git } = setUp();
  const tree = await checkOut(git);
  const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\n" });
  await remote.git("config", "http.receivepack", "false");
  const outcome = must(await git.push({ commit, branch: "main", lease: tree.revision }));
  assert.ok(outcome.state === "refused");
  assert.equal(outcome.failure.code, "git.denied");
  assert.equal(outcome.failure.retry, "never");
  assert.match(outcome.failure.cure ?? "", /write access/);
  await tree.close();
});

test("a status tells what is wrong, and whether to come again", async ({ setUp, server }) => {
  const expected: readonly (readonly [number, string, string])[] = [
    [403, "git.unauthorized", "never"],
    [404, "git.not_found", "never"],
    [429, "git.unreachable", "later"],
    [500, "git.unreachable", "later"],
    [503, "git.unreachable", "later"],
  ];
  for (const [status, code, retry] of expected) {
    server.options.rejectWith = status;
    const failed = mustFail(await setUp().git.head(null));
    assert.deepEqual([failed.code, failed.retry], [code, retry], String(status));
    assert.ok((failed.cure ?? "") !== "");
  }
});

test("a server that goes away during the push leaves it to be read back", async ({ setUp, server }) => {
  const { git } = setUp();
  const tree = await checkOut(git);
  const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\n" });
  server.options.rejectWith = 502;
  const outcome = must(await git.push({ commit, branch: "main", lease: tree.revision }));
  assert.ok(outcome.state === "refused");
  assert.deepEqual([outcome.failure.code, outcome.failure.retry], ["git.unreachable", "later"]);
  server.options.rejectWith = null;
  assert.equal(must(await git.head("main")).revision, tree.revision);
  await tree.close();
});

test("a closed port is unreachable", async ({ folder }) => {
  const gone = await startGitHttpServer(folder);
  await gone.close();
  const failed = mustFail(await setUpGit(`${folder}/state`, `${gone.url}/homelab.git`).git.head("main"));
  assert.deepEqual([failed.code, failed.retry], ["git.unreachable", "later"]);
});

test("a redirect to another host is refused, and that host hears nothing", async ({ setUp, server, folder }) => {
  const other = await startGitHttpServer(folder);
  server.options.redirectTo = other.url;
  const failed = mustFail(await setUp().git.head(null));
  assert.equal(failed.code, "git.redirected");
  assert.equal(failed.retry, "never");
  assert.match(failed.cure ?? "", /repo\.url/);
  assert.deepEqual(other.seen, []);
  await other.close();
});

test("every request carries the token, and long ones are compressed", async ({ setUp, server, remote }) => {
  const many = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`f${n}.yaml`, `image: f${n}:1\n`]));
  await remote.push(many);
  const tree = await checkOut(setUp().git);
  assert.equal(tree.files.length, 81);
  assert.ok(server.seen.length > 3);
  assert.ok(server.seen.every((request) => request.authorization === `Basic ${btoa(`you:${testToken}`)}`));
  assert.ok(server.seen.some((request) => request.contentEncoding === "gzip"));
  await tree.close();
});

Deno.test("createGit() refuses a URL that holds a secret, without repeating it or running git", async () => {
  const setup = setUpGit("/nowhere", "https://you:hunter22@example.org/homelab.git");
  const failed = mustFail(await setup.git.head(null));
  assert.equal(failed.code, "config.secret_inline");
  assert.doesNotMatch(JSON.stringify(failed), /hunter22|you:/);
  assert.equal(mustFail(await setup.git.fetch({ branch: "main", revision: "1".repeat(40) })).code, failed.code);
  assert.deepEqual(setup.commands, []);
});
