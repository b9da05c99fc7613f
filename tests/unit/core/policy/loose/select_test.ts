// The worked examples, the reasons and the other selectors (loose versioning 6 and 7).
import assert from "node:assert/strict";
import { selectLoose } from "../../../../../src/core/policy/loose/select.ts";
import { answerFrom, aRule, reasonsFrom, selectFrom } from "./a_rule.ts";

// Loose versioning 7: current, range, tags, answer.
const minio = "RELEASE.2025-10-15T17-29-55Z";
const examples: readonly (readonly [number, string | null, string | null, string, string | null])[] = [
  [1, "1.37", ">=1.30", "latest 1 1.9 1.37.0 1.38 1.38.0 1.38.0-musl", "1.38"],
  [2, "3.2.3.0", ">=3", "1.28.5 3.2.9.0 3.2.11.0 3.2.11.0-full 3.3.0.0-BETA1", "3.2.11.0"],
  [3, "v2.4.1-cuda", ">=1.0.0", "v2.11.0 v2.11.0-cuda v2.11.0-rocm v2.12.0-rc.2-cuda release-cuda", "v2.11.0-cuda"],
  [
    4,
    "2.5.2-alpine",
    "^2",
    "2.10.2 2.10-alpine 2.10.2-alpine 2.10.2-builder-alpine 2.11.0-beta.1-alpine",
    "2.10.2-alpine",
  ],
  [5, "7.2.5-alpine3.20", "^7", "7.4.1-alpine 7.4.1-alpine3.21 7.4.2-alpine3.19 7.4.1-bookworm", "7.4.1-alpine3.21"],
  [6, "2026.1.2", ">=2024.0.0", "2026.1.3 2026.2 2026.2.1 2026.3.0b0 2026.4.0.dev202603010225 stable", "2026.2.1"],
  [7, "2025.08.0", ">=2025", "2025.8.1 2025.10.0 v5.8.1", "2025.10.0"],
  [
    8,
    "release-6.0.4.10291",
    null,
    "release release-6.0.4.9999 release-6.0.5.10300 release-9f8e7d6 nightly-6.1.0.10400",
    "release-6.0.5.10300",
  ],
  [9, "release-5.1.4", null, "release-5.1.4-1 release-5.1.4-r1 release-v4.3.9 release-5.0.9", "release-5.1.4"],
  [
    10,
    "RELEASE.2025-09-07T16-13-09Z",
    null,
    `${minio} ${minio}.fips ${minio}-cpuv1 RELEASE.2025-11-01T00-00-00Z.hotfix.1a2b3c4`,
    minio,
  ],
  [
    11,
    "v2024.10.22-7ca5933",
    ">=2024",
    "v2024.5.13-a0bc346 v2025.7.18-a0bc346 2025.7.18-a0bc346 sha-a0bc346",
    "v2025.7.18-a0bc346",
  ],
  [
    12,
    "4.9.3.0-ls99",
    ">=4.0.0",
    "4.9.3 4.9.3.0 4.9.3.0-ls132 amd64-4.9.4.0-ls140 version-4.9.4.0",
    "4.9.3.0-ls132",
  ],
  [
    13,
    "5.1.2_v2.0.11-ls401",
    null,
    "5.1.4_v2.0.12-ls405 5.1.4-r1-ls405 5.2.0beta1_v2.0.12-ls406",
    "5.1.4_v2.0.12-ls405",
  ],
  [
    14,
    "12.3.1",
    ">=10",
    "12.3.0-security-02 12.3.1-security-01 12.3.1-ubuntu 12.4.0-18024316531",
    "12.3.1-security-01",
  ],
  [15, "0.13.0-rc0", ">=0.1.0", "0.13.0-rc1 0.13.0-rc1-rocm 0.14.0-rc0", "0.13.0-rc1"],
  [15, "0.13.0-rc0", ">=0.1.0", "0.13.0-rc1 0.13.0-rc1-rocm 0.14.0-rc0 0.13.0", "0.13.0"],
  [16, "14-vectorchord0.4.3", null, "14-vectorchord0.5.0 15-vectorchord0.5.0", "14-vectorchord0.4.3"],
  [17, "1.4.2", "<2", "1 1.5 v2 1.5.0 1.5.0-SNAPSHOT 1.5.1-pr-77", "1.5.0"],
  [18, "10.10.7", "10.x", "10 10.11.0 10.11.0-rc8 2025092202 10.10.7.20250405-225119", "10.11.0"],
  [19, "v1.9.0", ">=0.1.0", "1.10.0 v1.10.0 v1.10 sha-4fd2ab1 pr-5821 v2.0.0-beta2", "v1.10.0"],
  [20, "2.0.330", ">=2.0.300-0", "2.0.330-9-gc1cfb6864 2.0.330-63-gab12cd34e", "2.0.330-63-gab12cd34e"],
  [20, "2.0.330", ">=2.0.300", "2.0.330-9-gc1cfb6864 2.0.330-63-gab12cd34e", "2.0.330"],
  [21, "1.9.9", ">=1.0.0-0 <2", "1.9.10-beta.2 2.0.0-rc.1", "1.9.10-beta.2"],
  [22, "nightly-20250901", null, "nightly nightly-20250907 nightly-20250907-ab12cd3 1.2.3", "nightly-20250907"],
  [23, null, null, "latest 1 1.4 v2 1.4.2 v2.0.0 v2.0.0-rc1 v2.1.0-alpine", "v2.0.0"],
  [24, null, null, "16 17 17.6 18 18.1 18-alpine 9.6.24", "18.1"],
  [25, null, "3.12.*", "3.9.1-1 3.12.0-1 3.12.0-2 build", "3.12.0-2"],
  [26, null, null, "1.0.0-alpine 1.1.0-slim latest", null],
  [27, null, null, "main pr-12 pr-13 sha-7ca5933 latest", null],
];
for (const [number, current, range, tags, answer] of examples) {
  Deno.test(`selectLoose() answers ${answer} in worked example ${number} (${tags.length})`, () => {
    assert.equal(answerFrom(tags, current, { range }), answer);
  });
}

