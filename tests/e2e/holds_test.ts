// The list of holds: what stands in it stays, and the two verbs that edit it by commits.
import assert from "node:assert/strict";
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import { explainShape, holdShape, planShape, statusShape } from "../contract/report_shapes.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { withFolder } from "./folder.ts";
import { type Homelab, homelabToken, type Ran, release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38"), release("1.39")] },
  { name: "ghcr.io/you/db", releases: [release("16.1"), release("16.2")] },
];

const web = 'a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n';
const db = 'a: ghcr.io/you/db:16.1 # {"magos": {"policy": "semver"}}\n';
const tree = { "web.yaml": web, "db.yaml": db };
const since = "since: 2026-01-20T12:00:00Z";

async function textAtHead(homelab: Homelab, path: string): Promise<string> {
  return await homelab.text(await homelab.remote.revision(), path);
}

function stateOf(plan: Ran, file: string): readonly unknown[] {
  const report = JSON.parse(plan.out);
  const decision = (report.plan ?? report).decisions.find((it: { target: { file: string } }) =>
    it.target.file === file
  );
  const gates = decision.blockers.map((gate: { gate: string; tag: string }) => `${gate.gate} ${gate.tag}`);
  return [decision.state, decision.selected?.tag ?? null, ...gates];
}

Deno.test("hold keeps an image where it is, tells who and why, and unhold lets it go", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const held = await homelab.magos(["hold", "ghcr.io/you/web", "--reason", "on holiday\nMagos-Plan: x", "--json"]);
    assert.equal(held.code, 0, held.err);
    const report = holdShape.parse(JSON.parse(held.out));
    assert.equal(report.delivery?.state, "pushed");
    assert.deepEqual(report.holds, report.added);
    assert.equal(report.added[0]?.by, "testhost");
    const list = await textAtHead(homelab, ".magos/holds.yaml");
    assert.match(list, /- image: ghcr\.io\/you\/web\n {4}reason: "?on holiday Magos-Plan: x"?\n {4}by: testhost\n/);
    const message = await homelab.remote.git("log", "-1", "--format=%an%n%B");
    assert.match(message, /^magos\nchore\(holds\): hold ghcr\.io\/you\/web\n/);
    assert.equal(message.match(/^Magos-Plan: /gm)?.length, 1);
    assert.equal(await homelab.remote.git("diff", "--name-only", "HEAD^", "HEAD"), ".magos/holds.yaml");
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 0, ran.err);
    assert.deepEqual(stateOf(ran, "web.yaml"), ["held", null, "hold 1.39"]);
    assert.equal(await textAtHead(homelab, "web.yaml"), web);
    assert.match(await textAtHead(homelab, "db.yaml"), /db:16\.2@/);
    const plan = await homelab.magos(["plan"]);
    assert.match(plan.out, /1\.39: held by testhost: on holiday/);
    const status = statusShape.parse(JSON.parse((await homelab.magos(["status", "--json"])).out));
    assert.deepEqual(status.holds, report.added);
    const explained = await homelab.magos(["explain", "ghcr.io/you/web", "--json"]);
    assert.deepEqual(explainShape.parse(JSON.parse(explained.out)).items[0]?.holds, report.added);
    const gone = await homelab.magos(["unhold", "ghcr.io/you/web"]);
    assert.equal(gone.code, 0, gone.err);
    assert.match(await homelab.remote.git("log", "-1", "--format=%s"), /unhold ghcr\.io\/you\/web/);
    assert.deepEqual(stateOf(await homelab.magos(["plan", "--json"]), "web.yaml"), ["selected", "1.39"]);
  }));

Deno.test("hold and unhold change nothing when it is so already", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const words = ["hold", "ghcr.io/you/web:1.39", "--until", "3d", "--reason", "slow"];
    await homelab.magos(words);
    const once = await homelab.remote.revision();
    const again = await homelab.magos([...words, "--json"]);
    assert.equal(again.code, 0, again.err);
    assert.equal(holdShape.parse(JSON.parse(again.out)).delivery, null);
    assert.equal(await homelab.remote.revision(), once);
    const longer = await homelab.magos(["hold", "ghcr.io/you/web:1.39", "--until", "5d", "--reason", "slow", "--json"]);
    const changed = JSON.parse(longer.out);
    assert.deepEqual([changed.added.length, changed.removed.length, changed.holds.length], [1, 1, 1]);
    await homelab.magos(["unhold", "ghcr.io/you/web"]);
    const gone = await homelab.remote.revision();
    const nothing = await homelab.magos(["unhold", "ghcr.io/you/web"]);
    assert.equal(nothing.code, 0, nothing.err);
    assert.match(nothing.out, /not in the list of holds/);
    assert.equal(await homelab.remote.revision(), gone);
  }));

