// What every remote must give and take of branches beside the followed one: asked for, compared, stacked on, replaced.
import assert from "node:assert/strict";
import type { FileVersion } from "../../src/core/ports/git.ts";
import type { Tree } from "../fakes/git_remote.ts";
import { checkOut, commitFiles, must, mustFail } from "../fakes/git_setup.ts";
import { type GitRoute, type GitWorld, withGitWorld } from "../fakes/git_world.ts";

const stack: Tree = { "a.yaml": "image: a:1\n", "b/c.yaml": "image: c:1\n", "d.yaml": "image: d:1\n" };
const author = { name: "magos", email: "magos@localhost" };
const time = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Registers the cases for one route. */
export function testGitBranches(route: GitRoute): void {
  const test = (name: string, tree: Tree, run: (world: GitWorld) => Promise<void>): void =>
    Deno.test(`git over ${route}: ${name}`, () => withGitWorld(route, tree, run));

  test("branch() gives a branch by its whole name, else null", stack, async ({ setUp, remote }) => {
    const setup = setUp();
    const revision = await remote.push({ "a.yaml": "image: a:2\n" }, { branch: "updates/2026-w05" });
    assert.deepEqual(must(await setup.git.branch("updates/2026-w05")), { branch: "updates/2026-w05", revision });
    for (const name of ["2026-w05", "updates", "updates/2026-w0", "heads/main", "refs/heads/main"]) {
      assert.equal(must(await setup.git.branch(name)), null, name);
    }
    assert.ok(setup.commands.every((command) => command.args[0] === "ls-remote"));
    for (const name of ["--upload-pack=x", "a..b", "a*", "", "x.lock"]) {
      assert.equal(mustFail(await setup.git.branch(name)).code, "config.invalid_value", name);
    }
  });

  test("branch() of an empty remote is null", {}, async ({ setUp }) => {
    assert.equal(must(await setUp().git.branch("main")), null);
    assert.deepEqual(must(await setUp().git.branches("updates/")), []);
  });

  test("branches() gives those that begin so, by name", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const [one, two] = [
      await remote.push({ "a.yaml": "image: a:2\n" }, { branch: "updates/2026-w05" }),
      await remote.push({ "a.yaml": "image: a:3\n" }, { branch: "updates/2026-w04/web" }),
    ];
    await remote.push({ "a.yaml": "image: a:4\n" }, { branch: "other/updates/2026-w03" });
    await remote.push({ "a.yaml": "image: a:5\n" }, { branch: "updates-of-mine" });
    assert.deepEqual(must(await git.branches("updates/")), [
      { branch: "updates/2026-w04/web", revision: two },
      { branch: "updates/2026-w05", revision: one },
    ]);
    assert.deepEqual((must(await git.branches("updates"))).length, 3);
    assert.deepEqual(must(await git.branches("none/")), []);
    for (const prefix of ["--x", "a*", "a b", "../"]) {
      assert.equal(mustFail(await git.branches(prefix)).code, "config.invalid_value", prefix);
    }
  });

  test("mergeBase() is where two branches parted", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const start = await remote.revision();
    const side = await remote.push({ "a.yaml": "image: a:2\n" }, { branch: "side" });
    const main = await remote.push({ "d.yaml": "image: d:2\n" });
    must(await git.fetch({ branch: "side", revision: side }));
    must(await git.fetch({ branch: "main", revision: main }));
    assert.equal(must(await git.mergeBase(main, side)), start);
    assert.equal(must(await git.mergeBase(main, main)), main);
    const alone = await remote.git("commit-tree", `${main}^{tree}`, "-m", "from nowhere");
    await remote.git("update-ref", "refs/heads/alone", alone);
    must(await git.fetch({ branch: "alone", revision: alone }));
    assert.equal(must(await git.mergeBase(main, alone)), null);
    assert.equal((await git.mergeBase(main, "1".repeat(40))).ok, false);
    assert.equal(mustFail(await git.mergeBase("main", side)).code, "git.failed");
  });

  test("changes() tells what differs without any content", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const before = await remote.revision();
    const odd = "with space\nand ü";
    const after = await remote.push({ "a.yaml": "image: a:2\n", "d.yaml": null, [odd]: "new\n" });
    must(await git.fetch({ branch: "main", revision: after }));
    const idOf = async (revision: string, path: string): Promise<FileVersion> => (
      { mode: "100644", object: await remote.git("rev-parse", `${revision}:${path}`) }
    );
    assert.deepEqual(must(await git.changes(before, after)), [
      { path: "a.yaml", before: await idOf(before, "a.yaml"), after: await idOf(after, "a.yaml") },
      { path: "d.yaml", before: await idOf(before, "d.yaml"), after: null },
      { path: odd, before: null, after: await idOf(after, odd) },
    ]);
    assert.deepEqual(must(await git.changes(after, after)), []);
    assert.equal(mustFail(await git.changes("--output=x", after)).code, "git.failed");
  });

  test("commits can be stacked on one checkout and pushed at once", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const first = await commitFiles(git, tree, { "a.yaml": "image: a:2\n" }, "one");
    await Deno.writeTextFile(`${tree.root}/a.yaml`, "image: a:3\n");
    const order = { checkout: tree, files: ["a.yaml"], message: "two", author, time };
    const second = must(await git.commit({ ...order, parent: first }));
    assert.equal(mustFail(await git.commit({ ...order, parent: second })).code, "git.failed", "nothing differs");
    assert.equal(mustFail(await git.commit({ ...order, parent: "HEAD" })).code, "git.failed");
    assert.deepEqual(must(await git.push({ commit: second, branch: "updates/x", lease: null })), { state: "pushed" });
    assert.equal(await remote.git("log", "--format=%s", "updates/x"), "two\none\nfirst");
    assert.equal(await remote.git("diff-tree", "--name-only", "--no-commit-id", "-r", second), "a.yaml");
    await tree.close();
  });

  test("push() replaces a branch only at the very commit of the lease", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const branch = "updates/2026-w05";
    const old = await commitFiles(git, tree, { "a.yaml": "image: a:2\n" });
    must(await git.push({ commit: old, branch, lease: null }));
    const next = await commitFiles(git, tree, { "a.yaml": "image: a:3\n" });
    const order = { commit: next, branch, lease: old };
    const refused = must(await git.push(order));
    assert.equal(refused.state, "refused", "without `replaces` nothing moves backwards");
    assert.deepEqual(must(await git.push({ ...order, lease: null, replaces: true })), { state: "lost-race" });
    assert.deepEqual(must(await git.push({ ...order, replaces: true })), { state: "pushed" });
    assert.equal(await remote.revision(branch), next);
    const person = await remote.push({ "d.yaml": "image: d:7\n" }, { branch });
    const third = await commitFiles(git, tree, { "a.yaml": "image: a:4\n" });
    assert.deepEqual(must(await git.push({ commit: third, branch, lease: next, replaces: true })), {
      state: "lost-race",
    });
    assert.equal(await remote.revision(branch), person);
    await remote.git("branch", "-D", branch);
    assert.deepEqual(must(await git.push({ commit: third, branch, lease: person, replaces: true })), {
      state: "lost-race",
    });
    await tree.close();
  });
}
