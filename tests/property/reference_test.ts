// What is parsed is printed back as it was; canonical names are canonical.
import assert from "node:assert/strict";
import fc from "fast-check";
import { isDigest, matchesDigest, sha256Of, shortDigest } from "../../src/core/model/digest.ts";
import { formatDuration, parseDuration } from "../../src/core/model/duration.ts";
import { formatPlatform, parsePlatform, runsOn } from "../../src/core/model/platform.ts";
import { formatReference, formatRepository, parseReference, parseRepository } from "../../src/core/model/reference.ts";
import { formatTime, parseTime } from "../../src/core/model/time.ts";

const component = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,5}){0,2}$/);
const host = fc.constantFrom(
  "",
  "docker.io/",
  "index.docker.io/",
  "ghcr.io/",
  "localhost/",
  "reg.lan:5000/",
  "[::1]:5000/",
  "GHCR.IO/",
);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/);
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const digest = fc.oneof(hex(64).map((it) => `sha256:${it}`), hex(128).map((it) => `sha512:${it}`));
// Before a slash a dot makes a part the registry's host, which has a narrower grammar.
const name = fc.tuple(host, fc.array(component, { minLength: 1, maxLength: 4 }))
  .filter(([at, path]) => at !== "" || path.length === 1 || !path[0]?.includes("."))
  .map(([at, path]) => `${at}${path.join("/")}`);

Deno.test("parseReference() loses nothing: formatting gives the same text back", () => {
  fc.assert(fc.property(name, fc.option(tag), fc.option(digest), (image, version, hash) => {
    const text = `${image}${version === null ? "" : `:${version}`}${hash === null ? "" : `@${hash}`}`;
    const parsed = parseReference(text);
    assert.ok(parsed.ok, text);
    assert.deepEqual(parsed.value, { name: image, tag: version, digest: hash });
    assert.equal(formatReference(parsed.value), text);
  }));
});

Deno.test("parseReference() accepts no text that it cannot give back", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."aA1:/@.-_ []sha256"), maxLength: 40 }), (text) => {
    const parsed = parseReference(text);
    if (parsed.ok) assert.equal(formatReference(parsed.value), text);
  }));
});

Deno.test("parseRepository() gives a name that is its own canonical form", () => {
  fc.assert(fc.property(name, (image) => {
    const once = parseRepository(image);
    assert.ok(once.ok, image);
    const text = formatRepository(once.value);
    assert.deepEqual(parseRepository(text), once);
    assert.equal(once.value.host, once.value.host.toLowerCase());
  }));
});

Deno.test("durations are printed as they are parsed", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 3_153_600_000 }), (seconds) => {
    assert.deepEqual(parseDuration(formatDuration(seconds)), { ok: true, value: seconds });
  }));
});

Deno.test("moments are printed as they are parsed", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
    assert.equal(parseTime(formatTime(seconds * 1000)), seconds * 1000);
  }));
});

Deno.test("platforms are printed as they are parsed, and run on themselves", () => {
  const part = fc.stringMatching(/^[a-z0-9]{2,6}$/).filter((text) => !/^v[0-9]+$/.test(text));
  const variant = fc.constantFrom("", "/v1", "/v6", "/v7", "/v8", "/v8.1");
  const architecture = fc.oneof(fc.constantFrom("amd64", "arm64", "arm", "aarch64", "x86_64", "armhf", "386"), part);
  fc.assert(fc.property(fc.constantFrom("linux", "windows"), architecture, variant, (os, arch, level) => {
    const once = parsePlatform(`${os}/${arch}${level}`);
    assert.ok(once.ok);
    assert.deepEqual(parsePlatform(formatPlatform(once.value)), once);
    assert.ok(runsOn(once.value, once.value));
  }));
});

Deno.test("a digest is of its own bytes alone", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
    const sum = sha256Of(one);
    assert.ok(isDigest(sum));
    assert.ok(matchesDigest(one, sum));
    assert.equal(matchesDigest(other, sum), one.length === other.length && one.every((byte, at) => byte === other[at]));
    assert.ok(sum.includes(shortDigest(sum)));
    assert.ok(!isDigest(sum.toUpperCase()) && !isDigest(`${sum}0`) && !isDigest(`${sum}\n`) && !isDigest(sum.slice(7)));
  }));
});
