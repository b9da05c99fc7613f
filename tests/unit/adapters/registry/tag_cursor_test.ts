// GHCR's lists gone on with at their end: what is asked, what is believed, and what makes the whole list be read.
import assert from "node:assert/strict";
import { formatRepository, type Repository } from "../../../../src/core/model/reference.ts";
import type { KnownTags, TagList } from "../../../../src/core/ports/registry.ts";
import type { HostProfile } from "../../../../src/core/ports/store.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { distribution2 } from "../../../fakes/registry_kinds/distribution2.ts";
import { distribution3 } from "../../../fakes/registry_kinds/distribution3.ts";
import { ghcr, type GhcrOptions } from "../../../fakes/registry_kinds/ghcr.ts";
import { zot } from "../../../fakes/registry_kinds/zot.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const path = "team/app";
const app = repositoryOf("ghcr.io/team/app");
const hour = 3_600_000;

/** 1.0 ... 1.2500: three pages, not in the order of the names. */
const many = Array.from({ length: 2500 }, (_, index) => `1.${index}`);

function setting(tags: readonly string[] = many, options: GhcrOptions = {}, profiles = new Map<string, HostProfile>()) {
  const kind = ghcr({ [path]: tags }, options);
  return { kind, ...testRegistry(appHttp(kind.handlers), { profiles }) };
}

type Setting = ReturnType<typeof setting>;

async function list({ registry }: Setting, known: KnownTags | null, repository: Repository = app): Promise<TagList> {
  const listed = await registry.listTags(repository, known);
  assert.ok(listed.ok, `${formatRepository(repository)}: ${JSON.stringify(listed)}`);
  return listed.value;
}

/** What a caller keeps of a list. */
function keep({ clock }: Setting, listed: TagList, before: KnownTags | null = null): KnownTags {
  const listedFullAt = listed.full || before === null ? clock.now() : before.listedFullAt;
  return { tags: listed.tags, cursor: listed.cursor, listedFullAt };
}

/** A first list, then an hour. */
async function warmUp(made: Setting): Promise<KnownTags> {
  const known = keep(made, await list(made, null));
  made.clock.advance(hour);
  made.kind.forget();
  return known;
}

function lists({ kind }: Setting): readonly string[] {
  return kind.lines.filter((line) => line.includes("/tags/list")).map((line) => line.split("?")[1] ?? "");
}

Deno.test("a list of GHCR costs one short page when nothing is new", async () => {
  const made = setting();
  const known = await warmUp(made);
  assert.equal(known.cursor, "1.2498 1.2499");
  const listed = await list(made, known);
  assert.deepEqual(lists(made), ["n=1000&last=1.2498"]);
  assert.deepEqual(listed, { tags: many, dropped: 0, full: false, cursor: "1.2498 1.2499", facts: new Map() });
  assert.equal(made.profiles.get("ghcr.io")?.tagCursor, "works");
});

Deno.test("new tags are joined, and the next call goes on behind them", async () => {
  const made = setting();
  let known = await warmUp(made);
  made.kind.push(path, "1.2500");
  let listed = await list(made, known);
  assert.deepEqual(listed.tags, [...many, "1.2500"]);
  assert.equal(listed.full, false);
  known = keep(made, listed, known);
  made.clock.advance(hour);
  for (let index = 2501; index < 2504; index++) made.kind.push(path, `1.${index}`);
  listed = await list(made, known);
  assert.deepEqual(listed.tags.slice(-4), ["1.2500", "1.2501", "1.2502", "1.2503"]);
  assert.deepEqual(lists(made), ["n=1000&last=1.2498", "n=1000&last=1.2499"]);
});

Deno.test("more than a page of new tags is followed by its Links", async () => {
  const made = setting();
  const known = await warmUp(made);
  for (let index = 2500; index < 4000; index++) made.kind.push(path, `1.${index}`);
  const listed = await list(made, known);
  assert.equal(listed.tags.length, 4000);
  assert.equal(lists(made).length, 2);
});

