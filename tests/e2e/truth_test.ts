// What a pass believes, from the command line: lists without a tag in use, clocks that fall back, registries that wait.
import assert from "node:assert/strict";
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { denoHttp } from "../../src/adapters/system/deno_http.ts";
import type { Http } from "../../src/core/ports/http.ts";
import { success } from "../../src/core/model/problem.ts";
import { statusShape } from "../contract/report_shapes.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 20, 12);
const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];

function tree(keys = "", value = "1.38"): { readonly "compose.yaml": string } {
  return { "compose.yaml": `web: ghcr.io/you/web:${value} # {"magos": {"policy": "semver"${keys}}}\n` };
}

/** The real way out, but for lists of tags. */
function lists(answer: (honest: Response) => Response | Promise<Response>): Http {
  return {
    async send(request, options) {
      const sent = await denoHttp.send(request, options);
      if (!sent.ok || sent.value.status !== 200 || !request.url.includes("/tags/list")) return sent;
      return success(await answer(sent.value));
    },
  };
}

interface Said {
  readonly code: number;
  // deno-lint-ignore no-explicit-any
  readonly json: any;
}

async function say(homelab: Homelab, at: number, args: readonly string[], http?: Http): Promise<Said> {
  const clock = { ...denoClock, now: () => at, sleep: () => Promise.resolve() };
  const ran = await homelab.magos([...args, "--json"], { clock, ...(http === undefined ? {} : { http }) });
  return { code: ran.code, json: JSON.parse(ran.out) };
}

const codesOf = (report: { readonly problems: readonly { readonly code: string }[] }): readonly string[] =>
  report.problems.map(({ code }) => code);

Deno.test("a tag in use that leaves the list is told after three hours; nothing is committed, and status says so", () =>
  withHomelab({ tree: tree(), images }, async (homelab) => {
    assert.equal((await say(homelab, start, ["update"])).code, 0);
    const before = await homelab.remote.revision();
    const without = lists(async (honest) => {
      const { name, tags } = await honest.json();
      return Response.json({ name, tags: tags.filter((tag: string) => tag !== "1.38") });
    });
    const told: (readonly string[])[] = [];
    for (const at of [1, 2, 3, 4]) {
      const { code, json } = await say(homelab, start + at * hour, ["update"], without);
      assert.deepEqual([code, json.result], [0, "nothing"]);
      told.push(codesOf(json));
    }
    assert.deepEqual(told, [[], [], [], ["registry.tag_missing"]]);
    assert.equal(await homelab.remote.revision(), before);
    const status = await say(homelab, start + 5 * hour, ["status"]);
    assert.equal(statusShape.safeParse(status.json).error?.message, undefined);
    assert.deepEqual(codesOf(status.json), ["registry.tag_missing"]);
    const back = await say(homelab, start + 5 * hour, ["update"]);
    assert.deepEqual(codesOf(back.json), []);
  }));

Deno.test("a clock that falls back is told, and no age is known by it", () =>
  withHomelab({ tree: tree(', "minAge": "1h"', "1.37"), images }, async (homelab) => {
    await say(homelab, start, ["plan"]);
    await say(homelab, start + hour / 2, ["update"]);
    const behind = await say(homelab, start, ["plan"]);
    assert.deepEqual(codesOf(behind.json), ["state.clock_behind"]);
    const [decision] = behind.json.decisions;
    assert.deepEqual([decision.state, decision.blockers[0].verdict], ["held", "unknown"]);
    const right = await say(homelab, start + hour, ["plan"]);
    assert.deepEqual([codesOf(right.json), right.json.decisions[0].state], [[], "selected"]);
  }));

Deno.test("status tells since when an image is unknown and when it was last known", () =>
  withHomelab({ tree: tree(), images }, async (homelab) => {
    await say(homelab, start, ["update"]);
    const html = lists(async (honest) => {
      await honest.body?.cancel();
      return new Response("<html>", { headers: { "Content-Type": "text/html" } });
    });
    for (const at of [1, 2]) {
      const failed = await say(homelab, start + at * hour, ["update"], html);
      assert.deepEqual([failed.code, failed.json.result, failed.json.plan.complete], [4, "partly", false]);
    }
    const { json } = await say(homelab, start + 3 * hour, ["status"]);
    const [image] = json.images;
    assert.deepEqual([image.state, image.checkedAt, image.unknownSince], [
      "error",
      "2026-01-20T12:00:00Z",
      "2026-01-20T13:00:00Z",
    ]);
    const explained = await say(homelab, start + 3 * hour, ["explain", "ghcr.io/you/web"]);
    assert.equal(explained.json.items[0].scanComplete, true, "asked again, and the registry answers");
    await say(homelab, start + 3 * hour, ["update"]);
    const good = await say(homelab, start + 4 * hour, ["status"]);
    const [now] = good.json.images;
    assert.deepEqual([now.state, now.unknownSince, now.lagSeconds], ["current", null, 0]);
  }));

Deno.test("lagSeconds counts from the first sight of what is waited for", () =>
  withHomelab({ tree: tree(', "minAge": "3d"', "1.37"), images }, async (homelab) => {
    await say(homelab, start, ["update"]);
    const { json } = await say(homelab, start + 5 * hour, ["status"]);
    assert.deepEqual([json.images[0].state, json.images[0].lagSeconds], ["held", 5 * 3600]);
  }));

Deno.test("repush: hold of a policy keeps the digest in the file, and the warning says how to accept the new one", () =>
  withHomelab({
    tree: {
      "policies/web.yaml": `apiVersion: v1
kind: ImagePolicy
metadata: { name: web }
spec: { selector: { semver: { range: ">=1" } }, repush: hold }
`,
      "compose.yaml": 'web: ghcr.io/you/web:1.38 # {"magos": {"policy": "web"}}\n',
    },
    images,
  }, async (homelab) => {
    assert.equal((await say(homelab, start, ["update"])).json.result, "done");
    const before = await homelab.remote.revision();
    await homelab.registry.push("ghcr.io/you/web", { ...release("1.38"), note: "again" });
    const held = await say(homelab, start + hour, ["update"]);
    assert.deepEqual([held.code, held.json.result, codesOf(held.json)], [0, "nothing", ["registry.repushed"]]);
    assert.match(held.json.problems[0].cure, /write the new digest into the file/);
    assert.equal(held.json.plan.decisions[0].blockers[0].gate, "hold");
    assert.equal(await homelab.remote.revision(), before);
  }));
