// A disk that fills up before or while an apply pass runs: what cannot be recorded is not deployed, what runs stays, and
// with room again the next pass ends well (contracts.md 3.1 and 4.3).
import assert from "node:assert/strict";
import type { Log } from "../../src/core/ports/log.ts";
import { StoreFailure } from "../../src/core/ports/store.ts";
import { applyConfig, type ApplyWorld, withApplyWorld } from "../fakes/apply_world.ts";
import { emptyDisk, fillDisk } from "../fakes/ballast.ts";
import { must } from "../fakes/git_setup.ts";
import { withMemoryFolder } from "../fakes/memory_folder.ts";
import { needs } from "../fakes/needs.ts";

const { ignore, suffix } = needs("tmpfs");
const [one, two] = [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`] as const;
const file = "stacks/web/compose.yaml";

const compose = (at: string, tag: string): string =>
  `services:\n  web:\n    image: ghcr.io/you/web:${tag}@${at} # {"magos": {"policy": "semver"}}\n`;

/** What cannot be packed smaller, so that mirror and trees want more room than the state. */
const noise = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(60_000));

/** `one` runs, `two` is in git, and nothing of it is here yet. The disk has 4 MiB. */
function withSmallDisk(test: (world: ApplyWorld, disk: string, head: string) => Promise<void>): Promise<void> {
  const tree = { "magos.yaml": applyConfig, [file]: compose(one, "1.0"), "stacks/web/a.bin": noise() };
  return withMemoryFolder((disk) =>
    withApplyWorld(tree, async (world) => {
      assert.equal((await world.stack()).state, "deployed");
      const head = await world.remote.push({
        [file]: compose(two, "1.1"),
        "stacks/web/a.bin": noise(),
        "stacks/web/b.bin": noise(),
      });
      world.engine.calls.length = 0;
      await test(world, disk, head);
    }, disk), "4m");
}

function running({ engine }: ApplyWorld): readonly string[] {
  return [...engine.containers.values()].map((it) => `${it.digests[0]?.slice(7, 9)} ${it.state}`);
}

function isTouched({ engine }: ApplyWorld): boolean {
  return engine.calls.some((call) => /^(up|remove) /.test(call));
}

/** The codes that a pass ended with, each with its cure; none when it ended well. The command line tells a StoreFailure so. */
async function codesOf(world: ApplyWorld, log?: Log): Promise<readonly string[]> {
  try {
    const ran = await world.pass({}, log === undefined ? {} : { log });
    const problems = ran.ok ? ran.value.report.problems : [ran.failure];
    for (const { code, cure, message } of problems) {
      if (code === "state.write_failed") assert.match(cure ?? "", /make room|has room/, message);
    }
    return problems.map(({ code }) => code);
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    return ["state.write_failed"];
  }
}

/** Fills the disk when the step is reached, and notes what was reached. */
function fillingAt(step: string, disk: string, reached: string[]): Log {
  return {
    event(_level, name, fields): void {
      if (name !== "apply.step" && name !== "update.step") return;
      reached.push(String(fields?.["step"]));
      if (fields?.["step"] === step) fillDisk(disk, 0);
    },
  };
}

/** With room again `two` runs, is written down, and nothing is left to do. */
async function endsWell(world: ApplyWorld, disk: string, head: string): Promise<void> {
  await emptyDisk(disk);
  const next = must(await world.pass({ impatient: true }));
  assert.deepEqual(next.report.problems, []);
  assert.deepEqual(running(world), ["22 running"]);
  const [row] = world.store.stacks();
  assert.deepEqual([row?.phase, row?.lastGood?.revision, row?.interruptions], ["settled", head, 0]);
  assert.equal(await Deno.readTextFile(`${disk}/stacks/web/${file}`), compose(two, "1.1"));
  assert.equal(must(await world.pass()).result, "nothing");
  assert.equal(await world.remote.revision(), head);
  assert.deepEqual(Array.from(Deno.readDirSync(`${disk}/worktrees`)), []);
}

