// Volumes of a stack that podman really runs: exported before a new major version, and given back when it spoils them.
import assert from "node:assert/strict";
import { withMemoryFolder } from "../fakes/memory_folder.ts";
import { needs } from "../fakes/needs.ts";
import { podmanPrograms } from "../fakes/podman_world.ts";
import { type ApplyHome, type ApplyHomeOptions, applyNeeds, killedAfter, withApplyHome } from "./apply_home.ts";

const file = "stacks/db/compose.yaml";
const app = "apps: [{ name: db, compose: stacks/db/compose.yaml }]\n";
const sleep = "trap 'exit 0' TERM; sleep 1000 & wait";

/** Writes what a first version would, once, and serves. */
const first = `test -e /data/rows || { echo rows of 1 > /data/rows; echo log of 1 > /log/wal; }; ${sleep}`;
/** Takes the files for its own form, and finds out too late. */
const migrates =
  "echo rows of 2 > /data/rows; echo > /data/lock; echo log of 2 > /log/wal; echo cannot migrate; exit 7";

const compose = (images: string, tag: string, digest: string): string =>
  `services:
  db:
    image: ${images}/db:${tag}@${digest} # {"magos": {"policy": "semver"}}
    volumes: ["data:/data", "log:/log"]
volumes: { data: {}, log: {} }
`;

/** `1.0` runs and has written its rows. */
async function withDatabase(
  options: Pick<ApplyHomeOptions, "settings">,
  test: (home: ApplyHome, one: string) => Promise<void>,
): Promise<void> {
  let one = "";
  await withApplyHome({
    ...options,
    tree: async (images, push) => {
      one = await push("you/db", "1.0", "one", ["sh", "-c", first]);
      return { "magos.yaml": app, [file]: compose(images, "1.0", one) };
    },
  }, async (home) => {
    await Deno.mkdir(`${home.folder}/exports`, { mode: 0o700 });
    const { code, report } = await home.apply();
    assert.equal(code, 0, JSON.stringify(report));
    await home.podman.podman("exec", "db_db_1", "sh", "-c", "until test -e /log/wal; do sleep 0.1; done");
    await test(home, one);
  });
}

async function pushTwo(home: ApplyHome, command = migrates): Promise<string> {
  const two = await home.podman.pushImage("you/db", "2.0", "two", ["sh", "-c", command]);
  await home.remote.push({ [file]: compose(home.images, "2.0", two) });
  return two;
}

async function inside(home: ApplyHome, volume: string): Promise<Readonly<Record<string, string>>> {
  const place = await home.podman.podman("volume", "inspect", "--format", "{{.Mountpoint}}", volume);
  const names = Array.from(Deno.readDirSync(place)).map(({ name }) => name).sort();
  return Object.fromEntries(names.map((name) => [name, Deno.readTextFileSync(`${place}/${name}`)]));
}

async function holdsWhatOneWrote(home: ApplyHome): Promise<void> {
  assert.deepEqual(await inside(home, "db_data"), { rows: "rows of 1\n" });
  assert.deepEqual(await inside(home, "db_log"), { wal: "log of 1\n" });
}

const settings = "apply: { health: { settle: 0s, timeout: 20s }, backup: { dir: exports } }\n";

