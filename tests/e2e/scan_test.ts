// magos scan: what registries say now, of images in use and of any that is named.
import assert from "node:assert/strict";
import { cli } from "../../src/cli/cli.ts";
import { scanShape } from "../contract/report_shapes.ts";
import { needs } from "../fakes/needs.ts";
import { testSystem } from "../fakes/test_system.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38"), release("2.0-rc1")] },
  { name: "ghcr.io/you/db", releases: [release("16.1"), release("16.2", "latest")] },
  { name: "ghcr.io/you/other", releases: [release("3")] },
];

const tree = {
  "compose.yaml": `a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}
b: ghcr.io/you/db:16.1 # {"magos": {"policy": "semver"}}
c: ghcr.io/you/db:latest # {"magos": {"policy": "latest"}}
`,
};

interface Scanned {
  readonly images: readonly {
    readonly image: string;
    readonly tags: readonly string[];
    readonly complete: boolean;
    readonly scannedAt: string | null;
    readonly digests: Readonly<Record<string, string>>;
  }[];
  readonly requests: readonly { readonly host: string; readonly requests: number }[];
  readonly problems: readonly { readonly code: string; readonly image?: string }[];
}

async function scan(homelab: Homelab, args: readonly string[]): Promise<{ code: number; scanned: Scanned }> {
  const { code, out, err } = await homelab.magos(["scan", "--json", ...args]);
  const scanned = JSON.parse(out);
  assert.equal(scanShape.safeParse(scanned).error?.message, undefined);
  assert.equal(err, "");
  return { code, scanned };
}

const docker = needs("docker-registry");
for (
  const [kind, ignore, suffix] of [["embedded", false, ""], ["docker", docker.ignore, docker.suffix]] as const
) {
  Deno.test({
    name: `scan lists tags and digests of what is in use, on the ${kind} registry${suffix}`,
    ignore,
    fn: () =>
      withHomelab({ tree, images, registry: kind }, async (homelab) => {
        const { code, scanned } = await scan(homelab, []);
        assert.equal(code, 0);
        const web = await homelab.digestsOf("ghcr.io/you/web", ["1.37"]);
        const db = await homelab.digestsOf("ghcr.io/you/db", ["16.1", "latest"]);
        assert.deepEqual(
          scanned.images.map(({ image, tags, complete, digests }) => ({ image, tags, complete, digests })),
          [
            {
              image: "ghcr.io/you/db",
              tags: ["16.1", "16.2", "latest"],
              complete: true,
              digests: { "16.1": db[0], latest: db[1] },
            },
            {
              image: "ghcr.io/you/web",
              tags: ["1.37", "1.38", "2.0-rc1"],
              complete: true,
              digests: { "1.37": web[0] },
            },
          ],
        );
        assert.deepEqual(scanned.problems, []);
      }),
  });
}

Deno.test("scan asks whether or not a scan is due, and what it read is what plan decides from", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await Deno.writeTextFile(
      homelab.config,
      (await Deno.readTextFile(homelab.config)).replace("scanInterval: 0s", "scanInterval: 1h"),
    );
    await scan(homelab, []);
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    const stale = JSON.parse((await homelab.magos(["plan", "--json"])).out);
    assert.equal(stale.decisions[0].selected.tag, "1.38");
    const again = await scan(homelab, []);
    assert.deepEqual(again.scanned.images[1]?.tags, ["1.37", "1.38", "1.39", "2.0-rc1"]);
    const fresh = JSON.parse((await homelab.magos(["plan", "--offline", "--json"])).out);
    // Nobody has asked for the digest of 1.39 yet, and offline nobody will: the list of the scan is what names it.
    assert.deepEqual(fresh.problems.map(({ code }: { code: string }) => code), ["registry.never_scanned"]);
    assert.match(fresh.problems[0].message, /1\.39/);
  }));

Deno.test("scan takes images that are in no file, with the digest of a tag that is named", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const { code, scanned } = await scan(homelab, ["ghcr.io/you/other:3", "ghcr.io/you/web:1.38"]);
    assert.equal(code, 0);
    const [other] = await homelab.digestsOf("ghcr.io/you/other", ["3"]);
    const [old, named] = await homelab.digestsOf("ghcr.io/you/web", ["1.37", "1.38"]);
    assert.deepEqual(scanned.images.map(({ image, digests }) => [image, digests]), [
      ["ghcr.io/you/other", { "3": other }],
      ["ghcr.io/you/web", { "1.37": old, "1.38": named }],
    ]);
  }));

