// What a pass does besides the main path: signals, ages, names, stored answers.
import assert from "node:assert/strict";
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] },
  { name: "ghcr.io/you/db", releases: [release("16.1"), release("16.2")] },
];

function compose(web = "", db = ""): { readonly "compose.yaml": string } {
  return {
    "compose.yaml": `services:
  web: { image: "ghcr.io/you/web:1.37" } # {"magos": {"policy": "semver"${web}}}
  db: { image: "ghcr.io/you/db:16.1" } # {"magos": {"policy": "semver"${db}}}
`,
  };
}

async function reportOf(
  homelab: Homelab,
  ...args: string[]
): Promise<Record<string, never> & { readonly [key: string]: never }> {
  return JSON.parse((await homelab.magos([...args, "--json"])).out);
}

Deno.test("a signal during the scan ends the pass with its own exit code and delivers nothing", () =>
  withHomelab({ tree: compose(), images }, async (homelab) => {
    const before = await homelab.remote.revision();
    for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      const stop = new AbortController();
      const log = {
        event: (_level: string, name: string, fields?: Readonly<Record<string, unknown>>): void => {
          if (name === "update.step" && fields?.["step"] === "scanned") stop.abort(signal);
        },
      };
      const ran = await homelab.magos(["update", "--json"], { stop: stop.signal, log });
      assert.equal(ran.code, code);
      assert.equal(JSON.parse(ran.out).problems[0].code, "pass.interrupted");
      assert.equal(await homelab.remote.revision(), before);
    }
    assert.equal((await homelab.magos(["update"])).code, 0);
  }));

