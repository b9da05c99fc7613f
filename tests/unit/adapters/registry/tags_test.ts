// Lists of tags: pages, caps, hostile names; whole or a failure.
import assert from "node:assert/strict";
import { appHttp, type Handler } from "../../../fakes/app_http.ts";
import { endlessPages, fakeRegistry, first, hugeBody, on, refuses } from "../../../fakes/fake_registry.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");

type Page = readonly [tags: unknown, link?: string];

/** A registry that answers the pages one after another, whatever is asked. */
function paged(pages: readonly Page[], others: Readonly<Record<string, Handler>> = {}) {
  let page = 0;
  const http = appHttp({
    "https://ghcr.io": () => {
      const [tags, link] = pages[Math.min(page++, pages.length - 1)] ?? [[]];
      return Response.json({ name: "you/app", tags }, { headers: link === undefined ? {} : { Link: link } });
    },
    ...others,
  });
  return { http, ...testRegistry(http) };
}

function link(query: string): string {
  return `</v2/you/app/tags/list?${query}>; rel="next"`;
}

Deno.test("listTags() follows pages to their end", async (t) => {
  const cases: Readonly<Record<string, readonly [readonly Page[], readonly string[], number]>> = {
    "no Link": [[[["a", "b"]]], ["a", "b"], 1],
    "null": [[[null]], [], 1],
    "empty": [[[[]]], [], 1],
    "two pages": [[[["a"], link("last=a")], [["b"]]], ["a", "b"], 2],
    "Link on the last page too, then an empty one (Gitea)": [
      [[["a"], link("last=a")], [["b"], link("last=b")], [[], link("last=b&x=1")]],
      ["a", "b"],
      3,
    ],
    "an empty page with null": [[[["a"], link("last=a")], [null]], ["a"], 2],
    "the same page for ever": [[[["a"], link("last=1")], [["a"], link("last=2")], [["a"], link("last=3")]], ["a"], 2],
    "a Link to itself": [[[["a"], link("n=1000")]], ["a"], 1],
    "not by name, order kept": [[[["10", "9"]]], ["10", "9"], 1],
    "overlapping pages": [[[["a", "b"], link("last=a")], [["b", "c"]]], ["a", "b", "c"], 2],
  };
  for (const [name, [pages, tags, requests]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { registry, http } = paged(pages);
      assert.deepEqual(await registry.listTags(app), {
        ok: true,
        value: { tags, dropped: 0, full: true, cursor: null, facts: new Map() },
      });
      assert.equal(http.sent.length, requests);
    });
  }
});

Deno.test("listTags() drops what cannot be a tag, and counts it", async () => {
  const sha = `sha256:${"0".repeat(64)}`;
  const hostile = ["", "../x", "a%2fb", "a\nb", "a\u001b[2J", "<b>", "$(id)", "x".repeat(129), "-a", sha, 7, null];
  const { registry } = paged([[["ok", ...hostile, "ok", "__proto__"]]]);
  assert.deepEqual(await registry.listTags(app), {
    ok: true,
    value: { tags: ["ok", "__proto__"], dropped: hostile.length, full: true, cursor: null, facts: new Map() },
  });
});

Deno.test("listTags() never leaves the registry for a Link", async () => {
  const foreign: Handler = () => assert.fail("was asked");
  const { registry, http } = paged(
    [[["a"], "<https://evil.example/v2/you/app/tags/list?last=a>; rel=next"], [["b"]]],
    { "https://evil.example": foreign },
  );
  const listed = await registry.listTags(app);
  assert.deepEqual(listed.ok && listed.value.tags, ["a", "b"]);
  assert.equal(http.lines[1], "GET https://ghcr.io/v2/you/app/tags/list?last=a");
});

Deno.test("listTags() goes on without Link when a page is exactly as long as was asked for", async () => {
  const full = Array.from({ length: 1000 }, (_, index) => `v${index}`);
  const { registry, http } = paged([[full], [["last"]]]);
  const listed = await registry.listTags(app);
  assert.equal(listed.ok && listed.value.tags.length, 1001);
  assert.equal(http.lines[1], "GET https://ghcr.io/v2/you/app/tags/list?n=1000&last=v999");
});

Deno.test("listTags() asks for pages of 1000, of 100 at Quay", async () => {
  for (const [host, size] of [["ghcr.io", 1000], ["quay.io", 100]] as const) {
    const http = appHttp({ [`https://${host}`]: () => Response.json({ tags: ["a"] }) });
    await testRegistry(http).registry.listTags(repositoryOf(`${host}/you/app`));
    assert.deepEqual(http.lines, [`GET https://${host}/v2/you/app/tags/list?n=${size}`]);
  }
});

Deno.test("listTags() lowers the page size once when it is refused, and remembers it", async (t) => {
  for (const status of [400, 405, 413]) {
    await t.step(String(status), async () => {
      const fake = fakeRegistry(smallImages, [on("/tags/", first(1, refuses(status, "PAGINATION_NUMBER_INVALID")))]);
      const { registry, profiles } = testRegistry(appHttp({ "https://ghcr.io": fake.fetch }));
      const listed = await registry.listTags(app);
      assert.deepEqual(listed.ok && listed.value.tags, ["1.0.0", "1.1.0", "latest"]);
      await registry.listTags(app);
      const sizes = fake.lines.map((line) => line.split("n=")[1]);
      assert.deepEqual(sizes, ["1000", "100", "100"]);
      assert.equal(profiles.get("ghcr.io")?.pageCap, 100);

      const stubborn = fakeRegistry(smallImages, [refuses(status, "NO")]);
      const failed = await testRegistry(appHttp({ "https://ghcr.io": stubborn.fetch })).registry.listTags(app);
      assert.ok(!failed.ok);
      assert.equal(stubborn.lines.length, 2);
    });
  }
});

