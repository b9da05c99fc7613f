// Readings of tags, row by row from the specification (loose versioning 1).
import assert from "node:assert/strict";
import { type Reading, readTag } from "../../../../../src/core/policy/loose/read_tag.ts";
import { wordTable } from "../../../../../src/core/policy/loose/words.ts";

/** Prints a reading the way the specification's table does: `prefix|core|rest`. */
function told(tag: string, moved: Parameters<typeof wordTable>[0] = {}): string | null {
  const table = wordTable(moved);
  assert.ok(table.ok);
  const reading = readTag(tag, table.value);
  return reading === null ? null : tell(reading);
}

function tell({ prefix, kind, parts, suffix }: Reading): string {
  const number = (numeral: readonly string[] | null): string => (numeral === null ? "" : ` ${numeral.join(".")}`);
  const rest = [
    ...suffix.prerelease.map((word) => `prerelease ${word.rank}${number(word.number)}`),
    ...(suffix.after === null ? [] : [`after${number(suffix.after)}`]),
    ...suffix.fix.map((fix) => `fix${number(fix)}`),
    ...suffix.build.map((build) => `build${build.label === "" ? "" : ` ${build.label}`}${number(build.number)}`),
    ...suffix.flavour.map((flavour) => `flavour ${flavour.name}${flavour.numbers.map(number).join("")}`),
    ...suffix.ids.map((id) => `id ${id.text}${id.order === null ? "" : " orders"}`),
  ];
  return [prefix, `${kind === "date" ? "date " : ""}${parts.join(".")}`, rest.join(", ")].join("|");
}

// The table of loose versioning 1; ranks are dev 0, alpha 1, beta 2, pre 3, rc 4.
const table: Readonly<Record<string, string>> = {
  "v2.5.0-rc.1-cuda": "|2.5.0|prerelease 4 1, flavour cuda",
  "release-6.0.4.10291": "release-|6.0.4.10291|",
  "RELEASE.2025-09-07T16-13-09Z.fips": "RELEASE.|date 2025.9.7.16.13.9|flavour fips",
  "v2024.10.22-7ca5933": "|2024.10.22|id 7ca5933",
  "amd64-4.9.3.0-ls12": "amd64-|4.9.3.0|build ls 12",
  "2026.4.0.dev202603010225": "|2026.4.0|prerelease 0 202603010225",
  "12.4.0-18024316531-ubuntu": "|12.4.0|flavour ubuntu, id 18024316531 orders",
  "v20250101-v2.14.0": "|date 2025.1.1|build 2.14.0",
  "pr-123": "pr-|123|",
  "server-b4567": "server-b|4567|",
  "14-vectorchord0.4.3": "|14|flavour vectorchord 0.4.3",
};
for (const [tag, expected] of Object.entries(table)) {
  Deno.test(`readTag() reads ${tag} as the specification's table does`, () => assert.equal(told(tag), expected));
}

Deno.test("readTag() finds no version where the specification names none", () => {
  const none =
    "latest release stable nightly main-cuda sha-7ca5933 64v8 1a2b3c4 9.9p2 main-1a2b3c4-17 1234567 v1234567 " +
    "release-9f8e7d6 build-18024316531 1.2. 1.2.3x 1.2.0b";
  for (const tag of none.split(" ")) assert.equal(told(tag), null, tag);
});

Deno.test("readTag() ends a core where a prerelease word fills the rest of its word", () => {
  const ends: Readonly<Record<string, string>> = {
    "2026.3.0b0": "|2026.3.0|prerelease 2 0",
    "32.0.0rc4": "|32.0.0|prerelease 4 4",
    "1.2.0rc.1": "|1.2.0|prerelease 4 1",
    "1.2.0beta-2-slim": "|1.2.0|prerelease 2 2, flavour slim",
    "5.2.0beta1_v2.0.12-ls406": "|5.2.0|prerelease 2 1, build 2.0.12, build ls 406",
    "17b1": "|17|prerelease 2 1",
  };
  for (const [tag, expected] of Object.entries(ends)) assert.equal(told(tag), expected, tag);
});

