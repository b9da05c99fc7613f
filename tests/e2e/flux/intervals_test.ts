// Automations by their own intervals under `magos run` (rulings 17): who has a turn moves, and the others stay as they were.
import assert from "node:assert/strict";
import { steppedClock } from "../../fakes/stepped_clock.ts";
import { startInside } from "../daemon_inside.ts";
import { type Homelab, release, withHomelab } from "../homelab.ts";
import { app, automation, images } from "./resources.ts";

const minute = 60_000;
const names = ["web", "db", "cache"] as const;
const settings = "server: false\nupdate: { schedule: { every: 20h, jitter: 0s } }\n";
const often = (name: string, path: string, push?: string): string =>
  automation(name, path, push === undefined ? {} : { push }).replace("interval: 12h", "interval: 30m");

const tree = {
  ...app("web", "apps"),
  ...app("db", "data"),
  "flux/auto.yaml": [often("often", "apps"), automation("rare", "data")].join("---\n"),
  "compose.yaml": 'image: ghcr.io/you/cache:1.0.0 # {"magos": {"policy": "semver", "pin": "tag"}}\n',
};

/** The version that each file holds. */
async function versions(homelab: Homelab, branch = "main"): Promise<readonly (string | undefined)[]> {
  const files = ["apps/web.yaml", "data/db.yaml", "compose.yaml"];
  const texts = await Promise.all(files.map((file) => homelab.text(branch, file)));
  return texts.map((text) => /image: \S+:(\S+)/.exec(text)?.[1]);
}

async function pushAll(homelab: Homelab, version: string): Promise<void> {
  for (const name of names) await homelab.registry.push(`ghcr.io/you/${name}`, release(version));
}

Deno.test("magos run gives each automation its turn by its interval, and leaves the others as they were", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    const clock = steppedClock();
    // deno-lint-ignore no-explicit-any -- the shape is checked in json_test.ts
    const status = async (): Promise<any> => JSON.parse((await homelab.magos(["status", "--json"], { clock })).out);
    const daemon = startInside(homelab, () => {}, { clock });
    const ended = async (): Promise<string> => {
      const { trigger, result } = await daemon.event("pass.ended");
      return `${trigger} ${result}`;
    };
    assert.equal(await ended(), "schedule done");
    assert.deepEqual(await versions(homelab), ["1.1.0", "1.1.0", "1.1.0"]);
    await pushAll(homelab, "1.2.0");

    clock.advance(30 * minute);
    assert.equal(await ended(), "interval done");
    assert.deepEqual(await versions(homelab), ["1.2.0", "1.1.0", "1.1.0"]);
    const { images: rows, passes } = await status();
    assert.deepEqual(
      rows.map(({ image, state, newest }: { image: string; state: string; newest: { tag: string } }) =>
        `${image} ${state} ${newest.tag}`
      ).sort(),
      ["ghcr.io/you/cache selected 1.1.0", "ghcr.io/you/db selected 1.1.0", "ghcr.io/you/web selected 1.2.0"],
      "what was decided of the others stands: nobody asked about them",
    );
    assert.deepEqual(passes.update.automations, [
      {
        automation: "flux-system:often",
        everySeconds: 1800,
        lastRun: "2026-01-20T12:30:00Z",
        nextRun: "2026-01-20T13:00:00Z",
      },
      {
        automation: "flux-system:rare",
        everySeconds: 43_200,
        lastRun: "2026-01-20T12:00:00Z",
        nextRun: "2026-01-21T00:00:00Z",
      },
    ]);
    assert.equal(passes.update.nextRun, "2026-01-20T13:00:00Z");
    assert.match((await homelab.magos(["status"], { clock })).out, /^Next: update 2026-01-20T13:00:00Z$/m);

    clock.advance(30 * minute);
    assert.equal(await ended(), "interval nothing");
    clock.advance(11 * 60 * minute);
    assert.equal(await ended(), "interval done");
    assert.deepEqual(await versions(homelab), ["1.2.0", "1.2.0", "1.1.0"]);
    daemon.stop();
    assert.equal((await daemon.ended).code, 0);

    const after = startInside(homelab, () => {}, { clock });
    clock.advance(8 * 60 * minute);
    const { trigger, result } = await after.event("pass.ended");
    assert.deepEqual([trigger, result], ["schedule", "done"], "twenty hours since the last one about everything");
    assert.deepEqual(await versions(homelab), ["1.2.0", "1.2.0", "1.2.0"]);
    await pushAll(homelab, "1.3.0");
    clock.advance(minute);
    after.stop();
    assert.equal((await after.ended).code, 0);
    assert.equal((await homelab.magos(["update"], { clock })).code, 0);
    assert.deepEqual(await versions(homelab), ["1.3.0", "1.3.0", "1.3.0"], "by hand everybody has a turn");
  }));

Deno.test("automations with one branch have their turns together, so that none takes the other's change back", () =>
  withHomelab({
    tree: {
      ...app("web", "apps"),
      ...app("db", "data"),
      "flux/auto.yaml": [
        often("often", "apps", "branch: updates"),
        automation("rare", "data", { push: "branch: updates" }),
      ].join("---\n"),
      "compose.yaml": tree["compose.yaml"],
    },
    images,
    settings,
  }, async (homelab) => {
    const clock = steppedClock();
    const daemon = startInside(homelab, () => {}, { clock });
    await daemon.event("pass.ended");
    await pushAll(homelab, "1.2.0");
    clock.advance(30 * minute);
    assert.equal((await daemon.event("pass.ended"))["trigger"], "interval");
    assert.deepEqual(await versions(homelab, "updates"), ["1.2.0", "1.2.0", "1.1.0"]);
    assert.deepEqual(await versions(homelab), ["1.0.0", "1.0.0", "1.1.0"]);
    daemon.stop();
    assert.equal((await daemon.ended).code, 0);
  }));

Deno.test("an interval of a second is a minute, and said to be", () =>
  withHomelab({
    tree: {
      ...app("web", "apps"),
      "flux/auto.yaml": automation("fast", "apps").replace("interval: 12h", "interval: 1s"),
    },
    images,
    settings,
  }, async (homelab) => {
    const clock = steppedClock();
    const daemon = startInside(homelab, () => {}, { clock });
    await daemon.event("pass.ended");
    const asked = homelab.server.seen.length;
    for (let second = 0; second < 59; second++) {
      clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assert.equal(homelab.server.seen.length, asked, "nobody was asked for 59 seconds");
    clock.advance(1000);
    assert.equal((await daemon.event("pass.ended"))["trigger"], "interval");
    daemon.stop();
    assert.equal((await daemon.ended).code, 0);
    const { problems } = JSON.parse((await homelab.magos(["status", "--json"], { clock })).out);
    assert.deepEqual(
      problems.map(({ code, file, severity }: Record<string, string>) => `${severity} ${code} ${file}`),
      [
        "warning flux.short_interval flux/auto.yaml",
      ],
    );
  }));
