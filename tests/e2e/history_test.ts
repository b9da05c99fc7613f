// What passes did, told by the state, and by the commits when the state is gone.
import assert from "node:assert/strict";
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { historyShape } from "../contract/report_shapes.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/web", releases: [release("1.36"), release("1.37")] },
  { name: "ghcr.io/you/db", releases: [release("16.1"), release("16.2")] },
];

const tree = {
  "compose.yaml": `a: ghcr.io/you/web:1.36 # {"magos": {"policy": "semver"}}
b: ghcr.io/you/db:16.1 # {"magos": {"policy": "semver"}}
`,
};

/** A clock that stands still at a minute of that day. */
function at(minute: number): { readonly clock: typeof denoClock } {
  return { clock: { ...denoClock, now: () => Date.UTC(2026, 0, 20, 12, minute), monotonic: () => minute } };
}

/** Three passes: both images, nothing, one image. */
async function passes(homelab: Homelab): Promise<void> {
  assert.equal((await homelab.magos(["update"], at(0))).code, 0);
  assert.equal((await homelab.magos(["update"], at(1))).code, 0);
  await homelab.registry.push("ghcr.io/you/web", release("1.38"));
  assert.equal((await homelab.magos(["update"], at(2))).code, 0);
}

async function history(homelab: Homelab, ...args: readonly string[]): Promise<ReturnType<typeof historyShape.parse>> {
  const ran = await homelab.magos(["history", ...args, "--json"], at(3));
  assert.equal(ran.code, 0, ran.out);
  assert.equal(ran.err, "");
  return historyShape.parse(JSON.parse(ran.out));
}

/** `image from -> to` of each run. */
function moves({ runs }: ReturnType<typeof historyShape.parse>): readonly (readonly string[])[] {
  return runs.map(({ changes }) => changes.map(({ image, from, to }) => `${image} ${from.tag} -> ${to.tag}`));
}

async function loseState(homelab: Homelab): Promise<void> {
  await Deno.remove(`${homelab.folder}/state`, { recursive: true });
}

const all = [
  ["ghcr.io/you/web 1.37 -> 1.38"],
  ["ghcr.io/you/web 1.36 -> 1.37", "ghcr.io/you/db 16.1 -> 16.2"],
];

Deno.test("history tells each pass from the state, with changes, delivery and duration", () =>
  withHomelab({ tree, images }, async (homelab) => {
    assert.deepEqual(await history(homelab, "nothing").catch(() => "unknown"), "unknown");
    await passes(homelab);
    const told = await history(homelab);
    assert.equal(told.source, "state");
    assert.deepEqual(told.problems, []);
    assert.deepEqual(moves(told), [all[0], [], all[1]]);
    assert.deepEqual(
      told.runs.map(({ result, trigger, kind, host, seconds }) => [result, trigger, kind, host, seconds]),
      [
        ["done", "manual", "update", "testhost", 0],
        ["nothing", "manual", "update", "testhost", 0],
        ["done", "manual", "update", "testhost", 0],
      ],
    );
    const [last] = told.runs;
    assert.equal(last?.commit, await homelab.remote.revision());
    assert.deepEqual(last.deliveries.map(({ state, branch, subject, commit }) => [state, branch, subject, commit]), [
      ["pushed", "main", "chore(images): update ghcr.io/you/web to 1.38", last.commit],
    ]);
    const [change] = last.changes;
    const [before, after] = await homelab.digestsOf("ghcr.io/you/web", ["1.37", "1.38"]);
    assert.deepEqual(
      [change?.file, change?.line, change?.column, change?.setter, change?.old, change?.new],
      ["compose.yaml", 1, 4, "semver", `ghcr.io/you/web:1.37@${before}`, `ghcr.io/you/web:1.38@${after}`],
    );
    assert.deepEqual(change?.platforms, ["linux/amd64", "linux/arm64"]);
  }));