Deno.test("lscr.io goes on at GHCR", async () => {
  const made = setting();
  const lscr = repositoryOf("lscr.io/team/app");
  const known = keep(made, await list(made, null, lscr));
  made.kind.forget();
  assert.equal((await list(made, known, lscr)).full, false);
  assert.equal(lists(made).length, 1);
});

Deno.test("the whole list is read again after a day, and shows what is gone", async () => {
  const made = setting();
  const known = await warmUp(made);
  made.kind.remove(path, "1.7");
  made.clock.advance(22 * hour);
  assert.ok((await list(made, known)).tags.includes("1.7"));
  made.clock.advance(hour);
  made.kind.forget();
  const listed = await list(made, known);
  assert.equal(listed.full, true);
  assert.ok(!listed.tags.includes("1.7"));
  assert.deepEqual(lists(made), ["n=1000", "last=1.1000&n=1000", "last=1.2000&n=1000"]);
});

Deno.test("a time ahead of the clock counts as none", async () => {
  const made = setting();
  const known = await warmUp(made);
  assert.equal((await list(made, { ...known, listedFullAt: made.clock.now() + hour })).full, true);
});

Deno.test("a tag that is gone from the end makes the whole list be read, and says nothing of the host", async (t) => {
  for (const gone of ["1.2498", "1.2499"]) {
    for (const last of ["works", "ignored", "refused"] as const) {
      await t.step(`${gone}, unknown last ${last}`, async () => {
        const made = setting(many, { last });
        const known = await warmUp(made);
        made.kind.remove(path, gone);
        made.kind.push(path, "1.2500");
        const listed = await list(made, known);
        assert.equal(listed.full, true);
        assert.ok(listed.tags.includes("1.2500") && !listed.tags.includes(gone));
        assert.notEqual(made.profiles.get("ghcr.io")?.tagCursor, "broken");
      });
    }
  }
});

Deno.test("a few tags that were pushed again and moved to the end are borne", async () => {
  const made = setting([...many, "latest"]);
  const known = await warmUp(made);
  assert.equal(known.cursor, "1.2499 latest");
  made.kind.remove(path, "latest");
  made.kind.push(path, "1.2500");
  made.kind.push(path, "latest");
  const listed = await list(made, known);
  assert.equal(listed.full, false);
  assert.deepEqual(listed.tags.slice(-3), ["1.2499", "latest", "1.2500"]);
  assert.equal(listed.cursor, "1.2500 latest");
});

Deno.test("a registry that ignores last is found out by its first page, and not asked so again", async () => {
  const made = setting();
  const known = await warmUp(made);
  const ignoring = testRegistry(
    appHttp({
      "https://ghcr.io": (request) => {
        const url = new URL(request.url);
        // Without a cursor of ours its own Links lead on all the same.
        if (url.searchParams.get("last") === "1.2498") url.searchParams.delete("last");
        return (made.kind.handlers["https://ghcr.io"] ?? assert.fail())(new Request(url, request));
      },
    }),
    { profiles: made.profiles, clock: made.clock },
  );
  const first = await ignoring.registry.listTags(app, known);
  assert.ok(first.ok && first.value.full && first.value.cursor === null);
  assert.deepEqual(lists(made), ["n=1000", "n=1000", "last=1.999&n=1000", "last=1.1999&n=1000"]);
  assert.equal(made.profiles.get("ghcr.io")?.tagCursor, "broken");
  assert.ok(ignoring.log.some((line) => line.includes("registry.cursor_broken")));
  made.kind.forget();
  const second = await ignoring.registry.listTags(app, known);
  assert.ok(second.ok && second.value.full);
  assert.deepEqual(lists(made)[0], "n=1000");
});