Deno.test({
  name: `apply gives a database back what it held before a new major version spoiled it${applyNeeds.suffix}`,
  ignore: applyNeeds.ignore,
  fn: () =>
    withDatabase({ settings }, async (home, one) => {
      await pushTwo(home);
      const bad = await home.remote.revision();
      const dry = await home.apply("--dry-run");
      const steps = dry.report.stacks[0]?.steps.map(({ kind, subject, state }) => `${state} ${kind} ${subject}`) ?? [];
      assert.deepEqual(steps.slice(1, 5), [
        "planned stop db",
        "planned export db_data",
        "planned export db_log",
        "planned switch stacks/db",
      ]);
      assert.deepEqual(Array.from(Deno.readDirSync(`${home.folder}/exports`)), [], "looking exports nothing");

      const { code, report } = await home.apply();
      const [stack] = report.stacks;
      assert.deepEqual([code, stack?.state, stack?.health?.log.at(-1)], [4, "rolled-back", "cannot migrate"]);
      const done = stack?.steps.filter(({ kind }) => kind === "export" || kind === "restore") ?? [];
      assert.deepEqual(done.map(({ kind, subject, state }) => `${kind} ${subject} ${state}`), [
        "export db_data done",
        "export db_log done",
        "restore db done",
        "restore db_data done",
        "restore db_log done",
      ]);
      await holdsWhatOneWrote(home);
      assert.equal(await home.digestOf("db"), one);
      assert.equal(await home.remote.git("rev-list", "--count", `${bad}..main`), "1");
      const [name = ""] = Array.from(Deno.readDirSync(`${home.folder}/exports/db`)).map((it) => it.name);
      assert.ok(name.endsWith(`-before-${bad.slice(0, 12)}`), name);
      assert.match(report.problems[0]?.message ?? "", new RegExp(`${name}\\)$`));

      const settled = await home.apply();
      assert.deepEqual([settled.code, settled.report.result], [0, "nothing"]);
      await holdsWhatOneWrote(home);
    }),
});

Deno.test({
  name:
    `apply killed while volumes are exported, and while they are given back, ends with them whole${applyNeeds.suffix}`,
  ignore: applyNeeds.ignore,
  fn: () =>
    withDatabase({ settings }, async (home, one) => {
      await pushTwo(home);
      const names = (): readonly string[] =>
        Array.from(Deno.readDirSync(`${home.folder}/exports/db`)).map(({ name }) => name).sort();
      // Of two volumes the first is exported, the second is not.
      assert.equal(await killedAfter(home, "exporting"), "SIGKILL");
      assert.deepEqual(names().map((name) => name.endsWith(".partial")), [true]);
      assert.equal(await home.digestOf("db"), "nothing runs");
      assert.equal(await killedAfter(home, "exported"), "SIGKILL");
      assert.deepEqual(names().map((name) => name.endsWith(".partial")), [false]);
      // The first is given back, the second is not.
      assert.equal(await killedAfter(home, "giving-back"), "SIGKILL");
      assert.deepEqual(await inside(home, "db_log"), { wal: "log of 2\n" });
      assert.equal(await killedAfter(home, "given-back"), "SIGKILL");
      await holdsWhatOneWrote(home);
      const { report } = await home.apply();
      assert.equal(report.stacks[0]?.state, "rolled-back", JSON.stringify(report));
      await holdsWhatOneWrote(home);
      assert.equal(await home.digestOf("db"), one);
      assert.ok(names().every((name) => !name.endsWith(".partial")));
      assert.equal((await home.apply()).report.result, "nothing");
    }),
});

const diskNeeds = needs(...podmanPrograms, "tmpfs");

Deno.test({
  name: `apply deploys nothing when the disk of the exports fills up, and everything runs as before${diskNeeds.suffix}`,
  ignore: diskNeeds.ignore,
  fn: () =>
    // Mounted before podman gets its own table of mounts.
    withMemoryFolder((disk) =>
      withDatabase({ settings: settings.replace("dir: exports", `dir: ${disk}`) }, async (home, one) => {
        const place = await home.podman.podman("volume", "inspect", "--format", "{{.Mountpoint}}", "db_data");
        await Deno.writeFile(`${place}/much`, new Uint8Array(1_000_000));
        await pushTwo(home, first);
        const full = await home.apply();
        assert.deepEqual([full.code, full.report.stacks[0]?.state], [4, "failed"]);
        assert.match(full.report.problems[0]?.message ?? "", /no space left on device; it runs as before$/);
        assert.equal(await home.digestOf("db"), one);
        assert.deepEqual(Array.from(Deno.readDirSync(`${disk}/db`)), [], "half an export is gone");
        await Deno.remove(`${place}/much`);
        const { code, report } = await home.apply();
        assert.deepEqual([code, report.stacks[0]?.state], [0, "deployed"], JSON.stringify(report));
      }), "512k"),
});
