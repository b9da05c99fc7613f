// A push to a branch beside the followed one, while that one moves: the mirror has no file contents of the history
// between, so it cannot send what it does not know the remote to have.
import assert from "node:assert/strict";
import { checkOut, commitFiles, must } from "../fakes/git_setup.ts";
import { withGitWorld } from "../fakes/git_world.ts";

Deno.test("push() to another branch loses its race, or gets through, when the base has moved meanwhile", () =>
  withGitWorld("HTTP", { "a.yaml": "image: a:1\n" }, async ({ setUp, remote }) => {
    const { git } = setUp();
    const first = await checkOut(git);
    const made = await commitFiles(git, first, { "a.yaml": "image: a:2\n" });
    await first.close();
    assert.deepEqual(must(await git.push({ commit: made, branch: "beside", lease: null })), { state: "pushed" });
    await remote.push({ "notes.md": "one\n" });
    await remote.push({ "notes.md": "two\n" });
    const tree = await checkOut(git);
    const next = await commitFiles(git, tree, { "a.yaml": "image: a:3\n" });
    await remote.push({ "notes.md": "three\n" });
    const order = { commit: next, branch: "beside", lease: made, replaces: true };
    const raced = must(await git.push(order));
    await tree.close();
    // A git before the end of lazy fetching during a push (2.39.4, 2.43.4) fetches what it lacks, and gets through.
    if (raced.state === "pushed") return;
    assert.deepEqual(raced, { state: "lost-race" });
    assert.equal(await remote.revision("beside"), made);
    const again = await checkOut(git);
    const anew = await commitFiles(git, again, { "a.yaml": "image: a:3\n" });
    assert.deepEqual(must(await git.push({ ...order, commit: anew })), { state: "pushed" });
    await again.close();
  }));
