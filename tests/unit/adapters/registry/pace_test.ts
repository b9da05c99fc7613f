// How many requests a host gets at a time, how far apart they start, and who comes first (registries 2.4, 4.6).
import assert from "node:assert/strict";
import { defaultHostSettings } from "../../../../src/core/model/host_settings.ts";
import type { Registry } from "../../../../src/core/ports/registry.ts";
import { Semaphore } from "../../../../src/adapters/registry/semaphore.ts";
import { politenessOf } from "../../../../src/adapters/registry/politeness.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { fakeRegistry } from "../../../fakes/fake_registry.ts";
import { idleClock } from "../../../fakes/idle_clock.ts";
import { manualClock } from "../../../fakes/manual_clock.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

/** A registry of any name that notes when requests start and how many are under way; an answer takes `takes`. */
function watched(origin: string, options: TestRegistryOptions = {}, takes = 0) {
  const clock = idleClock();
  const { demo } = fakeRegistry(smallImages);
  const starts: number[] = [];
  let [running, most] = [0, 0];
  const http = appHttp({
    [origin]: async (request) => {
      starts.push(clock.monotonic());
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 30; turn++) await Promise.resolve();
      if (takes > 0) await clock.sleep(takes);
      const response = await demo.fetch(request);
      running--;
      return response;
    },
  });
  return { ...testRegistry(http, { ...options, time: clock }), http, starts, most: () => most };
}

function gaps(starts: readonly number[]): readonly number[] {
  return starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
}

Deno.test("each host has its own number of requests at a time and distance between their starts", async (t) => {
  const cases: readonly (readonly [string, string, "list" | "tag", number, number])[] = [
    ["https://ghcr.io", "ghcr.io/you/app", "tag", 2, 100],
    ["https://ghcr.io", "ghcr.io/you/app", "list", 2, 250],
    ["https://ghcr.io", "lscr.io/you/app", "list", 2, 250],
    ["https://registry-1.docker.io", "you/app", "tag", 4, 100],
    ["https://registry-1.docker.io", "you/app", "list", 4, 100],
    ["https://quay.io", "quay.io/you/app", "tag", 2, 100],
    ["https://quay.io", "quay.io/you/app", "list", 1, 500],
    ["https://public.ecr.aws", "public.ecr.aws/you/app", "tag", 1, 1100],
    ["https://public.ecr.aws", "public.ecr.aws/you/app", "list", 1, 1100],
    ["https://registry.example.com", "registry.example.com/you/app", "list", 2, 100],
    ["http://127.0.0.1:5000", "127.0.0.1:5000/you/app", "list", 4, 0],
    ["https://registry.lan", "registry.lan/you/app", "tag", 4, 0],
    ["https://10.0.0.7", "10.0.0.7/you/app", "list", 4, 0],
  ];
  for (const [origin, name, kind, most, apart] of cases) {
    await t.step(`${kind} of ${name}`, async () => {
      const { registry, starts, ...seen } = watched(origin);
      const app = repositoryOf(name);
      const ask = async (of: Registry): Promise<boolean> =>
        (kind === "list" ? await of.listTags(app) : await of.resolve(app, "latest", null)).ok;
      assert.deepEqual(await Promise.all(Array.from({ length: 8 }, () => ask(registry))), Array(8).fill(true));
      assert.equal(starts.length, 8);
      // Here answers come at once: where starts are apart there is never a second one under way.
      assert.equal(seen.most(), apart === 0 ? most : 1);
      assert.deepEqual(gaps(starts), Array(7).fill(apart));
      const slow = watched(origin, {}, 5000);
      await Promise.all(Array.from({ length: 8 }, () => ask(slow.registry)));
      assert.equal(slow.most(), most);
    });
  }
});

