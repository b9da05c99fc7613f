// Docker Hub's and Quay's own APIs: what they save, what is believed of them, and that their failing costs nothing else.
import assert from "node:assert/strict";
import { defaultHostSettings } from "../../../../src/core/model/host_settings.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import type { KnownTags, TagList } from "../../../../src/core/ports/registry.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { manualClock, testNow } from "../../../fakes/manual_clock.ts";
import { dockerHub, type DockerHubOptions } from "../../../fakes/registry_kinds/docker_hub.ts";
import { quay, type QuayOptions } from "../../../fakes/registry_kinds/quay.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const path = "team/app";
const hour = 3_600_000;
const tags = Array.from({ length: 250 }, (_, index) => `1.${index}`);
const byName = (names: readonly string[]) => [...names].sort();

const apiOf = {
  hub: "https://hub.docker.com/v2/namespaces/team/repositories/app/tags",
  quay: "https://quay.io/api/v1/repository/team/app/tag/",
} as const;
const pageOf = {
  hub: `GET ${apiOf.hub}?page_size=100&ordering=last_updated`,
  quay: `GET ${apiOf.quay}?limit=100&onlyActiveTags=true`,
} as const;

type Name = keyof typeof apiOf;
const both: readonly Name[] = ["hub", "quay"];

function setting(name: Name, api: DockerHubOptions & QuayOptions = {}, options: TestRegistryOptions = {}) {
  const kind = name === "hub" ? dockerHub({ [path]: tags }, api) : quay({ [path]: tags }, api);
  const repository = repositoryOf(name === "hub" ? path : `quay.io/${path}`);
  return { kind, repository, ...testRegistry(appHttp(kind.handlers), options) };
}

type Setting = ReturnType<typeof setting>;

async function list({ registry, repository }: Setting, known: KnownTags | null): Promise<TagList> {
  const listed = await registry.listTags(repository, known);
  assert.ok(listed.ok, JSON.stringify(listed));
  return listed.value;
}

/** A first list, then an hour. */
async function warmUp(made: Setting): Promise<KnownTags> {
  const begun = made.clock.now();
  const { tags, cursor } = await list(made, null);
  made.clock.advance(hour);
  made.kind.forget();
  return { tags, cursor, listedFullAt: begun };
}

function asked({ kind }: Setting, part: string): readonly string[] {
  return kind.lines.filter((line) => line.includes(part));
}