Deno.test("scan of a named image needs no repository, and a clone needs no configuration", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const env = {
      HOME: homelab.folder,
      XDG_STATE_HOME: homelab.folder,
      CONTAINERS_REGISTRIES_CONF: `${homelab.folder}/registries.conf`,
    };
    const run = async (cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> => {
      const machine = testSystem(cwd, env);
      return { code: await cli(args, machine.system), out: machine.out(), err: machine.err() };
    };
    const empty = `${homelab.folder}/empty`;
    await Deno.mkdir(empty);
    const named = await run(empty, "scan", "ghcr.io/you/other", "--json");
    assert.deepEqual([named.code, named.err], [0, ""]);
    assert.deepEqual((JSON.parse(named.out) as Scanned).images.map(({ image, tags }) => [image, tags]), [
      ["ghcr.io/you/other", ["3"]],
    ]);
    const nothing = await run(empty, "scan", "--json");
    assert.equal(nothing.code, 2);
    assert.equal(JSON.parse(nothing.out).schema, "magos.error/v1");
    const clone = `${homelab.folder}/clone`;
    await homelab.remote.git("clone", "-q", homelab.remote.path, clone);
    const used = await run(clone, "scan", "--json");
    assert.deepEqual([used.code, (JSON.parse(used.out) as Scanned).images.length], [0, 2]);
  }));

Deno.test("scan goes on when one image fails, keeps its last list, says so, and exits with 4", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const { code, scanned } = await scan(homelab, ["ghcr.io/you/gone", "ghcr.io/you/db"]);
    assert.equal(code, 4);
    assert.deepEqual(scanned.images.map(({ image, complete, scannedAt }) => [image, complete, scannedAt === null]), [
      ["ghcr.io/you/db", true, false],
      ["ghcr.io/you/gone", false, true],
    ]);
    assert.deepEqual(scanned.problems.map(({ code, image }) => [code, image]), [
      ["registry.not_found", "ghcr.io/you/gone"],
    ]);
    await homelab.registry.stop();
    const clock = { now: Date.now, monotonic: () => performance.now(), sleep: () => Promise.resolve() };
    const dead = await homelab.magos(["scan", "--json", "ghcr.io/you/db"], { clock });
    const [db] = (JSON.parse(dead.out) as Scanned).images;
    assert.deepEqual([dead.code, db?.complete, db?.tags], [4, false, ["16.1", "16.2", "latest"]]);
  }));

Deno.test("scan of a tag that is not there fails for that image alone", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const { code, scanned } = await scan(homelab, ["ghcr.io/you/db:99"]);
    assert.equal(code, 4);
    assert.equal(scanned.images[0]?.complete, true);
    assert.deepEqual(scanned.problems.map(({ code }) => code), ["registry.not_found"]);
    assert.deepEqual(Object.keys(scanned.images[0]?.digests ?? {}), ["16.1", "latest"]);
  }));

Deno.test("scan refuses names that can be no image, all at once, before it asks anybody", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const http = { send: () => Promise.reject(new Error("asked")) };
    const { code, out } = await homelab.magos(["scan", "UPPER/Case", "a b", "busybox", "--json"], { http });
    assert.equal(code, 2);
    const { schema, problems } = JSON.parse(out);
    assert.equal(schema, "magos.error/v1");
    assert.deepEqual(problems.map((problem: { code: string }) => problem.code), ["usage.invalid", "usage.invalid"]);
  }));

Deno.test("scan shows a line per image, what it cost, and progress on a terminal", (t) =>
  withHomelab({ tree, images }, async (homelab) => {
    const now = Date.UTC(2026, 0, 20, 12);
    const clock = { now: () => now, monotonic: () => performance.now(), sleep: () => Promise.resolve() };
    const ran = await homelab.magos(["scan"], { clock });
    const failed = await homelab.magos(["scan", "ghcr.io/you/gone", "ghcr.io/you/db:16.1"], { clock });
    const text = [ran, failed].map(({ code, out, err }) => `${out}--- stderr, exit code ${code}\n${err}`).join("\n");
    await t.assertSnapshot(text.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT"));
    const written: string[] = [];
    const stderr = { isTerminal: true, columns: 80, write: (line: string) => void written.push(line) };
    await homelab.magos(["scan"], { clock, stderr });
    assert.ok(written.some((line) => line.includes("scanning 2/2")), JSON.stringify(written));
    assert.equal(written.findLast((line) => line !== ""), "\r\x1b[K");
  }));
