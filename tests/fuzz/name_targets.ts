// Names of images and lengths of time: what is parsed is printed back.
import assert from "node:assert/strict";
import { formatDuration, parseDuration } from "../../src/core/model/duration.ts";
import { formatPlatform, parsePlatform } from "../../src/core/model/platform.ts";
import { formatReference, formatRepository, parseReference, parseRepository } from "../../src/core/model/reference.ts";
import { formatTime, parseTime } from "../../src/core/model/time.ts";
import type { FuzzTarget } from "./target.ts";

/** Image references and repositories. */
export const references: FuzzTarget = {
  name: "references",
  seeds: [
    "busybox",
    "ghcr.io/you/app:1.4.2",
    `reg.lan:5000/a/b__c--d.e:v1@sha256:${"a".repeat(64)}`,
    "[::1]:5000/a/b",
    "index.docker.io/library/redis:7",
    "GHCR.IO/you/app",
  ],
  words: [
    ..."docker.io index.docker.io localhost library/ : / // @ sha256: sha512: [::1] . .. - -- __ ___ :5000 .:".split(
      " ",
    ),
  ],
  longest: 600,
  check: (text) => {
    const parsed = parseReference(text);
    if (parsed.ok) assert.equal(formatReference(parsed.value), text);
    const repository = parseRepository(text);
    if (!repository.ok) return;
    const canonical = formatRepository(repository.value);
    // A host without a dot is one only by its capitals (`NAS/app`), which the canonical name has lost.
    const { host } = repository.value;
    if (/[.:]/.test(host) || host === "localhost") assert.deepEqual(parseRepository(canonical), repository);
    assert.ok(!canonical.includes("..") && !canonical.includes("//"));
  },
};

/** Durations, moments and platforms. */
export const durations: FuzzTarget = {
  name: "durations",
  seeds: [
    "90s",
    "1h30m",
    "3d",
    "1w",
    "2026-11-21T08:00:00Z",
    "2026-11-21T08:00:00.123+02:00",
    "linux/arm64/v8",
    "linux/amd64",
  ],
  words: [..."s m h d w 0 999999999 - T Z : + linux/ windows/ arm64 aarch64 /v7 /v8.1 2026 00".split(" ")],
  longest: 200,
  check: (text) => {
    const seconds = parseDuration(text);
    if (seconds.ok) {
      assert.ok(Number.isSafeInteger(seconds.value) && seconds.value >= 0);
      assert.deepEqual(parseDuration(formatDuration(seconds.value)), seconds);
    }
    const time = parseTime(text);
    if (time !== null) assert.equal(parseTime(formatTime(time)), Math.floor(time / 1000) * 1000);
    const platform = parsePlatform(text);
    if (platform.ok) assert.deepEqual(parsePlatform(formatPlatform(platform.value)), platform);
  },
};
