import assert from "node:assert/strict";
import { parseReference } from "../../../../src/core/model/reference.ts";
import { parseMagosMarker } from "../../../../src/core/documents/magos_marker.ts";
import { formatMarker, proposeMarker } from "../../../../src/core/patch/propose_marker.ts";

const digest = `sha256:${"0".repeat(64)}`;

/** The marker of an image without its frame, or the failure's code. */
function markerOf(image: string): string {
  const read = parseReference(image);
  assert.ok(read.ok, image);
  const proposal = proposeMarker(read.value);
  if (!proposal.ok) return proposal.failure.code;
  const { policy, range } = proposal.value;
  return range === null ? policy : `${policy} ${range}`;
}

const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a version stays within its major": {
    "a/b:1.4.2": "semver ^1",
    "a/b:v2.4.1-cuda": "semver ^2",
    "a/b:3.2.3.0-full": "semver ^3",
    "a/b:1.37": "semver ^1",
    "a/b:release-6.0.4.10291": "semver ^6",
    "a/b:4.9.3.0-ls99": "semver ^4",
    "a/b:12.3.1-ubuntu": "semver ^12",
    [`a/b:1.4.2@${digest}`]: "semver ^1",
  },
  "zero is a major too": { "a/b:0.14.2": "semver ^0", "a/b:0.0.7": "semver ^0", "a/b:0.1.0-alpine": "semver ^0" },
  "a calendar has no last year": {
    "a/b:2026.1.2": "semver >=2026",
    "a/b:2025.08.0": "semver >=2025",
    "a/b:24.04": "semver >=24",
    "a/b:RELEASE.2025-09-07T16-13-09Z": "semver >=2025",
    "a/b:nightly-20250901": "semver >=2025",
    "a/b:20250901": "semver >=2025",
  },
  "one number has no range": { "a/b:17": "semver", "a/b:17-alpine": "semver", "a/b:server-b4567": "semver" },
  "a prerelease reaches its release": { "a/b:2.0.0-rc.1": "semver <3", "a/b:0.13.0-rc0": "semver <1" },
  "a channel is followed by digest": {
    "a/b:latest": "latest",
    "a/b:stable": "latest",
    "a/b:release": "latest",
    "a/b:main": "latest",
    "a/b:nightly": "latest",
    "a/b:stable-alpine": "latest",
    [`a/b:latest@${digest}`]: "latest",
  },
  "no tag is the tag latest": { "a/b": "latest", nginx: "latest", "localhost:5000/a": "latest" },
  "a digest alone stays a digest": { [`a/b@${digest}`]: "digest" },
  "one commit is nothing to follow": {
    "a/b:sha-7ca5933": "image.not_marked",
    "a/b:main-1a2b3c4": "image.not_marked",
    "a/b:7ca593312345": "image.not_marked",
  },
};

for (const [name, table] of Object.entries(cases)) {
  Deno.test(`proposeMarker(): ${name}`, () => {
    for (const [image, expected] of Object.entries(table)) assert.equal(markerOf(image), expected, image);
  });
}

Deno.test("proposeMarker() says when the next major comes in unasked, and only then", () => {
  const takes = (tag: string): boolean => {
    const proposal = proposeMarker({ name: "a/b", tag, digest: null });
    assert.ok(proposal.ok);
    return proposal.value.takesMajors;
  };
  assert.deepEqual(["17", "17-alpine", "v2"].map(takes), [true, true, true]);
  assert.deepEqual(["17.1", "latest", "20250901", "server-b4567", "2026"].map(takes), [
    false,
    false,
    false,
    false,
    false,
  ]);
});

Deno.test("formatMarker() writes the comment as README does, and it reads back", () => {
  const marker = formatMarker({ policy: "semver", range: "^1", takesMajors: false }, "ghcr.io/you/app");
  assert.equal(marker, '# {"magos": {"policy": "semver", "repo": "ghcr.io/you/app", "range": "^1"}}');
  assert.deepEqual(parseMagosMarker(marker), {
    ok: true,
    value: { policy: "semver", repo: "ghcr.io/you/app", range: "^1" },
  });
  assert.equal(
    formatMarker({ policy: "latest", range: null, takesMajors: false }),
    '# {"magos": {"policy": "latest"}}',
  );
});