Deno.test("history narrows by image, limit and time, and says when there is more", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await passes(homelab);
    for (const more of [[], ["--from-git"]]) {
      const ask = (...args: readonly string[]): Promise<ReturnType<typeof historyShape.parse>> =>
        history(homelab, ...args, ...more);
      assert.deepEqual(moves(await ask("ghcr.io/you/web:1.0")), [all[0], ["ghcr.io/you/web 1.36 -> 1.37"]]);
      assert.deepEqual(moves(await ask("ghcr.io/you/db")), [["ghcr.io/you/db 16.1 -> 16.2"]]);
      const one = await ask("--limit", "1");
      assert.deepEqual([moves(one), one.complete], [[all[0]], false]);
      assert.deepEqual(moves(await ask("--since", "90s")), [all[0]]);
      assert.deepEqual(moves(await ask("--since", "2026-01-20T12:02:00Z")), [all[0]]);
      assert.equal((await ask()).complete, true);
    }
  }));

Deno.test("history refuses what it cannot understand, with the nearest name", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await passes(homelab);
    for (const args of [["ghcr.io/you/wbe"], ["ghcr.io/you/wbe", "--from-git"], ["No Such!"]]) {
      const ran = await homelab.magos(["history", ...args]);
      assert.equal(ran.code, 2, ran.err);
      assert.match(ran.err, /usage\.unknown_image/);
      if (args[0] === "ghcr.io/you/wbe") assert.match(ran.err, /did you mean ghcr\.io\/you\/web\?/);
    }
    for (const args of [["--limit", "0"], ["--limit", "many"], ["--limit", "5000"], ["--since", "soon"]]) {
      const ran = await homelab.magos(["history", ...args]);
      assert.equal(ran.code, 2, args.join(" "));
      assert.match(ran.err, /usage\.invalid/);
    }
  }));

Deno.test("history is read from git when the state is lost, with the same changes, and says so", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await passes(homelab);
    const before = await history(homelab);
    await loseState(homelab);
    const told = await history(homelab);
    assert.equal(told.source, "git");
    assert.deepEqual(moves(told), all);
    assert.deepEqual(told.problems.map(({ code }) => code), ["history.from_git", "history.unverified"]);
    const kept = before.runs.filter(({ changes }) => changes.length > 0);
    assert.deepEqual(told.runs.map(({ id, host, commit, started }) => [id, host, commit, started]), [
      ...kept.map(({ id, host, commit, started }) => [id, host, commit, started]),
    ]);
    const evidence = (runs: typeof kept): unknown =>
      runs.map(({ changes }) =>
        changes.map(({ line: _line, column: _column, ...change }) => ({ ...change, new: "", old: "" }))
      );
    assert.deepEqual(evidence(told.runs), evidence(kept));
    assert.deepEqual(told.runs[0]?.commits.map(({ author, verified, subject }) => [author, verified, subject]), [
      ["magos <magos@localhost>", null, "chore(images): update ghcr.io/you/web to 1.38"],
    ]);
    const ran = await homelab.magos(["history"], at(3));
    assert.match(ran.err, /history\.from_git/);
    assert.equal(ran.err.match(/history\.unverified/g)?.length, 1, "said once");
  }));

Deno.test("history tells what was fetched last when the remote does not answer", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await passes(homelab);
    await homelab.server.close();
    const told = await history(homelab, "--from-git");
    assert.deepEqual(moves(told), all);
    assert.deepEqual(told.problems.map(({ code, severity }) => [code, severity]), [
      ["git.unreachable", "warning"],
      ["history.unverified", "warning"],
    ]);
  }));

/** A clone in which a person works with branches. */
async function clone(homelab: Homelab): Promise<(...args: readonly string[]) => Promise<string>> {
  const folder = `${homelab.folder}/person`;
  await runGitAs(homelab.folder, ["clone", "-q", homelab.remote.path, folder]);
  return (...args) => runGitAs(folder, args);
}