Deno.test("politenessOf() gives Docker Hub's own API half a second and takes the user's number for places", () => {
  const of = (origin: string, concurrency: number | null) => politenessOf(new URL(origin), concurrency);
  assert.deepEqual(of("https://hub.docker.com", null).all, { atOnce: 2, apart: 500 });
  assert.deepEqual(of("https://ghcr.io", 8), { all: { atOnce: 8, apart: 100 }, lists: { atOnce: 8, apart: 250 } });
  assert.deepEqual(of("https://ghcr.io", 1).lists.atOnce, 1);
  // Quay's lists go one by one whatever else may be asked.
  assert.deepEqual(of("https://quay.io", 8).lists, { atOnce: 1, apart: 500 });
  assert.deepEqual(of("http://127.0.0.1:5000", 9).all, { atOnce: 9, apart: 0 });
});

Deno.test("the user's concurrency stands under the registry's own name", async () => {
  const asked: string[] = [];
  const settings = (host: string) => {
    asked.push(host);
    return { ...defaultHostSettings, concurrency: 1 };
  };
  const { registry, most } = watched("https://registry-1.docker.io", { settings }, 1000);
  await Promise.all(["1.0.0", "1.1.0", "latest"].map((tag) => registry.resolve(repositoryOf("you/app"), tag, null)));
  assert.equal(most(), 1);
  assert.deepEqual([...new Set(asked)], ["docker.io"]);
});

Deno.test("other requests pass the lists that wait for their distance", async () => {
  const { registry, http } = watched("https://ghcr.io");
  const app = repositoryOf("ghcr.io/you/app");
  const lists = Array.from({ length: 6 }, () => registry.listTags(app));
  await Promise.all([...lists, registry.resolve(app, "latest", null)]);
  const place = http.lines.findIndex((line) => line.includes("/manifests/"));
  assert.ok(place >= 0 && place < 3, http.lines.join("\n"));
});

Deno.test("Semaphore serves in order of arrival, and who gives up leaves the queue", async () => {
  const places = new Semaphore(1);
  const served: string[] = [];
  const stop = new AbortController();
  assert.ok(await places.acquire());
  const enter = async (name: string, signal?: AbortSignal): Promise<void> => {
    if (!(await places.acquire(signal))) return void served.push(`${name} left`);
    served.push(name);
    places.release();
  };
  const all = [enter("first"), enter("second", stop.signal), enter("third"), enter("late", AbortSignal.abort())];
  stop.abort();
  places.release();
  await Promise.all(all);
  assert.deepEqual(served.filter((name) => !name.endsWith("left")), ["first", "third"]);
  assert.deepEqual(served.filter((name) => name.endsWith("left")).sort(), ["late left", "second left"]);
  assert.ok(await places.acquire(), "the place is free again");
});

Deno.test("a question that is ended while it waits for a place sends nothing", async () => {
  const stop = new AbortController();
  const release = Promise.withResolvers<void>();
  const clock = manualClock();
  const { demo } = fakeRegistry(smallImages);
  const http = appHttp({
    "http://127.0.0.1:5000": async (request) => {
      await release.promise;
      return await demo.fetch(request);
    },
  });
  const { registry } = testRegistry(http, { clock });
  const app = repositoryOf("127.0.0.1:5000/you/app");
  const before = Array.from({ length: 4 }, () => registry.resolve(app, "latest", null));
  const waiting = registry.resolve(app, "1.0.0", null, stop.signal);
  await Promise.resolve();
  stop.abort();
  const ended = await waiting;
  assert.equal(!ended.ok && ended.failure.code, "http.aborted");
  release.resolve();
  assert.ok((await Promise.all(before)).every((outcome) => outcome.ok));
  assert.equal(http.sent.length, 4);
});

Deno.test("time spent in the queue does not count towards the five minutes of a list", async () => {
  const clock = manualClock();
  let page = 0;
  const http = appHttp({
    "https://ghcr.io": ({ url }) => {
      const next = ++page < 900 ? `<${new URL(url).pathname}?last=v${page}&n=1>; rel="next"` : "";
      return Response.json({ tags: [`v${page}`] }, next === "" ? {} : { headers: { Link: next } });
    },
  });
  const { registry } = testRegistry(http, { clock });
  const [one, two] = await Promise.all([1, 2].map((of) => registry.listTags(repositoryOf(`ghcr.io/you/app${of}`))));
  assert.ok(one?.ok && two?.ok);
  assert.ok(clock.monotonic() > 220_000, "900 pages a quarter of a second apart");
});