for (const name of both) {
  Deno.test(`${name}: the first list is the registry's, whole`, async () => {
    const made = setting(name);
    const listed = await list(made, null);
    assert.equal(listed.full, true);
    assert.deepEqual(listed.tags, byName(tags));
    assert.deepEqual(asked(made, apiOf[name]), []);
  });

  Deno.test(`${name}: a list with nothing new is one request, without a token`, async () => {
    const made = setting(name);
    const known = await warmUp(made);
    const listed = await list(made, known);
    assert.deepEqual(made.kind.lines, [pageOf[name]]);
    assert.equal(listed.full, false);
    assert.deepEqual(listed.tags, known.tags);
    assert.equal(listed.facts.size, 100);
    assert.deepEqual(listed.facts.get("1.249"), {
      digest: made.kind.digestOf(path, "1.249"),
      pushedAt: made.kind.pushedAt(path, "1.249"),
    });
  });

  Deno.test(`${name}: new tags are joined in the order of the names, and moved ones show their digest`, async () => {
    const made = setting(name);
    const known = await warmUp(made);
    made.kind.push(path, "1.2490", testNow + 1000);
    const moved = made.kind.push(path, "1.3", testNow + 2000);
    const listed = await list(made, known);
    assert.deepEqual(listed.tags, byName([...tags, "1.2490"]));
    assert.deepEqual(listed.facts.get("1.3"), { digest: moved, pushedAt: testNow + 2000 });
    assert.equal(made.kind.lines.length, 1);
  });

  Deno.test(`${name}: a new tag under a hundred that moved is found`, async () => {
    const made = setting(name);
    const known = await warmUp(made);
    made.kind.push(path, "1.250", testNow + 1000);
    for (const [index, tag] of tags.slice(0, 150).entries()) made.kind.push(path, tag, testNow + 2000 + index * 1000);
    const listed = await list(made, known);
    assert.ok(listed.tags.includes("1.250"));
    assert.equal(made.kind.lines.length, 2);
    made.kind.forget();
    // What was seen once is behind the mark.
    await list(made, { ...known, tags: listed.tags, cursor: listed.cursor });
    assert.ok(made.kind.lines.length <= 2);
  });

  Deno.test(`${name}: more than five pages of changes are the registry's matter`, async () => {
    const made = setting(name);
    const known = await warmUp(made);
    for (let index = 0; index < 700; index++) made.kind.push(path, `2.${index}`, testNow + index * 1000);
    const listed = await list(made, known);
    assert.equal(asked(made, apiOf[name]).length, 5);
    assert.equal(listed.full, true);
    assert.equal(listed.tags.length, 950);
  });

  Deno.test(`${name}: the whole list is read again after a day`, async () => {
    const made = setting(name);
    const known = await warmUp(made);
    made.kind.remove(path, "1.7");
    made.clock.advance(23 * hour);
    const listed = await list(made, known);
    assert.deepEqual(asked(made, apiOf[name]), []);
    assert.equal(listed.full, true);
    assert.ok(!listed.tags.includes("1.7"));
  });

  Deno.test(`${name}: whatever is wrong with the API, the registry is asked and nobody hears of it`, async (t) => {
    const answers: Readonly<Record<string, () => Response>> = {
      "HTML": () => new Response("<html>"),
      "an error": () => new Response("", { status: 500 }),
      "another form": () => Response.json({ items: [] }),
      "an object in place of a list": () => Response.json({ results: {}, next: null, tags: {}, has_additional: false }),
      "more than was asked for": () =>
        Response.json({
          next: null,
          has_additional: false,
          results: tags.map((tag) => ({ name: tag, last_updated: "2026-01-01T00:00:00Z", digest: null })),
          tags: tags.map((tag) => ({ name: tag, start_ts: 1_767_225_600 })),
        }),
      "oldest first": () =>
        Response.json({
          next: null,
          has_additional: false,
          results: ["a", "b"].map((tag, index) => ({ name: tag, last_updated: `2026-01-0${index + 1}T00:00:00Z` })),
          tags: ["a", "b"].map((tag, index) => ({ name: tag, start_ts: 1_767_225_600 + index })),
        }),
      "names that are no tags": () =>
        Response.json({
          next: null,
          has_additional: false,
          results: [{ name: "../x", last_updated: "2026-01-01T00:00:00Z" }],
          tags: [{ name: "../x", start_ts: 1_767_225_600 }],
        }),
      "no time": () =>
        Response.json({
          next: null,
          has_additional: false,
          results: [{ name: "9", last_updated: "0001-01-01T00:00:00Z" }],
          tags: [{ name: "9" }],
        }),
      "a redirect": () => new Response("", { status: 302, headers: { Location: "https://evil.example/" } }),
      "too often": () => new Response("", { status: 429 }),
      "private": () => Response.json({}, { status: 401 }),
      "a cut connection": () => {
        throw new Error("connection reset");
      },
    };
    for (const [what, api] of Object.entries(answers)) {
      await t.step(what, async () => {
        const made = setting(name, { api });
        const known = await warmUp(made);
        const listed = await list(made, known);
        assert.equal(listed.full, true);
        assert.deepEqual(listed.tags, byName(tags));
        assert.equal(asked(made, apiOf[name]).length, 1);
        assert.deepEqual(made.log.filter((line) => !line.includes('"level":"debug"')), []);
        const current = made.kind.digestOf(path, "1.3");
        const resolved = await made.registry.resolve(made.repository, "1.3", current);
        assert.deepEqual(resolved, { ok: true, value: { digest: current, content: null, pushedAt: null } });
      });
    }
  });

  Deno.test(`${name}: a repository that the API does not show is not asked for there again`, async () => {
    const made = setting(name, { hidden: [path] });
    const known = await warmUp(made);
    for (let round = 0; round < 3; round++) assert.equal((await list(made, known)).full, true);
    await made.registry.resolve(made.repository, "1.3", made.kind.digestOf(path, "1.3"));
    assert.equal(asked(made, apiOf[name]).length, 1);
  });

  Deno.test(`${name}: a digest that did not move costs one request, and tells when it was pushed`, async () => {
    const made = setting(name);
    const current = made.kind.digestOf(path, "1.3");
    const resolved = await made.registry.resolve(made.repository, "1.3", current);
    assert.deepEqual(resolved, {
      ok: true,
      value: { digest: current, content: null, pushedAt: made.kind.pushedAt(path, "1.3") },
    });
    const query = name === "hub" ? "/1.3" : "?limit=1&specificTag=1.3&onlyActiveTags=true";
    assert.deepEqual(made.kind.lines, [`GET ${apiOf[name]}${query}`]);
  });

  Deno.test(`${name}: a digest that moved is the registry's to say, and the API's time counts for its own`, async () => {
    const made = setting(name);
    const before = made.kind.digestOf(path, "1.3");
    const moved = made.kind.push(path, "1.3", testNow - 5000);
    const resolved = await made.registry.resolve(made.repository, "1.3", before);
    assert.equal(resolved.ok && resolved.value.digest, moved);
    assert.equal(resolved.ok && resolved.value.pushedAt, testNow - 5000);
    // The host is unknown, so that the first HEAD only learns of the token.
    assert.equal(made.kind.lines.filter((line) => line.startsWith("HEAD")).length, 2);

    const lying = setting(name, {
      api: () =>
        Response.json(
          name === "hub"
            ? {
              name: "1.3",
              last_updated: "2020-01-01T00:00:00Z",
              tag_last_pushed: "2020-01-01T00:00:00Z",
              digest: `sha256:${"0".repeat(64)}`,
            }
            : {
              has_additional: false,
              tags: [{ name: "1.3", start_ts: 1_577_836_800, manifest_digest: `sha256:${"0".repeat(64)}` }],
            },
        ),
    });
    const current = lying.kind.digestOf(path, "1.3");
    const asked = await lying.registry.resolve(lying.repository, "1.3", current);
    assert.deepEqual(asked, { ok: true, value: { digest: current, content: null, pushedAt: null } });
  });

  Deno.test(`${name}: a tag that was never resolved is asked of the registry alone`, async () => {
    const made = setting(name);
    const resolved = await made.registry.resolve(made.repository, "1.3", null);
    assert.ok(resolved.ok && resolved.value.content !== null);
    assert.deepEqual(asked(made, apiOf[name]), []);
  });

  Deno.test(`${name}: the user may switch the API off`, async () => {
    const made = setting(name, {}, { settings: () => ({ ...defaultHostSettings, sideApi: false }) });
    const known = await warmUp(made);
    assert.equal((await list(made, known)).full, true);
    assert.ok((await made.registry.resolve(made.repository, "1.3", made.kind.digestOf(path, "1.3"))).ok);
    assert.deepEqual(asked(made, apiOf[name]), []);
  });

  Deno.test(`${name}: the API gets no login and no token`, async () => {
    const kind = name === "hub" ? dockerHub({ [path]: tags }) : quay({ [path]: tags });
    const http = appHttp(kind.handlers);
    const credential = { kind: "password", user: "me", password: new Secret("canary") } as const;
    const clock = manualClock();
    const { registry } = testRegistry(http, { credentials: () => Promise.resolve(credential), clock });
    const repository = repositoryOf(name === "hub" ? path : `quay.io/${path}`);
    const first = await registry.listTags(repository);
    assert.ok(first.ok);
    await registry.listTags(repository, { ...first.value, listedFullAt: clock.now() });
    await registry.resolve(repository, "1.3", kind.digestOf(path, "1.3"));
    const toApi = http.sent.filter((request) => request.url.startsWith(apiOf[name]));
    assert.equal(toApi.length, 2);
    assert.deepEqual(toApi.map((request) => request.headers.get("Authorization")), [null, null]);
  });

  Deno.test(`${name}: a registry in its place has no such API`, async () => {
    const other = name === "hub" ? "registry-1.docker.io" : "quay.io";
    const conf = `[[registry]]\nprefix = "${name === "hub" ? "docker.io" : other}"\nlocation = "mirror.example"\n`;
    const http = appHttp({ "https://mirror.example": () => Response.json({ tags: ["1"] }) });
    const { registry, clock } = testRegistry(http, { conf });
    const repository = repositoryOf(name === "hub" ? path : `quay.io/${path}`);
    const listed = await registry.listTags(repository, { tags: ["1"], cursor: null, listedFullAt: clock.now() });
    assert.ok(listed.ok && listed.value.full);
    assert.ok(http.lines.every((line) => line.startsWith("GET https://mirror.example/v2/team/app/tags/list")));
  });

  Deno.test(`${name}: a server's clock that is hours behind ours loses no new tag`, async () => {
    const made = setting(name);
    const known = await warmUp(made);
    made.kind.push(path, "1.250", testNow - 5 * hour);
    assert.ok((await list(made, known)).tags.includes("1.250"));
  });
}

