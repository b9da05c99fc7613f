// Several at once: two agents that push against each other, a lock that is held, a process that is killed.
import assert from "node:assert/strict";
import { createGit } from "../../src/adapters/git/git.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { denoRandom } from "../../src/adapters/system/deno_random.ts";
import type { Git } from "../../src/core/ports/git.ts";
import { checkOut, commitFiles, must, mustFail, recordingProcess } from "../fakes/git_setup.ts";
import { withGitWorld } from "../fakes/git_world.ts";
import { manualClock } from "../fakes/manual_clock.ts";

const pushesEach = 10;

/** Adds a line of its own to one shared file, until the push lands. */
async function addLine(git: Git, line: string): Promise<void> {
  for (let lost = 0; lost < 100; lost++) {
    const tree = await checkOut(git, "main");
    const text = await Deno.readTextFile(`${tree.root}/lines`);
    const commit = await commitFiles(git, tree, { lines: `${text}${line}\n` }, line);
    const outcome = must(await git.push({ commit, branch: "main", lease: tree.revision }));
    await tree.close();
    if (outcome.state === "pushed") return;
    assert.equal(outcome.state, "lost-race");
  }
  throw new Error(`"${line}" never landed`);
}

for (const [how, folders] of [["two machines", ["one", "two"]], ["one state folder", ["same", "same"]]] as const) {
  Deno.test(`git: 20 pushes from two agents land once each, in ${how}`, () =>
    withGitWorld("HTTP", { lines: "" }, async ({ setUp, remote }) => {
      const agents = folders.map((name, index) => ({ git: setUp(name).git, index }));
      await Promise.all(agents.map(async ({ git, index }) => {
        for (let n = 0; n < pushesEach; n++) await addLine(git, `agent ${index} line ${n}`);
      }));
      const head = await remote.revision();
      const lines = new TextDecoder().decode(await remote.show(head, "lines")).trimEnd().split("\n");
      const wanted = agents.flatMap(({ index }) =>
        Array.from({ length: pushesEach }, (_, n) => `agent ${index} line ${n}`)
      );
      assert.deepEqual(lines.toSorted(), wanted.toSorted());
      assert.equal(await remote.git("rev-list", "--count", "main"), String(1 + wanted.length));
      assert.equal(await remote.git("rev-list", "--count", "--merges", "main"), "0");
    }));
}

Deno.test("git waits for the mirror's lock, and gives up after three minutes", () =>
  withGitWorld("path", { "a.yaml": "image: a:1\n" }, async ({ folder, url }) => {
    await Deno.mkdir(`${folder}/state`);
    const held = must(await denoFiles.tryLock(`${folder}/state/mirror.lock`, "another"));
    const clock = manualClock();
    const git = createGit({
      process: recordingProcess([]),
      files: denoFiles,
      clock,
      random: denoRandom,
      log: { event: () => {} },
      env: {},
      remote: { url },
      auth: null,
      folder: `${folder}/state`,
    });
    const head = must(await git.head(null));
    const failed = mustFail(await git.fetch(head));
    assert.deepEqual([failed.code, failed.retry], ["lock.held", "later"]);
    const waited = clock.monotonic();
    assert.ok(waited >= 180_000 && waited < 181_000, String(waited));
    held?.release();
    must(await git.fetch(head));
    assert.equal(clock.monotonic(), waited);
  }));

Deno.test("git keeps the work tree of a living process, and removes it once that is killed", () =>
  withGitWorld("path", { "a.yaml": "image: a:1\n" }, async ({ setUp, url }) => {
    const setup = setUp();
    const script = new URL("../fakes/git_holder.ts", import.meta.url).pathname;
    const holder = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--allow-all", script, setup.folder, url],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = holder.stdout.getReader();
    const root = new TextDecoder().decode((await reader.read()).value).trim();
    await (await checkOut(setup.git)).close();
    assert.equal(await Deno.readTextFile(`${root}/a.yaml`), "image: a:1\n");
    holder.kill("SIGKILL");
    await holder.status;
    await reader.cancel();
    await holder.stdin.close();
    const tree = await checkOut(setup.git);
    await assert.rejects(Deno.stat(root), Deno.errors.NotFound);
    await assert.rejects(Deno.stat(`${root}.lock`), Deno.errors.NotFound);
    await tree.close();
  }));