Deno.test("minAge holds a tag until it has been seen long enough, and --now waives it for one image", () =>
  withHomelab({ tree: compose(', "minAge": "3d"', ', "minAge": "3d"'), images }, async (homelab) => {
    let now = Date.UTC(2026, 0, 20);
    const clock = { ...denoClock, now: () => now };
    const first = JSON.parse((await homelab.magos(["plan", "--json"], { clock })).out);
    assert.deepEqual(first.decisions.map((it: { state: string }) => it.state), ["held", "held"]);
    const [gate] = first.decisions[0].blockers;
    assert.equal(gate.gate, "minAge");
    assert.equal(gate.verdict, "hold");
    assert.equal(gate.tag, "1.38");
    assert.equal(gate.until, "2026-01-23T00:00:00Z");
    assert.equal(first.decisions[0].newest.tag, "1.38");
    assert.equal((await homelab.magos(["update", "--now", "ghcr.io/you/web"], { clock })).code, 2, "a reason is owed");
    const hurried = await homelab.magos(["update", "--now", "ghcr.io/you/web", "--reason", "a hole"], { clock });
    assert.equal(hurried.code, 0, hurried.err);
    const text = await homelab.text(await homelab.remote.revision(), "compose.yaml");
    assert.match(text, /web:1\.38@sha256/);
    assert.match(text, /db:16\.1"/, "the other one waits on");
    now += 3 * 86_400_000;
    assert.equal((await homelab.magos(["update"], { clock })).code, 0);
    assert.match(await homelab.text(await homelab.remote.revision(), "compose.yaml"), /db:16\.2@sha256/);
  }));

Deno.test("a clock that stands before the first sighting makes the age unknown, and unknown does not pass", () =>
  withHomelab({ tree: compose(', "minAge": "1h"'), images }, async (homelab) => {
    const at = (time: number) => ({ clock: { ...denoClock, now: () => time } });
    await homelab.magos(["plan"], at(Date.UTC(2026, 0, 20)));
    const plan = JSON.parse((await homelab.magos(["plan", "--json"], at(Date.UTC(1970, 0, 2)))).out);
    assert.equal(plan.decisions[0].state, "held");
    assert.equal(plan.decisions[0].blockers[0].verdict, "unknown");
  }));

Deno.test("arch takes the next older complete tag while a platform of the newest is missing", () => {
  const half = { ...release("1.40"), platforms: ["linux/amd64"] };
  const web = { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38"), half] };
  const marked = compose(', "arch": ["amd64", "arm64"]');
  return withHomelab({ tree: marked, images: [web, ...images.slice(1)] }, async (homelab) => {
    const plan = await reportOf(homelab, "plan") as unknown as {
      decisions: { state: string; selected: { tag: string }; newest: { tag: string }; reasons: string[] }[];
    };
    assert.equal(plan.decisions[0]?.state, "selected");
    assert.equal(plan.decisions[0]?.selected.tag, "1.38");
    assert.equal(plan.decisions[0]?.newest.tag, "1.40");
    assert.ok(plan.decisions[0]?.reasons.some((reason) => reason.includes("1.40: waiting for linux/arm64")));
    const explained = await reportOf(homelab, "explain", "ghcr.io/you/web") as unknown as {
      items: { tags: { tag: string; verdict: string; reason: string }[] }[];
    };
    const verdicts = Object.fromEntries(explained.items[0]?.tags.map(({ tag, verdict }) => [tag, verdict]) ?? []);
    assert.deepEqual(verdicts, { "1.37": "current", "1.38": "selected", "1.40": "held" });
  });
});

Deno.test("within scanInterval a second plan asks no registry, says so, and a named image is asked all the same", () =>
  withHomelab({ tree: compose(), images, settings: "" }, async (homelab) => {
    const hour = ["--config", await hourly(homelab)];
    await homelab.magos([...hour, "plan"]);
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    const quiet = await homelab.magos([...hour, "plan"]);
    assert.match(quiet.out, /No registry was asked/);
    assert.doesNotMatch(quiet.out, /1\.39/);
    const named = await homelab.magos([...hour, "plan", "ghcr.io/you/web"]);
    assert.match(named.out, /1\.39@/);
    assert.match(named.out, /16\.2@/, "the rest is decided from its stored scan");
    await homelab.registry.stop();
    homelab.registry.stop = () => Promise.resolve();
    const offline = await homelab.magos([...hour, "plan", "--offline", "--json"]);
    assert.equal(offline.code, 0);
    assert.deepEqual(JSON.parse(offline.out).requests, []);
  }));

Deno.test("a tag that was pushed again is taken with its new digest and reported", () =>
  withHomelab({ tree: compose(), images }, async (homelab) => {
    await homelab.magos(["update"]);
    await homelab.registry.push("ghcr.io/you/web", { ...release("1.38"), note: "again" });
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 0);
    const report = JSON.parse(ran.out);
    assert.deepEqual(report.problems.map((it: { code: string }) => it.code), ["registry.repushed"]);
    assert.equal(report.plan.decisions[0].evidence.repushed, true);
    assert.equal(report.plan.summary.selected, 1);
  }));

Deno.test("the repository's own file rules paths and author, and cannot rule what is the host's", () =>
  withHomelab({
    tree: {
      ...compose(),
      "other/compose.yaml": compose()["compose.yaml"],
      "magos.yaml":
        "repo: { url: https://elsewhere.example/x.git }\nupdate: { paths: [other], commit: { author: { name: Home, email: h@localhost } } }\n",
    },
    images,
  }, async (homelab) => {
    assert.equal((await homelab.magos(["update"])).code, 0);
    const head = await homelab.remote.revision();
    assert.equal(await homelab.remote.git("log", "-1", "--format=%an <%ae>"), "Home <h@localhost>");
    assert.equal(await homelab.remote.git("diff", "--name-only", `${head}^`, head), "other/compose.yaml");
  }));

async function hourly(homelab: Homelab): Promise<string> {
  const path = `${homelab.folder}/hourly.yaml`;
  const text = await Deno.readTextFile(homelab.config);
  await Deno.writeTextFile(path, text.replace("scanInterval: 0s", "scanInterval: 1h"));
  return path;
}
