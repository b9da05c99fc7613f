// What every remote must give to read: heads, history, and files byte for byte.
import assert from "node:assert/strict";
import { checkOut, commitFiles, must, mustFail } from "../fakes/git_setup.ts";
import { countCalls, type GitRoute, type GitWorld, withGitWorld } from "../fakes/git_world.ts";
import type { GitRemote, Tree } from "../fakes/git_remote.ts";
import { runGitAs } from "../fakes/run_git.ts";

const stack: Tree = { "stacks/web/compose.yaml": "image: nginx:1.27\n", "README": "hello\n" };

/** Registers the cases for one route. */
export function testGitReading(route: GitRoute): void {
  const test = (name: string, tree: Tree, run: (world: GitWorld) => Promise<void>, options = {}): void =>
    Deno.test(`git over ${route}: ${name}`, () => withGitWorld(route, tree, run, options));

  test("head() gives the default branch, whatever it is called", stack, async ({ setUp, remote }) => {
    const head = must(await setUp().git.head(null));
    assert.deepEqual(head, { branch: "trunk", revision: await remote.revision("trunk") });
  }, { branch: "trunk" });

  test("head() gives a named branch in one call without objects", stack, async ({ setUp, remote }) => {
    const revision = await remote.push({ "README": "other\n" }, { branch: "feature/one" });
    const setup = setUp();
    assert.deepEqual(must(await setup.git.head("feature/one")), { branch: "feature/one", revision });
    assert.deepEqual(setup.commands.map((command) => command.args[0]), ["ls-remote"]);
  });

  test("head() names the branch that was meant", stack, async ({ setUp }) => {
    const failed = mustFail(await setUp().git.head("mian"));
    assert.equal(failed.code, "git.no_branch");
    assert.match(failed.cure ?? "", /"main"/);
  });

  test("head() refuses what cannot be a branch", stack, async ({ setUp }) => {
    const setup = setUp();
    for (const name of ["--upload-pack=x", "a..b", "a b", "", "x.lock", "/a", "@"]) {
      assert.equal(mustFail(await setup.git.head(name)).code, "config.invalid_value", name);
    }
    assert.equal(setup.commands.length, 0);
  });

  test("head() says that an empty remote is empty", {}, async ({ setUp }) => {
    for (const branch of [null, "main"]) {
      const failed = mustFail(await setUp().git.head(branch));
      assert.equal(failed.code, "git.no_branch");
      assert.match(failed.message, /is empty/);
      assert.match(failed.cure ?? "", /first commit/);
    }
  });

  test("head() says when the default branch does not exist", stack, async ({ setUp, remote }) => {
    await remote.git("symbolic-ref", "HEAD", "refs/heads/gone");
    const failed = mustFail(await setUp().git.head(null));
    assert.equal(failed.code, "git.no_branch");
    assert.match(failed.cure ?? "", /"main"/);
  });

  test("fetch() twice makes no second transfer", stack, async ({ setUp, server, remote }) => {
    const setup = setUp();
    const head = must(await setup.git.head("main"));
    must(await setup.git.fetch(head));
    assert.equal(countCalls(setup, "fetch"), 1);
    const requests = server?.seen.length;
    must(await setup.git.fetch(head));
    assert.equal(countCalls(setup, "fetch"), 1);
    assert.equal(server?.seen.length, requests);
    const next = await remote.push({ "README": "news\n" });
    must(await setup.git.fetch(must(await setup.git.head("main"))));
    assert.equal(countCalls(setup, "fetch"), 2);
    assert.equal(must(await setup.git.isAncestor(head.revision, next)), true);
  });

  test("fetch() leaves file contents on the remote until they are checked out", stack, async ({ setUp }) => {
    const setup = setUp();
    const head = must(await setup.git.head("main"));
    must(await setup.git.fetch(head));
    const list = ["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)", "--unordered"];
    const kinds = async (): Promise<string[]> => (await runGitAs(`${setup.folder}/mirror`, list)).split("\n").sort();
    assert.deepEqual(await kinds(), ["commit", "tree", "tree", "tree"]);
    const tree = must(await setup.git.checkout(head));
    assert.deepEqual(await kinds(), ["blob", "blob", "commit", "tree", "tree", "tree"]);
    await tree.close();
    await (await checkOut(setup.git)).close();
    assert.equal(countCalls(setup, "init"), 1);
  });

  test("fetch() of what was pushed by itself makes no transfer", stack, async ({ setUp }) => {
    const setup = setUp();
    const tree = await checkOut(setup.git, "main");
    const commit = await commitFiles(setup.git, tree, { "README": "news\n" });
    must(await setup.git.push({ commit, branch: "main", lease: tree.revision }));
    const fetches = countCalls(setup, "fetch");
    must(await setup.git.fetch({ branch: "main", revision: commit }));
    assert.equal(countCalls(setup, "fetch"), fetches);
    await tree.close();
  });

  test("fetch() follows when branch a became branch a/b", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    await remote.push({ "README": "1\n" }, { branch: "updates" });
    must(await git.fetch(must(await git.head("updates"))));
    await remote.git("branch", "-D", "updates");
    const revision = await remote.push({ "README": "2\n" }, { branch: "updates/web" });
    must(await git.fetch(must(await git.head("updates/web"))));
    assert.equal(must(await git.hasCommit(revision)), true);
  });

  test("fetch() says that a branch went away meanwhile", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const revision = await remote.push({ "README": "1\n" }, { branch: "updates" });
    await remote.git("branch", "-D", "updates");
    assert.equal(mustFail(await git.fetch({ branch: "updates", revision })).code, "git.no_branch");
  });

  test("fetch() says that a branch was rewritten meanwhile", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const failed = mustFail(await git.fetch({ branch: "main", revision: "1".repeat(40) }));
    assert.equal(failed.code, "git.rewritten");
    assert.equal(failed.retry, "later");
    assert.equal(must(await git.hasCommit(await remote.revision())), true);
  });

  test("checkout() gives every byte as committed", oddFiles, async ({ setUp }) => {
    const tree = await checkOut(setUp().git);
    assert.deepEqual(tree.files, Object.keys(oddFiles).sort());
    for (const [path, content] of Object.entries(oddFiles)) {
      const expected = typeof content === "string" ? new TextEncoder().encode(content) : content;
      assert.deepEqual(await Deno.readFile(`${tree.root}/${path}`), expected, path);
    }
    await tree.close();
  });

  test("checkout() works with a remote that knows no filters", oddFiles, async ({ setUp }) => {
    const tree = await checkOut(setUp().git);
    assert.equal(await Deno.readTextFile(`${tree.root}/crlf.yaml`), "a: 1\r\nb: 2\r\n");
    await tree.close();
  }, { filters: false });

  test("checkout() works with SHA-256 ids", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const tree = await checkOut(git);
    assert.match(tree.revision, /^[0-9a-f]{64}$/);
    const commit = await commitFiles(git, tree, { "README": "news\n" });
    assert.deepEqual(must(await git.push({ commit, branch: "main", lease: tree.revision })), { state: "pushed" });
    assert.equal(await remote.revision(), commit);
    await tree.close();
  }, { sha256: true });

  test("checkout() lists no links and no submodules, and fetches none", stack, async ({ setUp, remote, folder }) => {
    const inner = await remote.revision();
    const modules = `[submodule "m"]\n\tpath = m\n\turl = ${remote.path}\n`;
    await remote.push({ ".gitmodules": modules });
    await addEntries(remote, folder, [`160000 ${inner} 0\tm`, `120000 ${await linkBlob(remote, folder)} 0\tlink`]);
    const setup = setUp();
    const tree = await checkOut(setup.git);
    assert.deepEqual(tree.files, [".gitmodules", "README", "stacks/web/compose.yaml"]);
    assert.deepEqual([...Deno.readDirSync(`${tree.root}/m`)], []);
    await tree.close();
  });

  test("close() removes the folder, its lock, and may be called twice", stack, async ({ setUp }) => {
    const setup = setUp();
    const tree = await checkOut(setup.git);
    await tree.close();
    await tree.close();
    assert.deepEqual([...Deno.readDirSync(`${setup.folder}/worktrees`)], []);
  });

  test("isAncestor() and hasCommit() tell what the mirror holds", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const first = await remote.revision();
    assert.equal(must(await git.hasCommit(first)), false);
    const second = await remote.push({ "README": "2\n" });
    must(await git.fetch({ branch: "main", revision: second }));
    assert.equal(must(await git.hasCommit(first)), true);
    assert.equal(must(await git.isAncestor(first, second)), true);
    assert.equal(must(await git.isAncestor(second, second)), true);
    assert.equal(must(await git.isAncestor(second, first)), false);
    const unknown = "1".repeat(40);
    assert.equal(must(await git.hasCommit(unknown)), false);
    assert.equal(must(await git.isAncestor(unknown, second)), false);
    assert.equal((await git.isAncestor(second, unknown)).ok, false);
    assert.equal(mustFail(await git.isAncestor("main", second)).code, "git.failed");
  });

  test("log() gives messages as written, newest first, within the limit", stack, async ({ setUp, remote }) => {
    const { git } = setUp();
    const first = await remote.revision();
    const second = await remote.push({ "README": "2\n" }, { message: "subject\n\nbody with \u00fc\n\nMagos-Plan: x" });
    const third = await remote.push({ "README": "3\n" }, { message: "third" });
    must(await git.fetch({ branch: "main", revision: third }));
    const commits = must(await git.log(first, third, 10));
    assert.deepEqual(commits.map((commit) => commit.revision), [third, second]);
    assert.deepEqual(commits[1]?.parents, [first]);
    assert.equal(commits[1]?.author, "Ada <ada@example.org>");
    assert.equal(commits[1]?.message, "subject\n\nbody with \u00fc\n\nMagos-Plan: x\n");
    assert.equal(commits[1]?.time, Number(await remote.git("show", "-s", "--format=%ct", second)) * 1000);
    assert.deepEqual(must(await git.log(null, third, 1)).map((commit) => commit.revision), [third]);
    assert.deepEqual(must(await git.log(null, third, 9)).map((commit) => commit.parents.length), [1, 1, 0]);
    assert.deepEqual(must(await git.log(third, third, 9)), []);
  });
}