Deno.test("a hold of one tag or digest leaves the next one free, and `above` lifts itself", () =>
  withHomelab({ tree: { ...tree, "other.yaml": web }, images }, async (homelab) => {
    await homelab.magos(["hold", "ghcr.io/you/web:1.39"]);
    assert.deepEqual(stateOf(await homelab.magos(["plan", "--json"]), "web.yaml"), ["selected", "1.38", "hold 1.39"]);
    await homelab.magos(["unhold", "ghcr.io/you/web"]);
    const [digest = ""] = await homelab.digestsOf("ghcr.io/you/web", ["1.39"]);
    await homelab.magos(["hold", `ghcr.io/you/web@${digest}`]);
    assert.deepEqual(stateOf(await homelab.magos(["plan", "--json"]), "web.yaml"), ["selected", "1.38", "hold 1.39"]);
    await homelab.magos(["unhold", "ghcr.io/you/web"]);
    await homelab.magos(["hold", "ghcr.io/you/web", "--above", "1.39"]);
    const above = planShape.parse(JSON.parse((await homelab.magos(["plan", "--json"])).out));
    assert.deepEqual(above.decisions.map(({ state }) => state), ["selected", "held", "held"]);
    await homelab.registry.push("ghcr.io/you/web", release("1.40"));
    assert.deepEqual(stateOf(await homelab.magos(["plan", "--json"]), "web.yaml"), ["selected", "1.40"]);
  }));

Deno.test("a list that cannot be read holds every image, and says so with file and line", () =>
  withHomelab(
    { tree: { ...tree, ".magos/holds.yaml": `holds:\n- image: a/b\n  ${since}\n  utnil: x\n` }, images },
    async (homelab) => {
      const ran = await homelab.magos(["update", "--json"]);
      assert.equal(ran.code, 4, ran.err);
      const report = JSON.parse(ran.out);
      assert.deepEqual(report.plan.decisions.map((it: { state: string }) => it.state), ["held", "held"]);
      assert.equal(report.plan.decisions[0].blockers[0].verdict, "unknown");
      const problem = report.problems.find((it: { code: string }) => it.code === "hold.unreadable");
      assert.deepEqual([problem.file, problem.line], [".magos/holds.yaml", 4]);
      assert.match(problem.cure, /until/);
      const refused = await homelab.magos(["hold", "ghcr.io/you/web"]);
      assert.equal(refused.code, 1);
      assert.match(refused.err, /hold\.unreadable/);
    },
  ));

Deno.test("a hold that is over holds no longer, unless the clock is wrong", () => {
  const list = `holds:\n- { image: ghcr.io/you/web, ${since}, until: 2026-01-21T00:00:00Z }\n`;
  return withHomelab({ tree: { ...tree, ".magos/holds.yaml": list }, images }, async (homelab) => {
    const early = await homelab.magos(["plan", "--json"], { clock: clockAt(Date.UTC(2026, 0, 20, 12)) });
    assert.deepEqual(stateOf(early, "web.yaml"), ["held", null, "hold 1.39"]);
    assert.equal(JSON.parse(early.out).decisions[1].blockers[0].until, "2026-01-21T00:00:00Z");
    const late = await homelab.magos(["plan", "--json"], { clock: clockAt(Date.UTC(2026, 0, 22)) });
    assert.deepEqual(stateOf(late, "web.yaml"), ["selected", "1.39"]);
    // Before this program was written: such a clock tells no time at all.
    const wrong = await homelab.magos(["plan", "--json"], { clock: clockAt(Date.UTC(1970, 0, 1)) });
    assert.deepEqual(stateOf(wrong, "web.yaml"), ["held", null, "hold 1.39"]);
  });
});

Deno.test("hold alone lists what is held, by the list and by hand", () =>
  withHomelab({ tree, images }, async (homelab) => {
    assert.equal((await homelab.magos(["hold"])).out, "Nothing is held.\n");
    await homelab.magos(["update"]);
    await homelab.remote.push({ "web.yaml": web });
    await homelab.magos(["hold", "ghcr.io/you/db", "--above", "17"]);
    const listed = holdShape.parse(JSON.parse((await homelab.magos(["hold", "--json"])).out));
    assert.deepEqual(listed.holds.map((it) => [it.kind, it.image, it.above]), [
      ["manual", "ghcr.io/you/db", "17"],
      ["human", "ghcr.io/you/web", "1.39"],
    ]);
    const unheld = await homelab.magos(["unhold", "ghcr.io/you/web"]);
    assert.equal(unheld.code, 0);
    assert.match(unheld.out, /Still held, waits for a release above 1\.39.*\n.*write the version that you want/);
  }));

Deno.test("hold refuses what it cannot understand, before it asks anybody", () =>
  withHomelab({ tree, images }, async (homelab) => {
    for (
      const [words, says] of [
        [["ghcr.io/you/wbe"], /did you mean ghcr\.io\/you\/web/],
        [["ghcr.io/you/web", "--until", "soon"], /neither a time nor a duration/],
        [["ghcr.io/you/web", "--until", "2020-01-01"], /over already/],
        [["ghcr.io/you/web:1.2", "--tag", "1.3"], /two things/],
        [["ghcr.io/you/web", "--digest", "sha256:ab"], /not a whole digest/],
        [["--reason", "x"], /alone/],
      ] as const
    ) {
      const ran = await homelab.magos(["hold", ...words]);
      assert.equal(ran.code, 2, ran.err);
      assert.match(ran.err, says);
    }
  }));