Deno.test("readTag() prefers the core at the start, then most parts, then the first", () => {
  const chosen: Readonly<Record<string, string>> = {
    "14-1.2.3": "|14|build 1.2.3",
    "v14-1.2.3": "|14|build 1.2.3",
    "V14-1.2.3": "|14|build 1.2.3",
    "b14-1.2.3": "b14-|1.2.3|",
    "cuda-12.4-0.3": "cuda-|12.4|build 0.3",
    "cuda12.4-1.2.3": "cuda12.4-|1.2.3|",
    "nightly-20250901": "nightly-|date 2025.9.1|",
    "build-2025-09-07": "build-|date 2025.9.7|",
    "build-2025-09-07-1.2.3.4": "build-2025-09-07-|1.2.3.4|",
    "release.6.0": "release.|6.0|",
    "1.2.rc3": "|1.2|prerelease 4 3",
  };
  for (const [tag, expected] of Object.entries(chosen)) assert.equal(told(tag), expected, tag);
});

Deno.test("readTag() keeps the letters of the core's word in the prefix, but for a lone v", () => {
  const prefixes: Readonly<Record<string, string>> = {
    "v1.2": "|1.2|",
    "V1.2": "|1.2|",
    "release-v4.3.9": "release-|4.3.9|",
    "rev4.3": "rev|4.3|",
    "vv1.2": "vv|1.2|",
    "v.1.2": "v.|1.2|",
    "version-2.1": "version-|2.1|",
  };
  for (const [tag, expected] of Object.entries(prefixes)) assert.equal(told(tag), expected, tag);
});

Deno.test("readTag() reads dates in every form, and only dates that exist", () => {
  const dates: Readonly<Record<string, string | null>> = {
    "2025-09-07": "|date 2025.9.7|",
    "v2025-09-07": "|date 2025.9.7|",
    "2025-09-07Z": "|date 2025.9.7|",
    "2025-09-07T16-13": "|date 2025.9.7.16.13|",
    "2025-09-07_1613": "|date 2025.9.7.16.13|",
    "2025-09-07-161309": "|date 2025.9.7.16.13.9|",
    "2025-09-07-12345": "|date 2025.9.7|build 12345",
    "2025-09-07-ab12cd3": "|date 2025.9.7|id ab12cd3",
    "20250907": "|date 2025.9.7|",
    "2025090716": "|date 2025.9.7.16|",
    "202509071613": "|date 2025.9.7.16.13|",
    "20250907161309": "|date 2025.9.7.16.13.9|",
    "19900101": "|date 1990.1.1|",
    "20991231": "|date 2099.12.31|",
    "19891231": null,
    "21000101": null,
    "20251301": null,
    "20250001": null,
    "20250132": null,
    "20250100": null,
    "2025090716130": null,
    "20250907.1": "|20250907.1|",
    "2025.9.7": "|2025.9.7|",
    "2025-13-07": "|2025|build 13, build 7",
  };
  for (const [tag, expected] of Object.entries(dates)) assert.equal(told(tag), expected, tag);
});

Deno.test("readTag() ignores what follows a plus", () => {
  assert.equal(told("1.2.3-rc1+build.5"), "|1.2.3|prerelease 4 1");
  assert.equal(told("1.2.3+rc1-alpine"), "|1.2.3|");
});

Deno.test("readTag() reads numbers of any size without leading zeros", () => {
  const huge = "9".repeat(60);
  assert.equal(told(`1.${huge}`), `|1.${huge}|`);
  assert.equal(told("2025.08.000"), "|2025.8.0|");
});

Deno.test("readTag() lets a policy move words", () => {
  assert.equal(told("1.2-dev"), "|1.2|prerelease 0");
  assert.equal(told("1.2-dev", { flavour: ["dev"] }), "|1.2|flavour dev");
  assert.equal(told("1.2-b3", { build: ["b"] }), "|1.2|build b 3");
  assert.equal(told("1.2-b", { build: ["b"] }), "|1.2|build b");
  assert.equal(told("1.2-zeta2", { prerelease: ["zeta"] }), "|1.2|prerelease 0 2");
  assert.equal(told("1.2dev", { flavour: ["dev"] }), null);
});
