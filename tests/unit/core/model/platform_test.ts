import assert from "node:assert/strict";
import { formatPlatform, normalisePlatform, parsePlatform, runsOn } from "../../../../src/core/model/platform.ts";

function read(text: string): string {
  const parsed = parsePlatform(text);
  return parsed.ok ? formatPlatform(parsed.value) : parsed.failure.code;
}

Deno.test("parsePlatform() brings every spelling to the usual one", () => {
  const cases: Readonly<Record<string, string>> = {
    "amd64": "linux/amd64",
    "linux/amd64": "linux/amd64",
    "linux/amd64/v1": "linux/amd64",
    "linux/amd64/v3": "linux/amd64/v3",
    "x86_64": "linux/amd64",
    "aarch64": "linux/arm64",
    "arm64/v8": "linux/arm64",
    "arm64/v8.1": "linux/arm64/v8.1",
    "linux/arm64/v8": "linux/arm64",
    "arm": "linux/arm/v7",
    "linux/arm": "linux/arm/v7",
    "arm/v6": "linux/arm/v6",
    "linux/arm/v6": "linux/arm/v6",
    "armhf": "linux/arm/v7",
    "armel": "linux/arm/v6",
    "i386": "linux/386",
    "windows/amd64": "windows/amd64",
    "Linux/ARM64": "linux/arm64",
    "riscv64": "linux/riscv64",
  };
  for (const [text, platform] of Object.entries(cases)) assert.equal(read(text), platform, text);
});

Deno.test("parsePlatform() refuses what is none", () => {
  for (
    const text of [
      "",
      "/",
      "linux/",
      "/amd64",
      "linux/arm/v7/x",
      "linux amd64",
      "a\nb",
      "linux/arm64,amd64",
      "v8",
      "linux/v8/v8",
      "arm64/v8/x",
      "V8.1",
    ]
  ) {
    assert.equal(read(text), "config.invalid_value", text);
  }
});

Deno.test("runsOn() lets older variants run on newer hosts, and never the other way", () => {
  const cases: readonly (readonly [offered: string, wanted: string, boolean])[] = [
    ["linux/amd64", "linux/amd64", true],
    ["linux/amd64", "linux/arm64", false],
    ["linux/amd64", "windows/amd64", false],
    ["linux/arm/v6", "linux/arm/v7", true],
    ["linux/arm/v7", "linux/arm/v6", false],
    ["linux/arm/v7", "linux/arm64", false],
    ["linux/arm64", "linux/arm64/v8", true],
    ["linux/arm64/v9", "linux/arm64", false],
    ["linux/arm64/v8.1", "linux/arm64/v9", true],
    ["linux/arm64/v8.1", "linux/arm64", false],
    // An image that has only amd64/v3 does not run on an old CPU.
    ["linux/amd64/v3", "linux/amd64", false],
    ["linux/amd64", "linux/amd64/v3", true],
    ["linux/amd64/v2", "linux/amd64/v3", true],
  ];
  for (const [offered, wanted, expected] of cases) {
    const [a, b] = [parsePlatform(offered), parsePlatform(wanted)];
    assert.ok(a.ok && b.ok);
    assert.equal(runsOn(a.value, b.value), expected, `${offered} on ${wanted}`);
  }
});

Deno.test("normalisePlatform() bears an architecture that is named like a property of every object", () => {
  const platform = { os: "linux", architecture: "constructor", variant: null };
  assert.deepEqual(normalisePlatform("linux", "constructor"), platform);
});

Deno.test("normalisePlatform() takes an empty variant for none", () => {
  assert.deepEqual(normalisePlatform("linux", "amd64", ""), { os: "linux", architecture: "amd64", variant: null });
  assert.deepEqual(normalisePlatform("linux", "armhf", ""), { os: "linux", architecture: "arm", variant: "v7" });
});
