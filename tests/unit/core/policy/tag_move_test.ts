import assert from "node:assert/strict";
import { parsePlatform, type Platform } from "../../../../src/core/model/platform.ts";
import { hasSameImages, readMove, type TagHistory } from "../../../../src/core/policy/tag_move.ts";
import type { Content } from "../../../../src/core/ports/registry.ts";
import type { Sighting } from "../../../../src/core/ports/store.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

function sighting(letter: string, firstSeen: number): Sighting {
  return { digest: digest(letter), firstSeen, pushedAt: null, origin: "resolve" };
}

function history(more: Partial<TagHistory>): TagHistory {
  return { tag: "1.2.3", digest: digest("b"), held: null, sightings: [], isChosen: true, ...more };
}

Deno.test("readMove() is null for a tag that has not moved as far as is known", () => {
  assert.equal(readMove(history({})), null);
  assert.equal(readMove(history({ held: digest("b") })), null);
  assert.equal(readMove(history({ sightings: [sighting("b", 1)] })), null);
  const older = [sighting("a", 1), sighting("b", 2)];
  assert.equal(readMove(history({ held: digest("b"), sightings: older })), null, "the file holds it already");
});

Deno.test("readMove() sees a move from the file's digest, and from what the tag was last seen at", () => {
  assert.deepEqual(readMove(history({ held: digest("a") })), { from: digest("a"), repushed: true, backTo: null });
  const seen = [sighting("a", 1), sighting("c", 2), sighting("b", 3)];
  assert.deepEqual(readMove(history({ sightings: seen })), { from: digest("c"), repushed: true, backTo: null });
  assert.equal(readMove(history({ tag: "latest", isChosen: false, sightings: seen }))?.repushed, false);
});

Deno.test("readMove() tells a tag that goes back to a digest that it had left, whatever its name", () => {
  const seen = [sighting("b", 1), sighting("a", 2)];
  for (const tag of ["1.2.3", "latest"]) {
    assert.deepEqual(readMove(history({ tag, held: digest("a"), sightings: seen }))?.backTo, seen[0], tag);
  }
});

function index(children: Readonly<Record<string, string>>): Content {
  return {
    digest: digest("f"),
    kind: "index",
    platforms: [],
    children: Object.entries(children).map(([name, letter]) => ({ platform: platform(name), digest: digest(letter) })),
    created: null,
    source: null,
    revision: null,
    version: null,
    notes: [],
    partial: false,
  };
}

function platform(name: string): Platform {
  const parsed = parsePlatform(name);
  assert.ok(parsed.ok);
  return parsed.value;
}

Deno.test("hasSameImages() compares the platforms of interest, or all", () => {
  const before = index({ amd64: "1", arm64: "2" });
  assert.equal(hasSameImages(before, index({ arm64: "2", amd64: "1" }), []), true, "their order says nothing");
  const other = index({ amd64: "1", arm64: "3" });
  assert.equal(hasSameImages(before, other, []), false);
  assert.equal(hasSameImages(before, other, [platform("amd64")]), true);
  assert.equal(hasSameImages(before, other, [platform("amd64"), platform("arm64")]), false);
  const more = index({ amd64: "1", arm64: "2", "arm/v7": "4" });
  assert.equal(hasSameImages(before, more, []), false);
  assert.equal(hasSameImages(before, more, [platform("amd64"), platform("arm64")]), true);
});

Deno.test("hasSameImages() concludes nothing from images that are not known", () => {
  const known = index({ amd64: "1" });
  assert.equal(hasSameImages(index({}), index({}), []), false);
  assert.equal(hasSameImages(index({}), known, []), false);
  assert.equal(hasSameImages(known, index({}), [platform("amd64")]), false);
  assert.equal(hasSameImages(known, known, [platform("riscv64")]), false);
});