Deno.test("listTags() begins anew once when the list changes under it (404 on last)", async () => {
  const gone = refuses(404, "NAME_UNKNOWN");
  const once = first(1, gone);
  const fake = fakeRegistry(
    smallImages,
    [(request, next) => request.url.includes("last=") ? once(request, next) : next()],
    { pageSize: 2 },
  );
  const listed = await testRegistry(appHttp({ "https://ghcr.io": fake.fetch })).registry.listTags(app);
  assert.deepEqual(listed.ok && listed.value.tags, ["1.0.0", "1.1.0", "latest"]);

  const always = fakeRegistry(
    smallImages,
    [(request, next) => request.url.includes("last=") ? gone(request, next) : next()],
    { pageSize: 2 },
  );
  const failed = await testRegistry(appHttp({ "https://ghcr.io": always.fetch })).registry.listTags(app);
  assert.equal(!failed.ok && failed.failure.code, "registry.protocol");
  assert.equal(always.lines.length, 4);
});

Deno.test("listTags() gives a failure, never a part, when a later page fails", async () => {
  const fake = fakeRegistry(
    smallImages,
    [(request, next) => request.url.includes("last=") ? refuses(503, "UNAVAILABLE")(request, next) : next()],
    { pageSize: 1 },
  );
  const failed = await testRegistry(appHttp({ "https://ghcr.io": fake.fetch })).registry.listTags(app);
  assert.equal(!failed.ok && failed.failure.code, "registry.unavailable");
});

Deno.test("listTags() refuses answers that are no list", async (t) => {
  const bodies = ["<html>", "", "[]", "null", '{"tags":{}}', '{"tags":"a"}', '{"errors":[]}', '{"tags":["a"]', "\xff"];
  for (const body of bodies) {
    await t.step(body, async () => {
      const http = appHttp({ "https://ghcr.io": () => new Response(body) });
      const failed = await testRegistry(http).registry.listTags(app);
      assert.equal(!failed.ok && failed.failure.code, "registry.protocol");
    });
  }
});

Deno.test("listTags() stops at its caps and says so", async (t) => {
  await t.step("1000 pages", async () => {
    const fake = fakeRegistry(smallImages, [on("/app/tags/", endlessPages())]);
    const { registry } = testRegistry(appHttp({ "https://ghcr.io": fake.fetch }));
    const failed = await registry.listTags(app);
    assert.equal(!failed.ok && failed.failure.code, "registry.too_large");
    assert.ok(fake.lines.length <= 1000);
    assert.ok((await registry.listTags(repositoryOf("ghcr.io/you/neighbour"))).ok);
  });
  await t.step("8 MiB a page", async () => {
    const huge = hugeBody(64);
    const http = appHttp({ "https://ghcr.io": fakeRegistry(smallImages, [huge.fault]).fetch });
    const failed = await testRegistry(http).registry.listTags(app);
    assert.equal(!failed.ok && failed.failure.code, "registry.too_large");
    assert.ok(huge.pulled() <= 10, `${huge.pulled()} MiB were read`);
  });
  await t.step("32 MiB in all", async () => {
    let page = 0;
    const padding = " ".repeat(7 * 1024 * 1024);
    const http = appHttp({
      "https://ghcr.io": () =>
        new Response(`{"tags":["v${++page}"]}${padding}`, { headers: { Link: link(`last=v${page}`) } }),
    });
    const failed = await testRegistry(http).registry.listTags(app);
    assert.equal(!failed.ok && failed.failure.code, "registry.too_large");
    assert.equal(page, 5);
  });
  await t.step("500,000 names", async () => {
    const names = Array.from({ length: 500_001 }, (_, index) => index.toString(36));
    const failed = await paged([[names]]).registry.listTags(app);
    assert.equal(!failed.ok && failed.failure.code, "registry.too_large");
  });
  await t.step("five minutes", async () => {
    let page = 0;
    const made = testRegistry(appHttp({
      "https://ghcr.io": () => {
        made.clock.advance(61_000);
        return Response.json({ tags: [`v${++page}`] }, { headers: { Link: link(`last=v${page}`) } });
      },
    }));
    const failed = await made.registry.listTags(app);
    assert.equal(!failed.ok && failed.failure.code, "registry.too_large");
    assert.equal(page, 5);
  });
});

Deno.test("listTags() says not found for the registry's 404, and protocol for a proxy's", async () => {
  const cases = [[refuses(404, "NAME_UNKNOWN"), "registry.not_found"], [
    () => new Response("<h1>404</h1>", { status: 404 }),
    "registry.protocol",
  ]] as const;
  for (const [fault, code] of cases) {
    const fake = fakeRegistry(smallImages, [fault]);
    const failed = await testRegistry(appHttp({ "https://ghcr.io": fake.fetch })).registry.listTags(app);
    assert.equal(!failed.ok && failed.failure.code, code);
  }
});