Deno.test("hub: a tag without a digest of its own gives no fact", async () => {
  const made = setting("hub", { withoutDigest: ["1.249"] });
  const listed = await list(made, await warmUp(made));
  assert.equal(listed.facts.has("1.249"), false);
  assert.equal(listed.facts.has("1.248"), true);
});

Deno.test("hub: requests are counted under the API's own name", async () => {
  const made = setting("hub");
  await list(made, await warmUp(made));
  const counts = made.registry.requests().map(({ host, requests }) => [host, requests]);
  assert.deepEqual(counts, [["docker.io", 3], ["hub.docker.com", 1]]);
});

Deno.test("hub: a limit that asks to wait until a time pauses the API and not the registry", async () => {
  const until = Math.floor((testNow + 3 * hour) / 1000);
  let limited = true;
  const api = () => limited ? new Response("{}", { status: 429, headers: { "X-Retry-After": String(until) } }) : null;
  const made = setting("hub", { api });
  const known = await warmUp(made);
  assert.equal((await list(made, known)).full, true);
  assert.equal((await list(made, known)).full, true);
  assert.equal(asked(made, apiOf.hub).length, 1);
  assert.equal(made.profiles.get("docker.io")?.pausedUntil, null);
  limited = false;
  made.clock.advance(2 * hour);
  assert.equal((await list(made, known)).full, false);
});