Deno.test("new tags in the midst of a whole list show that the host is not oldest first", async () => {
  const made = setting();
  const known = await warmUp(made);
  const without = { ...known, tags: known.tags.filter((tag) => tag !== "1.1200") };
  made.clock.advance(24 * hour);
  const listed = await list(made, without);
  assert.ok(listed.full && listed.cursor === null);
  assert.equal(made.profiles.get("ghcr.io")?.tagCursor, "broken");
});

Deno.test("no cursor is given where it saves nothing or cannot be trusted", async (t) => {
  const padded = Array.from({ length: 1500 }, (_, index) => `v${String(index).padStart(5, "0")}`);
  const mixed = padded.map((tag, index) => index % 2 === 0 ? tag : tag.toUpperCase());
  const cases: Readonly<Record<string, readonly string[]>> = {
    "one page": many.slice(0, 900),
    "by name": padded,
    "by name, whatever the case": mixed,
  };
  for (const [name, tags] of Object.entries(cases)) {
    await t.step(name, async () => {
      const made = setting(tags);
      assert.equal((await list(made, null)).cursor, null);
    });
  }
});

Deno.test("no other registry is asked for what stands behind a tag", async () => {
  const kinds = [
    [zot({ [path]: many }, 1000), "zot.example"],
    [distribution2({ [path]: many }), "registry2.example"],
    [distribution3({ [path]: many }), "registry3.example"],
  ] as const;
  for (const [kind, host] of kinds) {
    const { registry, clock } = testRegistry(appHttp(kind.handlers));
    const repository = repositoryOf(`${host}/team/app`);
    const first = await registry.listTags(repository);
    assert.ok(first.ok && first.value.cursor === null);
    const begun = kind.forget();
    const known = { tags: first.value.tags, cursor: "1.2498 1.2499", listedFullAt: clock.now() };
    const second = await registry.listTags(repository, known);
    assert.ok(second.ok && second.value.full);
    assert.equal(kind.lines.length, begun);
  }
});

Deno.test("a registry in GHCR's place is not GHCR", async () => {
  const kind = distribution3({ [path]: many });
  const conf = '[[registry]]\nprefix = "ghcr.io"\nlocation = "registry3.example"\n';
  const { registry, clock } = testRegistry(appHttp(kind.handlers), { conf });
  const known = { tags: many, cursor: "1.2498 1.2499", listedFullAt: clock.now() };
  const listed = await registry.listTags(app, known);
  assert.ok(listed.ok && listed.value.full);
  assert.ok(kind.lines[0]?.endsWith("?n=1000"));
});

Deno.test("a failure behind the cursor is a failure, not a reason for more requests", async () => {
  const made = setting();
  const known = await warmUp(made);
  const http = appHttp({ "https://ghcr.io": () => new Response("", { status: 503 }) });
  const failed = await testRegistry(http, { clock: made.clock }).registry.listTags(app, known);
  assert.equal(!failed.ok && failed.failure.code, "registry.unavailable");
  assert.ok(http.lines.every((line) => line.includes("last=")));
});

Deno.test("hostile cursors are none", async () => {
  const made = setting(many.slice(0, 5));
  for (const cursor of ["", " ", "a", "a b c", "../x y", "a\nb c", `${"x".repeat(200)} y`, "1768910400000"]) {
    made.kind.forget();
    const listed = await list(made, { tags: many.slice(0, 5), cursor, listedFullAt: made.clock.now() });
    assert.ok(listed.full, cursor);
    assert.deepEqual(lists(made).filter((line) => line.includes("last=")), []);
  }
});

Deno.test("a profile of an older magos, without the field, is no obstacle", async () => {
  const made = setting();
  const known = await warmUp(made);
  const { tagCursor: _, ...old } = made.profiles.get("ghcr.io") ?? assert.fail();
  const next = setting(many, {}, new Map([["ghcr.io", old]]));
  next.clock.advance(2 * hour);
  assert.equal((await list(next, known)).full, false);
  assert.equal(next.profiles.get("ghcr.io")?.tagCursor, "works");
});