Deno.test("history reads merged branches, squashed and picked commits, with who brought them", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await passes(homelab);
    const [second = "", first = ""] = (await homelab.remote.git("log", "-2", "--format=%H")).split("\n");
    const root = await homelab.remote.git("rev-parse", `${first}^`);
    const git = await clone(homelab);
    const rebuilt = async (
      ...steps: readonly (readonly string[])[]
    ): Promise<ReturnType<typeof historyShape.parse>> => {
      await git("checkout", "-q", "-B", "main", root);
      for (const step of steps) await git(...step);
      await git("push", "-q", "--force", "origin", "main");
      await loseState(homelab);
      return await history(homelab);
    };
    const merged = await rebuilt(
      ["commit", "-q", "--allow-empty", "-m", "by hand"],
      ["merge", "-q", "--no-ff", "-m", "Merge pull request #7 from you/image-updates", second],
    );
    assert.deepEqual(moves(merged), all);
    assert.deepEqual(merged.runs.map(({ commit }) => commit), [second, first]);

    const message = await git("log", "-1", "--format=%B", second);
    const squashed = await rebuilt(
      ["merge", "-q", "--squash", second],
      ["commit", "-q", "-m", message.replace("\n", " (#8)\n")],
    );
    assert.deepEqual(moves(squashed), [all[0]], "what the message of the squash says");
    assert.equal(squashed.runs[0]?.commits[0]?.author, "Ada <ada@example.org>");
    assert.match(squashed.runs[0]?.commits[0]?.subject ?? "", /1\.38 \(#8\)$/);

    const picked = await rebuilt(["cherry-pick", first], ["merge", "-q", "--no-ff", "-m", "merge", first]);
    assert.deepEqual(moves(picked), [all[1]], "one run, each change once");
    assert.equal(picked.runs[0]?.commits.length, 2);

    const quoted = await rebuilt(["merge", "-q", "--squash", second], [
      "commit",
      "-q",
      "-m",
      `all of it\n\n${indented(message)}`,
    ]);
    assert.deepEqual(moves(quoted), [], "a message that quotes magos is none of magos's");
  }));

function indented(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}

Deno.test("history reads a forged commit for what it is: words of another author, odd ones counted", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await passes(homelab);
    const change = { policy: "p", image: "ghcr.io/you/web", file: "a\u001b[2J\u202e.yaml", from: {}, to: {} };
    const version = { tag: "9", digest: null };
    await homelab.remote.push({}, {
      message: [
        "chore: x\u001b[31m",
        "",
        `Magos-Plan: ${"0".repeat(64)}`,
        `Magos-Change: ${JSON.stringify(change)}`,
        `Magos-Change: ${JSON.stringify({ ...change, from: version, to: version })}`,
        `Magos-Revert: ${"1".repeat(40)}`,
        "Magos-Reason: it \u001b[31mcrashed",
      ].join("\n"),
    });
    const told = await history(homelab, "--from-git", "--limit", "1");
    assert.deepEqual(told.problems.map(({ code }) => code), ["history.unverified", "history.unread"]);
    const [run] = told.runs;
    assert.deepEqual([run?.kind, run?.host, run?.commits[0]?.author, run?.commits[0]?.revert], [
      "apply",
      "unknown",
      "Ada <ada@example.org>",
      "1".repeat(40),
    ]);
    const text = await homelab.magos(["history", "--from-git", "--limit", "1"]);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(text.out + text.err, /[\x1b\u202e]/);
    assert.match(text.out, /by Ada <ada@example\.org>/);
    assert.match(text.out, /takes back 111111111111: it \[31mcrashed/);
  }));

/** What differs from run to run. */
function steady(text: string): string {
  return text.replaceAll(/Z-[a-f0-9]{6}\b/g, "Z-RUN").replaceAll(/\b[a-f0-9]{12}\b/g, "0123456789ab").replaceAll(
    /1:\d{4,5}\//g,
    "1:PORT/",
  );
}

Deno.test("history speaks as it did", (t) =>
  withHomelab(
    { tree: { ...tree, "broken.yaml": 'a: [1 # {"magos": {"policy": "semver"}}\n' }, images },
    async (homelab) => {
      await homelab.magos(["history"], at(0));
      assert.equal((await homelab.magos(["update"], at(1))).code, 4);
      await homelab.registry.push("ghcr.io/you/web", release("1.38"));
      await homelab.remote.hook("pre-receive", "echo not today >&2; exit 1");
      await homelab.magos(["update"], at(2));
      for (const args of [["history"], ["history", "--from-git"], ["history", "--limit", "1"], ["status"]]) {
        const { code, out, err } = await homelab.magos(args, at(3));
        await t.assertSnapshot(steady(`${out}--- stderr, exit code ${code}\n${err}`));
      }
    },
  ));