Deno.test("hold builds on what a person pushed in between, and keeps every byte of the list", () => {
  const list = `# ours\r\nholds:\r\n- image: ghcr.io/you/db # busy\r\n  ${since}\r\n# end`;
  return withHomelab({ tree: { ...tree, ".magos/holds.yaml": list }, images }, async (homelab) => {
    // The first push meets a branch that has moved since it was read.
    let pushed = false;
    const process = denoProcess([]);
    const ran = await homelab.magos(["hold", "ghcr.io/you/web:1.39"], {
      process: {
        run: async (command) => {
          if (!pushed && command.args.includes("push")) {
            pushed = true;
            await homelab.remote.push({ "notes.md": "bought a disk\n" });
          }
          return await process.run(command);
        },
      },
    });
    assert.equal(ran.code, 0, ran.err);
    assert.equal(await textAtHead(homelab, "notes.md"), "bought a disk\n");
    const text = await textAtHead(homelab, ".magos/holds.yaml");
    assert.ok(text.startsWith(list.slice(0, -"# end".length)) && text.endsWith("\r\n# end"));
    await homelab.magos(["unhold", "ghcr.io/you/web"]);
    assert.equal(await textAtHead(homelab, ".magos/holds.yaml"), list);
  });
});

Deno.test("hold writes through no link", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await pushLink(homelab, ".magos", homelab.folder);
    const before = await homelab.remote.revision();
    const ran = await homelab.magos(["hold", "ghcr.io/you/web"]);
    assert.equal(ran.code, 1);
    assert.match(ran.err, /file\.outside|hold\.unreadable/);
    assert.equal(await homelab.remote.revision(), before);
    await assert.rejects(Deno.stat(`${homelab.folder}/holds.yaml`));
  }));

Deno.test("a token in a reason is masked before it is committed", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const ran = await homelab.magos(["hold", "ghcr.io/you/web", "--reason", `see ${homelabToken} there`]);
    assert.equal(ran.code, 0, ran.err);
    assert.match(await textAtHead(homelab, ".magos/holds.yaml"), /reason: see \*\*\* there/);
    for (const text of [ran.out, await homelab.remote.git("log", "-1", "--format=%B")]) {
      assert.ok(!text.includes(homelabToken));
    }
  }));

Deno.test("a skipped tag is never taken, and explain says so", () => {
  const policy = `apiVersion: v1
kind: ImagePolicy
metadata: { name: web }
spec: { selector: { semver: {} }, skip: ["1.39"] }
`;
  const skipping = { "web.yaml": web.replace("semver", "web"), "policies/web.yml": policy };
  return withHomelab({ tree: skipping, images }, async (homelab) => {
    await homelab.magos(["update"]);
    assert.match(await textAtHead(homelab, "web.yaml"), /web:1\.38@/);
    const explained = JSON.parse((await homelab.magos(["explain", "ghcr.io/you/web", "--json"])).out);
    const tag = explained.items[0].tags.find((it: { tag: string }) => it.tag === "1.39");
    assert.equal(tag.verdict, "skipped");
  });
});

Deno.test("validate tells what is wrong with the list of holds", () =>
  withFolder({ ...tree, ".magos/holds.yaml": "holds:\n- image: a/b\n" }, async (folder) => {
    const { code, out } = await folder.magos(["validate", "--json"]);
    const [problem] = JSON.parse(out).problems;
    assert.deepEqual([code, problem.code, problem.file, problem.line], [2, "hold.unreadable", ".magos/holds.yaml", 2]);
  }));

Deno.test("an image of which a hold bars everything is asked about by its list alone", () =>
  withHomelab({ tree: { "web.yaml": web }, images }, async (homelab) => {
    await homelab.magos(["hold", "ghcr.io/you/web"]);
    const report = JSON.parse((await homelab.magos(["plan", "--json"])).out);
    assert.ok(report.requests[0].requests <= 3, JSON.stringify(report.requests));
    assert.equal(report.decisions[0].evidence, null);
  }));

async function pushLink(homelab: Homelab, path: string, to: string): Promise<void> {
  const clone = `${homelab.folder}/linker`;
  await runGitAs(homelab.folder, ["clone", "-q", homelab.remote.path, clone]);
  await Deno.symlink(to, `${clone}/${path}`);
  await runGitAs(clone, ["add", "-A"]);
  await runGitAs(clone, ["commit", "-qm", "link"]);
  await runGitAs(clone, ["push", "-q", "origin", "HEAD"]);
}

function clockAt(now: number): Clock {
  return { ...denoClock, now: () => now };
}
