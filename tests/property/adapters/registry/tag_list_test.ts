// Lists that are brought up to date hold what a whole list would, whatever was pushed and moved in between.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readTagPage } from "../../../../src/adapters/registry/tag_page.ts";
import { formatCursor, parseCursor } from "../../../../src/adapters/registry/tag_cursor.ts";
import { dockerHubApi } from "../../../../src/adapters/registry/side_api/docker_hub_api.ts";
import { quayApi } from "../../../../src/adapters/registry/side_api/quay_api.ts";
import { formatSideMark, parseSideMark } from "../../../../src/adapters/registry/side_api/side_mark.ts";
import { isTag } from "../../../../src/core/model/reference.ts";
import type { KnownTags } from "../../../../src/core/ports/registry.ts";
import type { HostProfile } from "../../../../src/core/ports/store.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { dockerHub } from "../../../fakes/registry_kinds/docker_hub.ts";
import { ghcr } from "../../../fakes/registry_kinds/ghcr.ts";
import { quay } from "../../../fakes/registry_kinds/quay.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const path = "team/app";
const hour = 3_600_000;
const tag = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,6}$/);
/** Hours with pushes of old and new tags; no deletions, which only a whole list shows. */
const hours = fc.array(fc.array(tag, { maxLength: 130, size: "max" }), { minLength: 1, maxLength: 6 });
const first = fc.uniqueArray(tag, { minLength: 1, maxLength: 250, size: "max" });

/** Small pages, so that GHCR's lists take more than one and are gone on with. */
const smallPages: HostProfile = {
  auth: "unknown",
  realm: null,
  service: null,
  pageCap: 100,
  headDigest: true,
  pausedUntil: null,
  quota: null,
};

const kinds = {
  "ghcr.io": (tags: readonly string[]) => ghcr({ [path]: tags }),
  "docker.io": (tags: readonly string[]) => dockerHub({ [path]: tags }),
  "quay.io": (tags: readonly string[]) => quay({ [path]: tags }),
};

for (const [host, make] of Object.entries(kinds)) {
  Deno.test(`listTags() misses no tag of ${host} while it asks only for what is new`, async () => {
    let joined = 0;
    await fc.assert(
      fc.asyncProperty(first, hours, async (tags, pushes) => {
        const kind = make(tags);
        const made = testRegistry(appHttp(kind.handlers), { profiles: new Map([[host, smallPages]]) });
        const repository = repositoryOf(`${host}/${path}`);
        let known: KnownTags | null = null;
        for (const [index, names] of [[], ...pushes].entries()) {
          for (const name of names) kind.push(path, name, testNow + index * hour - hour / 2);
          made.clock.advance(index === 0 ? 0 : hour);
          const listed = await made.registry.listTags(repository, known);
          assert.ok(listed.ok, JSON.stringify(listed));
          assert.deepEqual([...listed.value.tags].sort(), [...kind.tags(path) ?? []].sort());
          for (const [name, fact] of listed.value.facts) assert.equal(fact.digest, kind.digestOf(path, name));
          const listedFullAt: number = listed.value.full ? made.clock.now() : known?.listedFullAt ?? NaN;
          known = { tags: listed.value.tags, cursor: listed.value.cursor, listedFullAt };
          if (!listed.value.full) joined++;
        }
      }),
      { numRuns: 60 },
    );
    assert.ok(joined > 0, "no list was brought up to date");
  });
}

Deno.test("cursors come back as they were written, and any other text is none", () => {
  fc.assert(fc.property(tag, tag, (anchor, tail) => {
    assert.deepEqual(parseCursor(formatCursor({ anchor, tail })), { anchor, tail });
  }));
  const time = fc.nat({ max: 2 ** 31 });
  fc.assert(fc.property(time, fc.option(time), (mark, largeSince) => {
    assert.deepEqual(parseSideMark(formatSideMark({ mark, largeSince })), { mark, largeSince });
  }));
  fc.assert(fc.property(fc.string(), (text) => {
    const cursor = parseCursor(text);
    assert.ok(cursor === null || (isTag(cursor.anchor) && isTag(cursor.tail)));
    parseSideMark(text);
  }));
});

Deno.test("no JSON makes the readers of lists throw or give what is no tag", () => {
  fc.assert(fc.property(fc.json(), (json) => {
    readTagPage(new TextEncoder().encode(json));
    for (const api of [dockerHubApi, quayApi]) {
      const value: unknown = JSON.parse(json);
      for (const shown of api.readPage(value)?.tags ?? []) assert.ok(isTag(shown.name));
      assert.ok(api.readTag(value, "1.0")?.name !== "");
    }
  }));
});
