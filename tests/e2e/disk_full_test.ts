// A disk that fills up before or while a pass runs: what cannot be recorded is not done, and with room again the next
// pass ends well (contracts.md 3.1).
import assert from "node:assert/strict";
import type { Log } from "../../src/core/ports/log.ts";
import { withMemoryFolder } from "../fakes/memory_folder.ts";
import { needs } from "../fakes/needs.ts";
import { assertNothingHalfDone, deliveriesIn, type Reported } from "./half_done.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const { ignore, suffix } = needs("tmpfs");
const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const subject = "chore(images): update ghcr.io/you/web to 1.38";

/** Files that cannot be packed smaller, so that mirror and work tree want more room than the state. */
const tree = {
  "compose.yaml": 'services:\n  web:\n    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n',
  ...Object.fromEntries(
    ["a", "b", "c", "d"].map((name) => [`${name}.bin`, crypto.getRandomValues(new Uint8Array(60_000))]),
  ),
};

/** A homelab whose state lies on a disk of 3 MiB. */
function withSmallDisk(settings: string, test: (homelab: Homelab, disk: string) => Promise<void>): Promise<void> {
  return withMemoryFolder(
    (disk) => withHomelab({ tree, images, settings, stateDir: disk }, (homelab) => test(homelab, disk)),
    "3m",
  );
}

/** Takes all room but so many KiB. */
function fill(disk: string, leave: number): void {
  using ballast = Deno.openSync(`${disk}/ballast`, { write: true, create: true });
  const block = new Uint8Array(4096);
  let size = 0;
  try {
    while (true) size += ballast.writeSync(block);
  } catch (error) {
    assert.match(String(error), /No space left on device/);
  }
  ballast.truncateSync(Math.max(0, size - leave * 1024));
}

/** The failing pass; then room again, and a pass that ends well with exactly one commit in all. */
async function judge(homelab: Homelab, disk: string, branch: string, log?: Log): Promise<number> {
  const first = await homelab.remote.revision();
  const ran = await homelab.magos(["update", "--json"], log === undefined ? {} : { log });
  const tip = await tipOf(homelab, branch);
  if (ran.code !== 0) {
    assert.equal(ran.code, 1);
    const report: Reported = JSON.parse(ran.out);
    assert.deepEqual(report.problems.map((it) => it.code), ["state.write_failed"], JSON.stringify(report.problems));
    assert.match(report.problems[0]?.cure ?? "", /make room|has room/);
  }
  // No push without its row, and no row that claims a push that never was.
  if (tip !== null && tip !== first) assert.ok(deliveriesIn(disk).some((row) => row.commit === tip));
  else assert.notEqual(ran.code, 0);
  await Deno.remove(`${disk}/ballast`);
  const next = await homelab.magos(["update", "--json"]);
  assert.equal(next.code, 0, next.out);
  assert.deepEqual(JSON.parse(next.out).problems, [], "neither state nor mirror was begun anew");
  assert.equal(await homelab.remote.git("log", "--format=%s", `${first}..${branch}`), subject);
  assert.equal(JSON.parse((await homelab.magos(["update", "--json"])).out).result, "nothing");
  assert.deepEqual(deliveriesIn(disk).filter((row) => row.state === "prepared"), []);
  await assertNothingHalfDone(homelab, disk);
  return ran.code;
}

async function tipOf({ remote }: Homelab, branch: string): Promise<string | null> {
  return await remote.revision(branch).catch(() => null);
}

Deno.test(`with any room left a pass either ends well or does nothing that is not recorded${suffix}`, {
  ignore,
}, async () => {
  const codes: number[] = [];
  // The first is too little for the state file, then for the mirror, the work tree, the last commit.
  for (const leave of [0, 8, 40, 120, 200, 400, 600, 700, 1200]) {
    await withSmallDisk("", async (homelab, disk) => {
      fill(disk, leave);
      codes.push(await judge(homelab, disk, "main"));
    });
  }
  assert.ok(codes.filter((code) => code === 1).length >= 4, "the disk was really full");
  assert.equal(codes.at(-1), 0, "with enough room it works");
});

// Steps 5 to 11 of contracts.md 4.2; after "confirmed" the row is there, and only the run's end is to be written.
const steps = ["scanned", "decided", "planned", "written", "committed", "prepared", "pushed", "confirmed"];

for (const [delivery, branch] of [["push", "main"], ["branch", "image-updates/full"]] as const) {
  const some = delivery === "push" ? steps : ["written", "committed", "prepared", "pushed"];
  for (const step of some) {
    Deno.test(`a disk that is full from "${step}" on loses nothing and doubles nothing, by ${delivery}${suffix}`, {
      ignore,
    }, () =>
      withSmallDisk(`update: { delivery: ${delivery}, branch: image-updates/full }\n`, async (homelab, disk) => {
        const first = await homelab.remote.revision();
        const reached: string[] = [];
        const log: Log = {
          event(_level, name, fields): void {
            if (name !== "update.step") return;
            reached.push(String(fields?.["step"]));
            if (fields?.["step"] === step) fill(disk, 0);
          },
        };
        const code = await judge(homelab, disk, branch, log);
        assert.ok(reached.includes(step));
        if (steps.indexOf(step) < steps.indexOf("prepared")) {
          assert.equal(code, 1);
          assert.ok(!reached.includes("pushed"), "nothing is pushed that is not recorded");
        }
        assert.equal(await homelab.remote.git("rev-parse", `${branch}^`), first);
      }));
  }
}
