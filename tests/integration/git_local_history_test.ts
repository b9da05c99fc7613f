// The past of a repository on this machine, read page by page by the real git.
import assert from "node:assert/strict";
import { createHistory } from "../../src/adapters/git/local_history.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import type { Commit } from "../../src/core/ports/git.ts";
import type { History } from "../../src/core/ports/history.ts";
import { readPast } from "../../src/reconcile/read_past.ts";
import { needs } from "../fakes/needs.ts";
import { runGitAs } from "../fakes/run_git.ts";

const { ignore, suffix } = needs("git");
const everything = { limit: 1000, since: null, filter: null };

/** A bare repository with these messages on its branch, the oldest first, made in one go; and its tip. */
async function withCommits(
  messages: readonly string[],
  test: (history: History, tip: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await runGitAs(folder, ["init", "-q", "--bare", "-b", "main"]);
    const child = new Deno.Command("git", {
      args: ["fast-import", "--quiet"],
      cwd: folder,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const encoder = new TextEncoder();
    const writer = child.stdin.getWriter();
    for (const [at, message] of messages.entries()) {
      const bytes = encoder.encode(message);
      const head = `commit refs/heads/main\ncommitter magos <magos@localhost> ${1_768_900_000 + at} +0000\n`;
      await writer.write(encoder.encode(`${head}data ${bytes.length}\n`));
      await writer.write(bytes);
      await writer.write(encoder.encode("\n"));
    }
    await writer.close();
    assert.equal((await child.status).success, true);
    const log = { event: () => {} };
    const env = { PATH: Deno.env.get("PATH") ?? "" };
    const history = createHistory({ process: denoProcess([]), files: denoFiles, log, env, folder, ceiling: null });
    await test(history, await runGitAs(folder, ["rev-parse", "main"]), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function own(run: string, padding = ""): string {
  return `chore: ${run}\n\n${padding}\n\nMagos-Plan: ${"0".repeat(64)}\nMagos-Run: ${run}@pi4\n`;
}

async function planCommits(history: History, tip: string, skip: number, limit: number): Promise<readonly Commit[]> {
  const page = await history.planCommits(tip, { skip, limit });
  assert.ok(page.ok);
  return page.value.commits;
}

Deno.test({
  name: `planCommits() gives magos's commits newest first, in pages, and none of a person's${suffix}`,
  ignore,
  fn: () =>
    withCommits(["first", own("r1"), "by hand", own("r2"), "Magos-plan: small", own("r3")], async (history, tip) => {
      const subjects = async (skip: number, limit: number): Promise<readonly string[]> =>
        (await planCommits(history, tip, skip, limit)).map(({ message }) => message.split("\n")[0] ?? "");
      assert.deepEqual(await subjects(0, 2), ["chore: r3", "chore: r2"]);
      assert.deepEqual(await subjects(2, 2), ["chore: r1"]);
      const last = await history.planCommits(tip, { skip: 2, limit: 2 });
      assert.ok(last.ok && last.value.next === null);
      const refused = await history.planCommits("--all", { skip: 0, limit: 1 });
      assert.ok(!refused.ok);
    }),
});

Deno.test({
  name: `a long history is read page by page, and one huge message hides no other${suffix}`,
  ignore,
  fn: () => {
    const runs = Array.from({ length: 450 }, (_, at) => own(`r${at}`));
    const huge = own("huge", "x".repeat(17 * 1024 * 1024));
    return withCommits([...runs.slice(0, 440), huge, ...runs.slice(440)], async (history, tip) => {
      const past = await readPast(history, tip, everything);
      assert.ok(past.ok);
      assert.deepEqual(past.value.runs.map(({ id }) => id), runs.map((_, at) => `r${449 - at}`));
      assert.deepEqual([past.value.complete, past.value.unread], [true, 1]);
      const few = await readPast(history, tip, { ...everything, limit: 3 });
      assert.ok(few.ok);
      assert.deepEqual([few.value.runs.map(({ id }) => id), few.value.complete], [["r449", "r448", "r447"], false]);
    });
  },
});

Deno.test({
  name:
    `descendants() are the commits above one, whatever else was merged; the repository's settings change nothing${suffix}`,
  ignore,
  fn: () =>
    withCommits([own("r1"), "by hand", own("r2")], async (history, tip, folder) => {
      for (const [key, value] of [["grep.patternType", "perl"], ["log.follow", "true"], ["log.showRoot", "false"]]) {
        await runGitAs(folder, ["config", key ?? "", value ?? ""]);
      }
      const [first] = (await planCommits(history, tip, 1, 1)).map(({ revision }) => revision);
      const above = await history.descendants(first ?? "", tip, 10);
      assert.ok(above.ok);
      assert.deepEqual(above.value.map(({ subject, parents }) => [subject, parents.length]), [
        ["chore: r2", 1],
        ["by hand", 1],
      ]);
      const none = await history.descendants(tip, tip, 10);
      assert.deepEqual(none, { ok: true, value: [] });
    }),
});