Deno.test(`with any room left an apply pass either ends well or leaves what runs${suffix}`, { ignore }, async () => {
  const ends: boolean[] = [];
  // The first is too little for the run's row, then for the fetch, the checkout, the stack's folder.
  for (const leave of [0, 8, 40, 100, 160, 240, 300, 360, 420, 600, 1200]) {
    await withSmallDisk(async (world, disk, head) => {
      fillDisk(disk, leave);
      const codes = await codesOf(world);
      ends.push(codes.length === 0);
      if (codes.length > 0) {
        assert.deepEqual(codes, ["state.write_failed"], `with ${leave} KiB`);
        assert.deepEqual(running(world), ["11 running"], `with ${leave} KiB`);
        assert.ok(!isTouched(world), `with ${leave} KiB`);
      }
      await endsWell(world, disk, head);
    });
  }
  assert.ok(ends.filter((isWell) => !isWell).length >= 4, "the disk was really full");
  assert.equal(ends.at(-1), true, "with enough room it works");
});

const steps = ["planned", "deploying", "decrypted", "pulled", "switched", "started", "probing", "settled"];

for (const step of steps) {
  Deno.test(
    `a disk that is full from "${step}" of a deployment on is no harm to what runs${suffix}`,
    { ignore },
    () =>
      withSmallDisk(async (world, disk, head) => {
        const reached: string[] = [];
        const codes = await codesOf(world, fillingAt(step, disk, reached));
        assert.ok(reached.includes(step));
        assert.ok(codes.every((code) => code === "state.write_failed"), codes.join());
        assert.ok(running(world).every((it) => it.endsWith("running")), "nothing is down in between");
        if (steps.indexOf(step) < steps.indexOf("switched")) {
          assert.deepEqual([codes, isTouched(world)], [["state.write_failed"], false]);
          assert.deepEqual(running(world), ["11 running"]);
        }
        await endsWell(world, disk, head);
      }),
  );
}

const wayBack = ["rolling-back", "restored", "rolled-back", "committed", "prepared", "pushed", "confirmed", "reverted"];

for (const step of wayBack) {
  Deno.test(
    `a disk that is full from "${step}" of a roll-back on ends in one revert${suffix}`,
    { ignore },
    () =>
      withSmallDisk(async (world, disk, bad) => {
        world.engine.behaves.set(two, "exits");
        const reached: string[] = [];
        await codesOf(world, fillingAt(step, disk, reached));
        assert.ok(reached.includes(step));
        if (wayBack.indexOf(step) < wayBack.indexOf("prepared")) {
          assert.equal(await world.remote.revision(), bad, "nothing is pushed that is not recorded");
        }
        await emptyDisk(disk);
        must(await world.pass({ impatient: true }));
        assert.deepEqual(running(world), ["11 running"]);
        assert.equal(await world.remote.git("rev-list", "--count", `${bad}..main`), "1");
        const text = new TextDecoder().decode(await world.remote.show("main", file));
        assert.equal(text, compose(one, "1.0"));
        must(await world.pass({ impatient: true }));
        const settled = must(await world.pass());
        assert.deepEqual([settled.result, settled.report.stacks[0]?.state], ["nothing", "current"]);
        assert.equal(await world.remote.git("rev-list", "--count", `${bad}..main`), "1");
      }),
  );
}

Deno.test(
  `a removal on a disk that is full ends with the next pass at the latest${suffix}`,
  { ignore },
  () =>
    withSmallDisk(async (world, disk) => {
      await world.remote.push({ "magos.yaml": "apps: []\n" });
      const reached: string[] = [];
      await codesOf(world, fillingAt("planned", disk, reached));
      assert.ok(reached.includes("planned"));
      await emptyDisk(disk);
      must(await world.pass({ impatient: true }));
      assert.deepEqual([running(world), world.store.stacks()], [[], []]);
    }),
);
