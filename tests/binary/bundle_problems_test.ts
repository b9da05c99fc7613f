// What does not belong into the bundle is named.
import assert from "node:assert/strict";
import { bundledModule } from "./bundle.ts";
import { bundleProblems, packagesOf } from "./bundle_problems.ts";
import { distFolder, projectFolder } from "./build_settings.ts";
import { type LockedPackage, readLock, readManifest } from "./manifest.ts";

function locked(name: string, version: string, ...dependencies: readonly string[]): LockedPackage {
  return { name, version, integrity: "sha512-AA==", dependencies };
}

const direct = ["yaml", "@octokit/auth-app", "fast-check", "@types/picomatch"];
const lock = [
  locked("yaml", "2.9.1"),
  locked("@octokit/auth-app", "8.3.1", "toad-cache", "@octokit/request@10.0.16"),
  locked("toad-cache", "3.7.4"),
  locked("@octokit/request", "10.0.16", "@octokit/auth-app"),
  locked("fast-check", "4.10.2", "pure-rand"),
  locked("pure-rand", "8.0.0"),
  locked("@types/picomatch", "4.0.3"),
];
const good = ["main.ts", "deno.json", "src/cli/cli.ts", "policies/a.yml", "npm:yaml@2.9.1/dist/index.js"];

function problems(...more: readonly string[]): readonly string[] {
  return bundleProblems([...good, ...more], ["node:fs"], direct, lock);
}

Deno.test("bundleProblems() finds none in the program and its packages, nor in what these depend on", () => {
  assert.deepEqual(problems("npm:toad-cache@3.7.4/a.js", "npm:@octokit/request@10.0.16/dist/a.js"), []);
});

Deno.test("bundleProblems() names tests and files from outside", () => {
  assert.deepEqual(problems("tests/fakes/needs.ts", "/root/secret.ts"), [
    "tests/fakes/needs.ts is in the bundle, and no part of the program",
    "/root/secret.ts is in the bundle, and no part of the program",
  ]);
});

Deno.test("bundleProblems() names packages for tests, their dependencies, other versions and unknown ones", () => {
  const strange = ["fast-check@4.10.2", "left-pad@1.0.0", "pure-rand@8.0.0", "yaml@2.0.0"];
  assert.deepEqual(
    problems(...strange.map((name) => `npm:${name}/index.js`)),
    strange.map((name) => `${name} is in the bundle, and no locked package of the program`),
  );
});

Deno.test("bundleProblems() names a missing program and what the bundle would still load", () => {
  assert.deepEqual(bundleProblems([], ["node:fs", "npm:yaml@2.9.1"], direct, lock), [
    "main.ts is not in the bundle",
    "the bundle still imports npm:yaml@2.9.1",
  ]);
});

Deno.test("packagesOf() names each package once, scoped ones too", () => {
  assert.deepEqual(packagesOf(["npm:b@1.0.0/x.js", "src/a.ts", "npm:@a/c@2.0.0/x.js", "npm:b@1.0.0/y.js"]), [
    { name: "@a/c", version: "2.0.0" },
    { name: "b", version: "1.0.0" },
  ]);
});

Deno.test("bundledModule() names sources without this machine's folders and registry", () => {
  const cache = "/home/you/.cache/deno/npm";
  const folder = `${cache}/registry.example/@a/b/1.0.0`;
  assert.deepEqual(bundledModule(`${folder}/dist/x.js`, cache), { path: "npm:@a/b@1.0.0/dist/x.js", folder });
  assert.deepEqual(bundledModule("../src/cli/cli.ts", cache), { path: "src/cli/cli.ts", folder: null });
  assert.deepEqual(bundledModule("magos.mjs", cache).path, `${distFolder}/magos.mjs`);
  assert.equal(
    bundledModule("../../other.ts", cache).path,
    new URL("../other.ts", `file://${projectFolder}/`).pathname,
  );
});

Deno.test("readLock() and readManifest() read the project's own files", () => {
  const packages = readLock();
  const typings = packages.find((one) => one.name === "@commander-js/extra-typings");
  // Its key in the lock names the peer behind the version.
  assert.deepEqual([typings?.version, typings?.dependencies], ["15.1.0", ["commander"]]);
  assert.ok(packages.every((one) => one.version !== "" && one.integrity.startsWith("sha512-")));
  const { packages: names, permissions } = readManifest();
  assert.ok(names.includes("yaml") && names.includes("fast-check"));
  assert.ok(Array.isArray(permissions.run) && permissions.run.includes("git"));
});
