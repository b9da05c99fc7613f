// What must hold whatever happened before and whoever meddles: kills, damage, hostile settings, secrets.
import assert from "node:assert/strict";
import { checkOut, commitFiles, must, mustFail, setUpGit } from "../fakes/git_setup.ts";
import { countCalls, type GitRoute, type GitWorld, testToken, withGitWorld } from "../fakes/git_world.ts";
import type { Tree } from "../fakes/git_remote.ts";
import { makeGitRemote } from "../fakes/git_remote.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { base64 } from "../../src/core/model/secret.ts";

const stack: Tree = { "a.yaml": "image: a:1\n", "b/c.yaml": "image: c:1\n" };

/** Registers the cases for one route. */
export function testGitSafety(route: GitRoute): void {
  const test = (name: string, run: (world: GitWorld) => Promise<void>, tree = stack): void =>
    Deno.test(`git over ${route}: ${name}`, () => withGitWorld(route, tree, run));

  test("a kill's leftovers do not stop the next run", async ({ setUp, remote }) => {
    const killed = setUp();
    const left = await checkOut(killed.git);
    const mirror = `${killed.folder}/mirror`;
    const record = `${mirror}/worktrees/${left.root.split("/").at(-1) ?? ""}`;
    await left.close();
    // As a kill leaves it: the folder is there, nobody holds its lock, and git's own locks lie about.
    await Deno.mkdir(left.root);
    await Deno.writeTextFile(`${left.root}.lock`, "");
    const refs = [...Deno.readDirSync(`${mirror}/refs/magos`)].map((entry) => `refs/magos/${entry.name}.lock`);
    assert.equal(refs.length, 1);
    for (const lock of ["HEAD.lock", "config.lock", "packed-refs.lock", "index.lock", "shallow.lock", ...refs]) {
      await Deno.writeTextFile(`${mirror}/${lock}`, "");
    }
    await Deno.writeTextFile(`${record}/index.lock`, "");
    await Deno.writeTextFile(`${mirror}/objects/pack/tmp_pack_x`, "half");
    const theirs = await remote.push({ "a.yaml": "image: a:7\n" });

    const next = setUp();
    const tree = await checkOut(next.git);
    assert.equal(tree.revision, theirs);
    assert.deepEqual(worktrees(next.folder), names(tree.root));
    assert.deepEqual([...Deno.readDirSync(`${mirror}/worktrees`)].map((entry) => entry.name), [names(tree.root)[0]]);
    const commit = await commitFiles(next.git, tree, { "a.yaml": "image: a:8\n" });
    assert.deepEqual(must(await next.git.push({ commit, branch: "main", lease: theirs })), { state: "pushed" });
    assert.deepEqual(findFiles(mirror, (name) => name.endsWith(".lock") || name.startsWith("tmp_")), []);
    assert.equal(countCalls(next, "init"), 0, "the mirror is mended, not cloned anew");
    await tree.close();
  });

  test("a work tree whose lock is held stays", async ({ setUp }) => {
    const [one, other] = [setUp(), setUp()];
    const first = await checkOut(one.git);
    const second = await checkOut(other.git);
    assert.equal(await Deno.readTextFile(`${first.root}/a.yaml`), "image: a:1\n");
    const commit = await commitFiles(one.git, first, { "a.yaml": "image: a:2\n" });
    assert.deepEqual(must(await one.git.push({ commit, branch: "main", lease: first.revision })), { state: "pushed" });
    await first.close();
    await second.close();
  });

  test("a mirror of another URL is cloned anew", async ({ setUp, folder }) => {
    const before = setUp();
    await (await checkOut(before.git)).close();
    await Deno.mkdir(`${folder}/other`);
    const other = await makeGitRemote(`${folder}/other`, { "z.yaml": "image: z:1\n" });
    const { git } = setUpGit(before.folder, other.path);
    const tree = await checkOut(git);
    assert.deepEqual(tree.files, ["z.yaml"]);
    await tree.close();
  });

  for (const [damage, meddle] of damages) {
    test(`a mirror ${damage} is cloned anew`, async ({ setUp, remote }) => {
      const before = setUp();
      await (await checkOut(before.git)).close();
      await meddle(`${before.folder}/mirror`);
      const setup = setUp();
      const tree = await checkOut(setup.git);
      assert.equal(await Deno.readTextFile(`${tree.root}/b/c.yaml`), "image: c:1\n");
      const commit = await commitFiles(setup.git, tree, { "a.yaml": "image: a:2\n" });
      const outcome = must(await setup.git.push({ commit, branch: "main", lease: tree.revision }));
      assert.deepEqual(outcome, { state: "pushed" });
      assert.equal(await remote.revision(), commit);
      await tree.close();
    });
  }

  test("a hostile environment has no effect", async ({ setUp, folder, remote }) => {
    const mark = `${folder}/owned`;
    const home = `${folder}/hostile`;
    await Deno.mkdir(`${home}/hooks`, { recursive: true });
    for (const hook of ["post-checkout", "pre-push", "reference-transaction", "pre-commit", "commit-msg"]) {
      await Deno.writeTextFile(`${home}/hooks/${hook}`, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    }
    const hostile = [
      `[core]\n\thooksPath = ${home}/hooks\n\tfsmonitor = touch '${mark}'\n\tsshCommand = touch '${mark}'`,
      `\tgitProxy = touch '${mark}'\n\tattributesFile = ${home}/attributes`,
      `[filter "evil"]\n\tsmudge = touch '${mark}'; cat\n\tclean = touch '${mark}'; cat`,
      `[url "/nowhere/"]\n\tinsteadOf = ${folder}\n\tinsteadOf = file://\n\tinsteadOf = http://\n\tpushInsteadOf = /`,
      `[credential]\n\thelper = "!touch '${mark}'"`,
    ].join("\n");
    await Deno.writeTextFile(`${home}/.gitconfig`, `${hostile}\n`);
    await Deno.writeTextFile(`${home}/attributes`, "* filter=evil\n");
    const env = {
      HOME: home,
      XDG_CONFIG_HOME: home,
      GIT_CONFIG_GLOBAL: `${home}/.gitconfig`,
      GIT_CONFIG_SYSTEM: `${home}/.gitconfig`,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.hooksPath",
      GIT_CONFIG_VALUE_0: `${home}/hooks`,
      GIT_CONFIG_PARAMETERS: `'core.hooksPath'='${home}/hooks'`,
      GIT_DIR: "/nowhere",
      GIT_WORK_TREE: "/nowhere",
      GIT_INDEX_FILE: "/nowhere",
      GIT_OBJECT_DIRECTORY: "/nowhere",
      GIT_ASKPASS: `${home}/hooks/pre-push`,
      GIT_SSH_COMMAND: `touch '${mark}'`,
      GIT_EXEC_PATH: home,
      GIT_TEMPLATE_DIR: home,
      GIT_TRACE: mark,
      GIT_CURL_VERBOSE: "1",
    };
    const { git } = setUp("state", env);
    const tree = await checkOut(git);
    const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\n" });
    assert.deepEqual(must(await git.push({ commit, branch: "main", lease: tree.revision })), { state: "pushed" });
    assert.equal(await remote.revision(), commit);
    await tree.close();
    await assert.rejects(Deno.stat(mark), Deno.errors.NotFound);
  }, { ...stack, ".gitattributes": "*.yaml filter=evil\n" });

  test("a repository around the state folder is left alone", async ({ setUp, folder }) => {
    await runGitAs(folder, ["init", "-q", "."]);
    await runGitAs(folder, ["config", "remote.origin.url", "/nowhere"]);
    const { git } = setUp();
    const tree = await checkOut(git);
    await Deno.remove(`${tree.root}/.git`);
    await Deno.writeTextFile(`${tree.root}/a.yaml`, "image: a:2\n");
    const author = { name: "magos", email: "magos@localhost" };
    const commit = await git.commit({ checkout: tree, files: ["a.yaml"], message: "m", author, time: 0 });
    assert.equal(mustFail(commit).code, "git.not_a_repository");
    await assert.rejects(Deno.stat(`${folder}/.git/index`), Deno.errors.NotFound);
    await tree.close();
  });

  test("hooks that somebody put into the mirror do not run", async ({ setUp, folder }) => {
    const mark = `${folder}/owned`;
    const setup = setUp();
    await (await checkOut(setup.git)).close();
    const hooks = `${setup.folder}/mirror/hooks`;
    await Deno.mkdir(hooks, { recursive: true });
    for (const hook of ["post-checkout", "pre-push", "reference-transaction", "post-index-change", "pre-auto-gc"]) {
      await Deno.writeTextFile(`${hooks}/${hook}`, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    }
    const tree = await checkOut(setup.git);
    const commit = await commitFiles(setup.git, tree, { "a.yaml": "image: a:2\n" });
    must(await setup.git.push({ commit, branch: "main", lease: tree.revision }));
    await tree.close();
    await assert.rejects(Deno.stat(mark), Deno.errors.NotFound);
  });

  test("the token is in no argument, no file, and only where the remote is spoken to", async ({ setUp, auth }) => {
    const setup = setUp();
    const tree = await checkOut(setup.git);
    const commit = await commitFiles(setup.git, tree, { "a.yaml": "image: a:2\n" });
    must(await setup.git.push({ commit, branch: "main", lease: tree.revision }));
    const header = base64(`you:${testToken}`);
    const holds = (text: string): boolean =>
      [testToken, header, encodeURIComponent(testToken)].some((form) => text.includes(form));
    for (const command of setup.commands) {
      assert.equal(holds(command.args.join("\0")), false, command.args[0]);
      const speaks = ["ls-remote", "fetch", "worktree", "push"].includes(command.args[0] ?? "");
      assert.equal(holds(JSON.stringify(Object.values(command.env))), speaks && auth !== null, command.args.join(" "));
    }
    const told = findFiles(setup.folder, () => true).filter((path) => holds(readAsLatin1(path)));
    assert.deepEqual(told, []);
    assert.equal(countCalls(setup, "push"), 1);
    await tree.close();
  });
}

const damages: readonly (readonly [string, (mirror: string) => Promise<void>])[] = [
  ["without its HEAD", (mirror) => Deno.remove(`${mirror}/HEAD`)],
  ["with rubbish for a HEAD", (mirror) => Deno.writeTextFile(`${mirror}/HEAD`, "rubbish")],
  ["without its objects", (mirror) => Deno.remove(`${mirror}/objects`, { recursive: true })],
  ["whose packs are gone", async (mirror) => {
    await Deno.remove(`${mirror}/objects/pack`, { recursive: true });
    await Deno.mkdir(`${mirror}/objects/pack`);
  }],
  ["with a torn pack", async (mirror) => {
    for (const path of findFiles(`${mirror}/objects/pack`, (name) => name.endsWith(".pack"))) {
      await Deno.chmod(path, 0o600);
      await Deno.truncate(path, 40);
    }
  }],
  ["with a torn configuration", (mirror) => Deno.writeTextFile(`${mirror}/config`, "[core")],
  ["with rubbish for refs", async (mirror) => {
    for (const path of findFiles(`${mirror}/refs/magos`, () => true)) await Deno.writeTextFile(path, "rubbish");
  }],
  ["that is a file", async (mirror) => {
    await Deno.remove(mirror, { recursive: true });
    await Deno.writeTextFile(mirror, "");
  }],
];

function names(root: string): string[] {
  const name = root.split("/").at(-1) ?? "";
  return [name, `${name}.lock`];
}

function worktrees(folder: string): string[] {
  return [...Deno.readDirSync(`${folder}/worktrees`)].map((entry) => entry.name).sort();
}

function findFiles(folder: string, wanted: (name: string) => boolean): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return findFiles(path, wanted);
    return entry.isFile && wanted(entry.name) ? [path] : [];
  });
}

function readAsLatin1(path: string): string {
  return new TextDecoder("latin1").decode(Deno.readFileSync(path));
}
