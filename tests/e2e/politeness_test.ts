// What a pass does when registries want to be left alone: nothing is lost, nothing is hidden, nobody is pestered.
import assert from "node:assert/strict";
import { appHttp, type Handler } from "../fakes/app_http.ts";
import { answers, fakeRegistry, type Fault, headers, on, refuses } from "../fakes/fake_registry.ts";
import { type ManualClock, manualClock, testNow } from "../fakes/manual_clock.ts";
import { makeGitRemote } from "../fakes/git_remote.ts";
import { testSystem } from "../fakes/test_system.ts";
import { cli } from "../../src/cli/cli.ts";
import type { DemoImage } from "../../src/cli/demo/demo_image.ts";
import { formatTime } from "../../src/core/model/time.ts";
import { release } from "./homelab.ts";

const minute = 60_000;
const hour = 60 * minute;

const images: readonly DemoImage[] = [
  { name: "ghcr.io/you/app", releases: [release("1.0.0"), release("1.1.0")] },
  { name: "quay.io/you/web", releases: [release("2.0.0"), release("2.1.0")] },
];

/** A folder with one Compose file, a state, a clock, and registries under the names that the file uses. */
async function withFolder(
  compose: string,
  faults: Readonly<Record<string, readonly Fault[]>>,
  test: (world: World) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-e2e-" }));
  try {
    const remote = await makeGitRemote(folder, { "compose.yaml": `services:\n${compose}` });
    await Deno.writeTextFile(`${folder}/registries.conf`, "");
    const clock = manualClock();
    const origins = Object.entries(faults).map(([origin, list]) => {
      const fake = fakeRegistry(images, list);
      return [origin, fake.fetch] as const;
    });
    const http = appHttp(Object.fromEntries(origins) as Record<string, Handler>);
    await test({
      clock,
      asked: () => http.lines,
      async magos(...args) {
        const env = {
          HOME: folder,
          MAGOS_REPO: remote.path,
          STATE_DIRECTORY: `${folder}/state`,
          CONTAINERS_REGISTRIES_CONF: `${folder}/registries.conf`,
        };
        const machine = testSystem(folder, env, { http, clock });
        const code = await cli([...args, "--json"], machine.system);
        return { code, report: JSON.parse(machine.out()) as Report };
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface World {
  readonly clock: ManualClock;
  /** `METHOD URL` of all requests so far. */
  asked(): readonly string[];
  magos(...args: string[]): Promise<{ readonly code: number; readonly report: Report }>;
}

interface Report {
  readonly decisions: readonly {
    readonly state: string;
    readonly newest: { readonly tag: string } | null;
    readonly blockers: readonly { readonly gate: string; readonly verdict: string; readonly until: string | null }[];
    readonly reasons: readonly string[];
  }[];
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly host?: string;
    readonly retryAt?: string;
  }[];
  readonly requests: readonly { readonly host: string; readonly requests: number; readonly remaining: number | null }[];
  readonly registries: readonly { readonly host: string; readonly pausedUntil: string | null }[];
}

const semver = '# {"magos": {"policy": "semver"}}';
const app = `  app:\n    image: ghcr.io/you/app:1.0.0 ${semver}\n`;
const web = `  web:\n    image: quay.io/you/web:2.0.0 ${semver}\n`;

Deno.test("a candidate that only a pull could show is held by the gate quota, and its age begins to count", async () => {
  const hub = headers({ "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "12;w=21600" });
  const compose = `  app:\n    image: you/app:1.0.0 ${semver}\n`;
  await withFolder(compose, { "https://registry-1.docker.io": [hub] }, async ({ magos, asked }) => {
    const { code, report } = await magos("plan");
    assert.equal(code, 0);
    const [decision] = report.decisions;
    assert.deepEqual([decision?.state, decision?.newest?.tag], ["held", "1.1.0"]);
    assert.deepEqual(decision?.blockers.map(({ gate, verdict, until }) => [gate, verdict, until]), [
      ["quota", "unknown", formatTime(testNow + 6 * hour)],
    ]);
    assert.deepEqual(asked().map((line) => line.replace(/\?.*/, "")), [
      "GET https://registry-1.docker.io/v2/you/app/tags/list",
      "HEAD https://registry-1.docker.io/v2/you/app/manifests/1.1.0",
    ]);
    assert.equal(report.requests[0]?.remaining, 12);
  });
});

Deno.test("a tag that is followed and has moved waits for the quota too", async () => {
  let remaining = 90;
  const hub: Fault = (request, next) =>
    headers({ "ratelimit-limit": "100;w=21600", "ratelimit-remaining": `${remaining};w=21600` })(request, next);
  const digest = `sha256:${"0".repeat(64)}`;
  const compose = `  app:\n    image: you/app:1.0.0@${digest} # {"magos": {"policy": "latest"}}\n`;
  await withFolder(compose, { "https://registry-1.docker.io": [hub] }, async ({ magos, asked }) => {
    remaining = 12;
    const { code, report } = await magos("plan");
    assert.equal(code, 0);
    assert.deepEqual([report.decisions[0]?.state, report.decisions[0]?.blockers[0]?.gate], ["held", "quota"]);
    assert.equal(report.decisions[0]?.reasons.at(-1), "1.0.0 stays meanwhile");
    // Docker Hub's own API is asked first; it counts no pulls, and what it says is confirmed by the registry.
    const pulls = asked().filter((line) => line.includes("//registry-1.docker.io/"));
    assert.deepEqual(pulls.map((line) => line.split(" ")[0]), ["HEAD"]);
  });
});

Deno.test("a host that is paused costs no request, and the failure, the plan and status say until when", async () => {
  const faults = { "https://ghcr.io": [refuses(429, "TOOMANYREQUESTS")], "https://quay.io": [] };
  await withFolder(app + web, faults, async ({ magos, asked, clock }) => {
    const first = await magos("plan");
    assert.equal(first.code, 4);
    const until = report429(first.report);
    assert.deepEqual(first.report.decisions.map(({ state }) => state), ["error", "selected"]);
    assert.equal(asked().filter((line) => line.includes("ghcr.io")).length, 3);

    clock.advance(5 * minute);
    const second = await magos("plan");
    assert.equal(report429(second.report), until);
    assert.equal(asked().filter((line) => line.includes("ghcr.io")).length, 3);
    const status = await magos("status");
    assert.deepEqual(status.report.registries.map(({ host, pausedUntil }) => [host, pausedUntil]), [
      ["ghcr.io", until],
      ["quay.io", null],
    ]);
  });
});

function report429(report: Report): string {
  const [problem] = report.problems;
  assert.deepEqual([problem?.code, problem?.host], ["registry.rate_limited", "ghcr.io"]);
  return problem?.retryAt ?? "";
}

Deno.test("a pause fails no image whose answers are fresh", async () => {
  let isDown = false;
  const down: Fault = (request, next) => isDown ? answers(503)(request, next) : next();
  const two = `${app}  other:\n    image: ghcr.io/you/other:1.0.0 ${semver}\n`;
  await withFolder(two, { "https://ghcr.io": [on("/", down)] }, async ({ magos, asked, clock }) => {
    // The second image does not exist, so it is asked for again and again.
    const first = await magos("plan");
    assert.deepEqual(first.report.decisions.map(({ state }) => state), ["selected", "error"]);
    isDown = true;
    clock.advance(30 * minute);
    await magos("plan", "ghcr.io/you/other");
    clock.advance(minute);
    await magos("plan", "ghcr.io/you/other");
    const before = asked().length;
    const paused = await magos("plan");
    assert.deepEqual(paused.report.decisions.map(({ state }) => state), ["selected", "error"]);
    assert.equal(asked().length, before);
    assert.deepEqual(paused.report.problems.map(({ code }) => code), ["registry.unavailable"]);
    assert.match(paused.report.problems[0]?.message ?? "", /left alone until|answers 503/);
  });
});

Deno.test("a tag that is not there is asked for once an hour, is an error all the while, and at once when named", async () => {
  const compose = `  app:\n    image: ghcr.io/you/gone:1.0.0 # {"magos": {"policy": "latest"}}\n`;
  await withFolder(compose, { "https://ghcr.io": [] }, async ({ magos, asked, clock }) => {
    const first = await magos("plan");
    const asking = asked().length;
    assert.deepEqual([first.code, first.report.problems[0]?.code], [4, "registry.not_found"]);
    clock.advance(30 * minute);
    const again = await magos("plan");
    assert.deepEqual([again.code, again.report.problems[0]?.code], [4, "registry.not_found"]);
    assert.match(again.report.problems[0]?.message ?? "", /30m ago/);
    assert.equal(asked().length, asking);
    await magos("plan", "ghcr.io/you/gone");
    assert.equal(asked().length, 2 * asking);
    clock.advance(61 * minute);
    await magos("plan");
    assert.equal(asked().length, 3 * asking);
  });
});