Deno.test("selectLoose() notes the other shapes of worked examples 9 and 16", () => {
  assert.match(
    selectFrom("release-5.1.4-1 release-5.1.4-r1 release-5.0.9", "release-5.1.4").notes[0] ?? "",
    /-r1 .*-1 /,
  );
  assert.match(selectFrom("14-vectorchord0.5.0 15-vectorchord0.5.0", "14-vectorchord0.4.3").notes[0] ?? "", /^15-/);
});

Deno.test("selectLoose() gives each tag the first reason that applies", () => {
  const current = "v1.2.0-ls5";
  const tags = {
    "sha256-abc.sig": "noise",
    "sha512-abc": "noise",
    ["1".repeat(129)]: "noise",
    "v1.3.0-ls1-windows": "excluded",
    "1.4.0-ls1": "excluded",
    "x-1.3.0-ls1": "filter",
    "vlatest": "not-a-version",
    "v1.3.0-rc1": "prerelease",
    "v0.9.0-ls1": "range",
    "v1.3.0-1-cuda-ls1-7ca5933": "shape.flavour",
    "v20250907": "range",
    "v1.3": "shape.parts",
    "v1.3.0-cuda": "shape.flavour",
    "v1.3.0": "shape.build",
    "v1.3.0-ls1-7ca5933": "shape.id",
    "v1.1.0-ls9": "not-newer",
    "v1.2.0-ls5": "not-newer",
    "v1.3.0-ls1": "lower",
    "v1.3.0-ls2": "selected",
  };
  const changes = { range: ">=1 <2000", filter: "^v", exclusions: ["windows$"], skip: ["1.4.0-ls1"] };
  assert.deepEqual(reasonsFrom(Object.keys(tags).join(" "), current, changes), tags);
  assert.deepEqual(reasonsFrom("release-1.3 20250907", "1.2"), {
    "release-1.3": "shape.prefix",
    "20250907": "shape.kind",
  });
});

Deno.test("selectLoose() maps reasons to the verdicts of the contracts", () => {
  const tags = "sha256-a w1.3 1.2-skip x latest 1.3-rc1 0.9 1.3-slim 1.1 1.2 1.3 1.4";
  const changes = { range: ">=1", exclusions: ["^w"], skip: ["1.2-skip"], filter: "[^x]" };
  const verdicts = Object.fromEntries(selectFrom(tags, "1.2", changes).tags.map(({ tag, verdict }) => [tag, verdict]));
  assert.deepEqual(verdicts, {
    "sha256-a": "excluded",
    "w1.3": "excluded",
    "1.2-skip": "skipped",
    "x": "unmatched",
    "latest": "unparsable",
    "1.3-rc1": "prerelease",
    "0.9": "out-of-range",
    "1.3-slim": "other-flavour",
    "1.1": "below",
    "1.2": "current",
    "1.3": "candidate",
    "1.4": "selected",
  });
});

Deno.test("selectLoose() drops repeated and empty tags", () => {
  const { tags } = selectFrom("1.3  1.3 1.2 1.3", "1.2");
  assert.deepEqual(tags.map(({ tag }) => tag), ["1.3", "1.2"]);
});

Deno.test("selectLoose() reads core and suffix from the extracted text, the shape from the tag", () => {
  const extracting = { filter: "^main-[a-f0-9]+-(?P<n>[0-9.]+)$", extract: "$n" };
  assert.equal(
    answerFrom("main-1a2b3c4-9 main-2b3c4d5-17 main-3c4d5e6-x", "main-0a1b2c3-8", extracting),
    "main-2b3c4d5-17",
  );
  assert.equal(selectFrom("main-1a2b3c4-9", null, extracting).tags[0]?.key, "9");
  assert.equal(selectFrom("1.3", "1.2").tags[0]?.key, null, "no key where nothing is extracted");

  const flavoured = { filter: "^(?P<v>[0-9.]+)(-cuda)?$", extract: "$v" };
  assert.deepEqual(reasonsFrom("1.3 1.3-cuda", "1.2-cuda", flavoured), {
    "1.3": "shape.flavour",
    "1.3-cuda": "selected",
  });

  const built = { filter: "^release-([0-9]+\\.[0-9]+\\.[0-9]+)\\.[0-9]+$", extract: "$1" };
  assert.equal(answerFrom("release-4.0.16.2944 release-4.0.16.2946", null, built), "release-4.0.16.2946", "both stay");
  assert.equal(
    answerFrom("release-4.0.16.2946", "release-4.0.16.2944", built),
    "release-4.0.16.2944",
    "equal is not newer",
  );
  assert.equal(answerFrom("release-4.0.17.2946", "release-4.0.16.2944", built), "release-4.0.17.2946");
  assert.equal(reasonsFrom("a1", null, { filter: "^(.)", extract: "$1" })["a1"], "not-a-version");
});

