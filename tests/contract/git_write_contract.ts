// What every remote must take: commits of exactly the named files, pushes that never overwrite anybody.
import assert from "node:assert/strict";
import { checkOut, commitFiles, must, mustFail } from "../fakes/git_setup.ts";
import { type GitRoute, type GitWorld, withGitWorld } from "../fakes/git_world.ts";
import { runGitAs } from "../fakes/run_git.ts";
import type { Tree } from "../fakes/git_remote.ts";
import type { PushOutcome } from "../../src/core/ports/git.ts";

const stack: Tree = {
  ".gitattributes": "* text=auto\n",
  ".gitignore": ".magos/\n",
  "a.yaml": "image: a:1\r\n",
  "b.yaml": "image: b:1\n",
};
const author = { name: "magos", email: "magos@localhost" };
const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** Registers the cases for one route. */
export function testGitWriting(route: GitRoute): void {
  const test = (name: string, run: (world: GitWorld) => Promise<void>): void =>
    Deno.test(`git over ${route}: ${name}`, () => withGitWorld(route, stack, run));

  test("commit() touches only the named files", async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    await Deno.writeTextFile(`${tree.root}/a.yaml`, "image: a:2\r\n");
    await Deno.writeTextFile(`${tree.root}/b.yaml`, "image: b:2\n");
    await Deno.writeTextFile(`${tree.root}/stray`, "left by somebody\n");
    const message = "# not a comment\n\n\ntrailing  \nMagos-Plan: x";
    const commit = must(await git.commit({ checkout: tree, files: ["a.yaml"], message, author, time }));
    must(await git.push({ commit, branch: "main", lease: tree.revision }));
    const changed = await remote.git("diff-tree", "-r", "--name-status", tree.revision, commit);
    assert.equal(changed, "M\ta.yaml");
    assert.deepEqual(await remote.show(commit, "a.yaml"), new TextEncoder().encode("image: a:2\r\n"));
    const raw = await remote.git("cat-file", "commit", commit);
    const who = "magos <magos@localhost> 1767323045 +0000";
    assert.equal(
      raw.slice(raw.indexOf("parent ")),
      `parent ${tree.revision}\nauthor ${who}\ncommitter ${who}\n\n${message}`,
    );
    await tree.close();
  });

  test("commit() takes new, ignored, oddly named and removed files", async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    await Deno.mkdir(`${tree.root}/.magos`);
    await Deno.writeTextFile(`${tree.root}/.magos/holds.yaml`, "holds: []\n");
    await Deno.writeTextFile(`${tree.root}/*.yaml`, "not a pattern\n");
    await Deno.writeTextFile(`${tree.root}/-A`, "not an option\n");
    await Deno.remove(`${tree.root}/b.yaml`);
    await Deno.writeTextFile(`${tree.root}/a.yaml`, "image: a:2\r\n");
    const files = [".magos/holds.yaml", "*.yaml", "-A", "b.yaml"];
    const commit = must(await git.commit({ checkout: tree, files, message: "m", author, time }));
    must(await git.push({ commit, branch: "main", lease: tree.revision }));
    const changed = await remote.git("diff-tree", "-r", "--name-status", tree.revision, commit);
    assert.deepEqual(changed.split("\n").sort(), ["A\t*.yaml", "A\t-A", "A\t.magos/holds.yaml", "D\tb.yaml"]);
    await tree.close();
  });

  test("commit() refuses what would hold more or less than was ordered", async ({ setUp }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const order = { checkout: tree, message: "m", author, time };
    assert.match(mustFail(await git.commit({ ...order, files: ["a.yaml"] })).message, /nothing to commit/);
    for (const path of ["../x", "/etc/passwd", ".git/config", "a/../../x", "a//b", ""]) {
      assert.equal(mustFail(await git.commit({ ...order, files: [path] })).code, "file.outside", path);
    }
    await Deno.writeTextFile(`${tree.root}/b.yaml`, "image: b:9\n");
    await runGitAs(tree.root, ["add", "b.yaml"]);
    await Deno.writeTextFile(`${tree.root}/a.yaml`, "image: a:2\r\n");
    assert.match(mustFail(await git.commit({ ...order, files: ["a.yaml"] })).message, /would also change "b.yaml"/);
    await tree.close();
  });

  test("commit() refuses a folder that is not its own", async ({ setUp, folder }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const foreign = { ...tree, root: folder };
    const failed = mustFail(await git.commit({ checkout: foreign, files: ["a.yaml"], message: "m", author, time }));
    assert.match(failed.message, /stays untouched/);
    await tree.close();
  });

  test("push() moves the branch, and again says so without moving it", async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\r\n" });
    const order = { commit, branch: "main", lease: tree.revision };
    assert.deepEqual(must(await git.push(order)), { state: "pushed" });
    assert.equal(await remote.revision(), commit);
    assert.deepEqual(must(await git.push(order)), { state: "pushed" });
    await tree.close();
  });

  test("push() makes a new branch, and only when it is new", async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const first = await commitFiles(git, tree, { "a.yaml": "image: a:2\r\n" });
    const branch = "image-updates/2026-w01";
    assert.deepEqual(must(await git.push({ commit: first, branch, lease: null })), { state: "pushed" });
    const second = await commitFiles(git, tree, { "a.yaml": "image: a:3\r\n" });
    assert.deepEqual(must(await git.push({ commit: second, branch, lease: null })), { state: "lost-race" });
    assert.equal(await remote.revision(branch), first);
    await tree.close();
  });

  test("push() loses the race when somebody pushed meanwhile", async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\r\n" });
    const theirs = await remote.push({ "b.yaml": "image: b:2\n" });
    assert.deepEqual(must(await git.push({ commit, branch: "main", lease: tree.revision })), { state: "lost-race" });
    assert.equal(await remote.revision(), theirs);
    await tree.close();
  });

  test("push() loses the race when the branch is gone", async ({ setUp, remote }) => {
    const { git } = setUp();
    const revision = await remote.push({ "b.yaml": "image: b:2\n" }, { branch: "updates" });
    const tree = await checkOut(git, "updates");
    const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\r\n" });
    await remote.git("branch", "-D", "updates");
    assert.deepEqual(must(await git.push({ commit, branch: "updates", lease: revision })), { state: "lost-race" });
    await tree.close();
  });

  test("push() loses the race when the remote's ref moves under the server", async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\r\n" });
    const theirs = await remote.push({ "b.yaml": "image: b:2\n" }, { branch: "theirs" });
    // Between the advertisement that the lease was compared with and the update of the ref.
    await remote.hook("pre-receive", `unset GIT_QUARANTINE_PATH; git update-ref refs/heads/main ${theirs}`);
    assert.deepEqual(must(await git.push({ commit, branch: "main", lease: tree.revision })), { state: "lost-race" });
    assert.equal(await remote.revision(), theirs);
    await tree.close();
  });

  test("push() never rewrites, even with the right lease", async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const beside = await commitFiles(git, tree, { "a.yaml": "image: a:2\r\n" });
    const theirs = await remote.push({ "b.yaml": "image: b:2\n" });
    must(await git.fetch({ branch: "main", revision: theirs }));
    const outcome = must(await git.push({ commit: beside, branch: "main", lease: theirs }));
    assert.equal(outcome.state, "refused");
    assert.match(refusal(outcome).message, /would rewrite/);
    assert.equal(await remote.revision(), theirs);
    await tree.close();
  });

  for (const [forge, words, code] of refusals) {
    test(`push() tells ${code} from the words of ${forge}`, async ({ setUp, remote }) => {
      const { git } = setUp();
      const tree = await checkOut(git);
      const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\r\n" });
      await remote.hook("pre-receive", `cat >&2 <<'END'\n${words}\nEND\nexit 1`);
      const failed = refusal(must(await git.push({ commit, branch: "main", lease: tree.revision })));
      assert.equal(failed.code, code);
      assert.equal(failed.retry, "never");
      assert.ok(failed.message.includes(words.split("\n")[0]?.slice(0, 40) ?? "?"), failed.message);
      assert.ok((failed.cure ?? "").length > 10);
      assert.equal(await remote.revision(), tree.revision);
      await tree.close();
    });
  }

  test("push() shows a hook's words without tricks and cut short", async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\r\n" });
    await remote.hook(
      "pre-receive",
      `printf '\\033[31mred\\033[0m \\007bell\\n' >&2; yes word | head -5000 >&2; exit 1`,
    );
    const { message, code } = refusal(must(await git.push({ commit, branch: "main", lease: tree.revision })));
    assert.equal(code, "git.rejected");
    assert.match(message, /red/);
    // deno-lint-ignore no-control-regex -- none of them may come through
    assert.doesNotMatch(message, /[\u0000-\u001f\u007f]/);
    assert.ok(message.length < 600, String(message.length));
    await tree.close();
  });
}

function refusal(outcome: PushOutcome): Extract<PushOutcome, { state: "refused" }>["failure"] {
  if (outcome.state === "refused") return outcome.failure;
  throw new Error(`expected a refusal, got ${outcome.state}`);
}

// As the forges print them (GitHub: "Troubleshooting protected branches"; Forgejo and GitLab: their pre-receive hooks).
const refusals: readonly (readonly [string, string, string])[] = [
  ["GitHub", "error: GH006: Protected branch update failed for refs/heads/main.", "git.protected"],
  ["GitLab", "GitLab: You are not allowed to push code to protected branches on this project.", "git.protected"],
  ["somebody's hook", "no commits on Fridays", "git.rejected"],
];