const oddFiles: Tree = {
  ".gitattributes":
    "* text=auto\n*.yaml text eol=lf\n*.bin filter=lfs\n*.id ident\n*.utf16 working-tree-encoding=UTF-16\n",
  "crlf.yaml": "a: 1\r\nb: 2\r\n",
  "mixed.yaml": "a: 1\r\nb: 2\n",
  "bom.yaml": "\ufeffa: 1\n",
  "no-final-newline.yaml": "a: 1",
  "empty": "",
  "binary.bin": new Uint8Array([0, 255, 13, 10, 128, 0]),
  "keyword.id": "$Id$\n",
  "text.utf16": "plain\n",
  "with space.yaml": "a\n",
  "ünï-☃.yaml": "a\n",
  "new\nline.yaml": "a\n",
  'quote".yaml': "a\n",
  "-leading-dash.yaml": "a\n",
  ":(glob)*.yaml": "a\n",
  "deep/er/-x/file": "a\n",
};

async function linkBlob(remote: GitRemote, folder: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/target`, "/etc/passwd");
  return await remote.git("hash-object", "-w", `${folder}/target`);
}

/** Adds index entries that no file of a work tree stands behind, and commits them to main. */
async function addEntries(remote: GitRemote, folder: string, entries: readonly string[]): Promise<void> {
  const env = { GIT_INDEX_FILE: `${folder}/index` };
  await runGitAs(remote.path, ["read-tree", "refs/heads/main"], env);
  for (const entry of entries) {
    const [mode = "", object = "", rest = ""] = entry.split(" ");
    const path = rest.split("\t")[1] ?? "";
    await runGitAs(remote.path, ["update-index", "--add", "--cacheinfo", `${mode},${object},${path}`], env);
  }
  const tree = await runGitAs(remote.path, ["write-tree"], env);
  const commit = await runGitAs(remote.path, ["commit-tree", tree, "-p", "refs/heads/main", "-m", "entries"]);
  await remote.git("update-ref", "refs/heads/main", commit);
}