Deno.test("selectLoose() orders numbers part by part and drops what is none", () => {
  const numerical = { kind: "numerical" } as const;
  assert.equal(answerFrom("1.9 1.37 latest", null, numerical), "1.37");
  assert.equal(answerFrom("1.9 1.37", null, { ...numerical, order: "desc" }), "1.9");
  assert.deepEqual(reasonsFrom("7 v8 8x 1..2", null, numerical), {
    "7": "selected",
    "v8": "not-a-version",
    "8x": "not-a-version",
    "1..2": "not-a-version",
  });
  assert.equal(answerFrom(`9007199254740993 9007199254740992`, null, numerical), "9007199254740993");
  assert.equal(answerFrom("1700000001 1699999999", "1700000000", numerical), "1700000001");
  assert.equal(answerFrom("1699999999", "1700000000", numerical), "1700000000");
  assert.equal(answerFrom("1699999999", "1700000000", { ...numerical, allowDowngrade: true }), "1699999999");
  assert.equal(answerFrom("1699999999 1700000001", "1700000000", { ...numerical, order: "desc" }), "1699999999");
  const stamped = { ...numerical, filter: "^main-[a-f0-9]+-(?P<ts>[0-9]+)$", extract: "$ts" };
  assert.equal(
    answerFrom("main-1a2b3c4-1700000002 main-9a2b3c4-1700000001 main", null, stamped),
    "main-1a2b3c4-1700000002",
  );
  assert.match(selectFrom("1 2", "latest", numerical).notes[0] ?? "", /cannot be told apart/);
});

Deno.test("selectLoose() orders by name as semver does, and naturally only where no tag can be taken", () => {
  const alphabetical = { kind: "alphabetical" } as const;
  assert.equal(answerFrom("1.9 1.37 latest", null, alphabetical), "1.37");
  assert.equal(answerFrom("1.9 1.37 1.38.0 zulu", "1.10", alphabetical), "1.37");
  assert.equal(
    answerFrom("1.9 stable", "1.10", alphabetical),
    "1.10",
    "a version in the file is never left for a name",
  );
  assert.equal(answerFrom("bullseye bookworm trixie", null, alphabetical), "trixie");
  assert.equal(answerFrom("build-x9y build-x10y", null, alphabetical), "build-x10y");
  assert.equal(answerFrom("bullseye bookworm", "trixie", alphabetical), "trixie");
  assert.equal(answerFrom("bullseye bookworm", null, { ...alphabetical, order: "desc" }), "bookworm");
  assert.equal(answerFrom("1.9 1.37 1.2", "1.10", { ...alphabetical, order: "desc" }), "1.2");
  assert.equal(answerFrom("1.9 1.37", "1.8", { ...alphabetical, order: "desc" }), "1.8");
  assert.equal(answerFrom("1.0-alpine 1.1-slim", null, alphabetical), null, "ambiguous stays undecided");
});

Deno.test("selectLoose() answers the name of an exact channel", () => {
  for (const kind of ["semver", "alphabetical"] as const) {
    for (const filter of ["^release$", "^(release)$", "^(?:release)$"]) {
      for (const current of [null, "release", "1.2.3"]) {
        assert.equal(answerFrom("release 1.2.3 release-1.2", current, { kind, filter, range: ">=1" }), "release");
      }
    }
  }
  assert.deepEqual(selectFrom("release", "release", { filter: "^release$" }).candidates, []);
  assert.equal(answerFrom("release-1", "release", { filter: "^release$" }), null, "a channel that is gone is no match");
  assert.equal(answerFrom("17", "17", { filter: "^17$" }), "17");
});

Deno.test("selectLoose() refuses filters that Go refuses, and an extract without a filter", () => {
  const codeOf = (changes: Parameters<typeof aRule>[0]): string | null => {
    const selection = selectLoose(["1.2"], aRule(changes), null);
    return selection.ok ? null : selection.failure.code;
  };
  assert.equal(codeOf({ filter: "(?=a)" }), "policy.invalid_filter");
  assert.equal(codeOf({ exclusions: ["["] }), "policy.invalid_filter");
  assert.equal(codeOf({ extract: "$1" }), "policy.invalid");
  assert.equal(codeOf({ words: { fix: ["a", "a"] } }), "policy.invalid");
  assert.equal(codeOf({ filter: "", extract: "" }), null, "empty is not said");
});
