// A clock that is set back under a state from the future: passes work, no age is believed, nothing goes down, the order
// of the past stays, and what a kill left is finished as ever.
import assert from "node:assert/strict";
import { manualClock } from "../fakes/manual_clock.ts";
import { assertNothingHalfDone } from "./half_done.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";
import { startMagos } from "./start_magos.ts";

const hour = 3_600_000;
const year = 365 * 24 * hour;
const images = [
  { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] },
  { name: "ghcr.io/you/db", releases: [release("16.1"), release("16.2")] },
];
const tree = {
  "web.yaml": 'image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n',
  "db.yaml": 'image: ghcr.io/you/db:16.1 # {"magos": {"policy": "semver", "minAge": "1h"}}\n',
};

// deno-lint-ignore no-explicit-any -- the shapes are checked in json_test.ts
type Json = any;

async function run(homelab: Homelab, args: readonly string[], clock: ReturnType<typeof manualClock>): Promise<Json> {
  const ran = await homelab.magos([...args, "--json"], { clock });
  assert.equal(ran.code, 0, ran.out + ran.err);
  return JSON.parse(ran.out);
}

const codes = (report: Json): string[] => report.problems.map((it: { code: string }) => it.code);

async function values({ remote, text }: Homelab): Promise<string> {
  const head = await remote.revision();
  const files = [await text(head, "web.yaml"), await text(head, "db.yaml")];
  return files.map((file) => /you\/([a-z]+:[\d.]+)/.exec(file)?.[1]).join(" ");
}

Deno.test("a clock set back a year: passes deliver, ages are unknown, nothing goes down, the past keeps its order", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const clock = manualClock();
    const first = await run(homelab, ["update"], clock);
    assert.equal(await values(homelab), "web:1.38 db:16.1");
    clock.advance(-year);
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    const back = await run(homelab, ["update"], clock);
    assert.deepEqual([back.result, codes(back)], ["done", ["state.clock_behind"]]);
    assert.equal(await values(homelab), "web:1.39 db:16.1", "what needs no age moves");
    const db = back.plan.decisions.find((it: Json) => it.target.file === "db.yaml");
    assert.deepEqual([db.state, db.blockers[0].gate, db.blockers[0].verdict], ["held", "minAge", "unknown"]);
    assert.match(db.blockers[0].message, /the clock shows 2025-01-20/);
    clock.advance(2 * hour);
    const waiting = await run(homelab, ["update"], clock);
    assert.deepEqual([waiting.result, codes(waiting)], ["nothing", ["state.clock_behind"]], "two hours by it are none");
    const history = await run(homelab, ["history"], clock);
    assert.deepEqual(history.runs.map((it: Json) => it.id), [waiting.run, back.run, first.run], "last begun first");
    assert.deepEqual(history.runs[1].deliveries.map((it: Json) => it.commit), [await homelab.remote.revision()]);
    const status = await run(homelab, ["status"], clock);
    assert.deepEqual([status.passes.update.running, status.passes.update.lastResult], [false, "nothing"]);
    assert.deepEqual(status.deliveries.map((it: Json) => it.state), ["pushed", "pushed"]);
    clock.advance(year);
    assert.equal((await run(homelab, ["update"], clock)).result, "done");
    assert.equal(await values(homelab), "web:1.39 db:16.2", "its age counts from when it was first seen");
    await assertNothingHalfDone(homelab);
  }));

Deno.test("a clock of 1970, as of a board without a battery: a first pass delivers what needs no age", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const clock = manualClock(0);
    const report = await run(homelab, ["update"], clock);
    assert.deepEqual([report.result, codes(report)], ["done", ["state.clock_behind"]]);
    assert.equal(await values(homelab), "web:1.38 db:16.1");
    assert.equal((await run(homelab, ["update"], clock)).result, "nothing");
  }));

for (const step of ["prepared", "pushed"]) {
  Deno.test(`a delivery killed after "${step}" is finished once, though the clock was set back a year`, () =>
    withHomelab({ tree, images }, async (homelab) => {
      const first = await homelab.remote.revision();
      await startMagos(homelab, ["update"], { env: { MAGOS_STOP_AFTER: step } }).output();
      const clock = manualClock(Date.now() - year);
      const next = await run(homelab, ["update"], clock);
      assert.deepEqual(codes(next), ["state.clock_behind"]);
      assert.equal(await homelab.remote.git("rev-list", "--count", `${first}..main`), "1");
      assert.equal((await run(homelab, ["update"], clock)).result, "nothing");
      const history = await run(homelab, ["history"], clock);
      assert.equal(history.runs.at(-1).result, "interrupted", "the killed one is the oldest");
      await assertNothingHalfDone(homelab);
    }));
}

Deno.test("a branch of the week before the clock was set back is named, and not pushed to again", () =>
  withHomelab({ tree, images, settings: "update: { delivery: branch }\n" }, async (homelab) => {
    const clock = manualClock();
    await run(homelab, ["update"], clock);
    const tip = await homelab.remote.revision("image-updates/2026-w04");
    clock.advance(-7 * 24 * hour);
    const back = await run(homelab, ["update"], clock);
    assert.deepEqual(codes(back).sort(), ["delivery.still_open", "state.clock_behind"]);
    assert.equal(back.deliveries[0].branch, "image-updates/2026-w03");
    assert.equal(await homelab.remote.revision("image-updates/2026-w04"), tip);
    clock.advance(7 * 24 * hour);
    const again = await run(homelab, ["update"], clock);
    assert.deepEqual([again.result, again.deliveries[0].state], ["nothing", "unchanged"]);
    assert.deepEqual(codes(again), ["delivery.still_open"]);
  }));