Deno.test("hub: an answer that spends the last of the limit is used, and the next waits for the window", async () => {
  const reset = String(Math.floor((testNow + 2 * hour) / 1000));
  const kind = dockerHub({ [path]: tags });
  const hub = kind.handlers["https://hub.docker.com"] ?? assert.fail();
  const http = appHttp({
    ...kind.handlers,
    async "https://hub.docker.com"(request) {
      const answer = await hub(request);
      answer.headers.set("X-RateLimit-Remaining", "0");
      answer.headers.set("X-RateLimit-Reset", reset);
      return answer;
    },
  });
  const made: Setting = { kind, repository: repositoryOf(path), ...testRegistry(http) };
  const known = await warmUp(made);
  assert.equal((await list(made, known)).full, false);
  assert.equal((await list(made, known)).full, true);
  assert.equal(asked(made, apiOf.hub).length, 1);
});

Deno.test("hub: a list that is too large is kept up to date by the API, and tried whole once a day", async () => {
  const made = setting("hub");
  const known = await warmUp(made);
  const large = Array.from({ length: 500_001 }, (_, index) => index.toString(36));
  let tries = 0;
  const http = appHttp({
    ...made.kind.handlers,
    "https://registry-1.docker.io": () => {
      tries++;
      return Response.json({ tags: large });
    },
  });
  const next = { ...made, ...testRegistry(http, { clock: made.clock }) };
  made.clock.advance(24 * hour);
  made.kind.push(path, "9.9", made.clock.now() - hour);
  const first = await list(next, known);
  assert.equal(first.full, false);
  assert.ok(first.tags.includes("9.9"));
  const kept = { tags: first.tags, cursor: first.cursor, listedFullAt: known.listedFullAt };
  made.clock.advance(hour);
  const second = await list(next, kept);
  assert.equal(tries, 1);
  made.clock.advance(24 * hour);
  assert.equal((await list(next, { ...kept, cursor: second.cursor })).full, false);
  assert.equal(tries, 2);

  const cold = await next.registry.listTags(next.repository);
  assert.equal(!cold.ok && cold.failure.code, "registry.too_large");
  assert.match(!cold.ok ? cold.failure.cure ?? "" : "", /by digest, or exclude/);
});
