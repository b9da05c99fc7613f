// A binary that differs from what was to be built is told, each difference by name.
import assert from "node:assert/strict";
import { binaryProblems, type Wanted } from "./binary_problems.ts";
import type { Embedded, Permissions, Settings } from "./embedded.ts";
import type { Manifest } from "./manifest.ts";

const bundle = new TextEncoder().encode("the bundle");

const manifest: Manifest = {
  version: "1.2.3",
  unstable: ["net"],
  packages: ["yaml"],
  permissions: {
    read: true,
    write: true,
    net: { allow: true, deny: ["169.254.0.0/16"] },
    run: ["git"],
    sys: ["hostname"],
    env: { allow: ["HOME"], ignore: true },
    import: { deny: true },
  },
};

const permissions: Permissions = {
  allow_env: ["HOME"],
  deny_env: null,
  ignore_env: [],
  allow_net: [],
  deny_net: ["169.254.0.0/16"],
  allow_ffi: null,
  deny_ffi: null,
  allow_read: [],
  deny_read: null,
  ignore_read: null,
  allow_run: ["git"],
  deny_run: null,
  allow_sys: ["hostname"],
  deny_sys: null,
  allow_write: [],
  deny_write: null,
  allow_import: ["jsr.io:443"],
  deny_import: [],
  prompt: false,
};

const settings: Settings = {
  argv: [],
  code_cache_key: null,
  permissions,
  v8_flags: ["UNUSED_BUT_NECESSARY_ARG0", "--stack-size=1024", "--lite-mode", "--max-semi-space-size=1"],
  log_level: "ERROR",
  ca_stores: null,
  unsafely_ignore_certificate_errors: null,
  env_vars_from_env_file: {},
  entrypoint_key: "dist/magos.mjs",
  preload_modules: [],
  require_modules: [],
  node_modules: null,
  unstable_config: { features: ["net"] },
  app_name: "magos",
  app_version: "1.2.3",
};

const good: Embedded = { machine: "amd64", settings, files: [{ path: "dist/magos.mjs", bytes: bundle }] };
const wanted: Wanted = { machine: "amd64", manifest, bundle };

function problems(changes: Partial<Settings>, set = manifest.permissions): readonly string[] {
  const changed = { ...good, settings: { ...settings, ...changes } };
  return binaryProblems(changed, { ...wanted, manifest: { ...manifest, permissions: set } });
}

function permitted(changes: Partial<Permissions>, set = manifest.permissions): readonly string[] {
  return problems({ permissions: { ...permissions, ...changes } }, set);
}

Deno.test("binaryProblems() finds none in a binary as it should be", () => {
  assert.deepEqual(binaryProblems(good, wanted), []);
});

Deno.test("binaryProblems() names each setting that differs", () => {
  const cases: readonly (readonly [Partial<Settings>, RegExp])[] = [
    [{ argv: ["update"] }, /^arguments: \["update"\]/],
    [{ code_cache_key: 17 }, /^code cache/],
    [{ v8_flags: ["x", "--lite-mode"] }, /^V8 flags/],
    [{ v8_flags: [...settings.v8_flags, "--expose-gc"] }, /^V8 flags/],
    [{ log_level: null }, /^log level: null, and should be "ERROR"$/],
    [{ ca_stores: ["mozilla"] }, /^certificate stores/],
    [{ unsafely_ignore_certificate_errors: [] }, /^hosts with any certificate/],
    [{ env_vars_from_env_file: { MAGOS_TOKEN: "x" } }, /^environment: \["MAGOS_TOKEN"\]/],
    [{ entrypoint_key: "tests/bench/main.ts" }, /^entry: "tests\/bench\/main.ts"/],
    [{ preload_modules: ["a.ts"] }, /^modules run before/],
    [{ require_modules: ["a.cjs"] }, /^modules run before/],
    [{ node_modules: { Managed: {} } }, /^packages outside of the bundle/],
    [{ unstable_config: { features: [] } }, /^unstable features/],
    [{ app_name: "other" }, /^application/],
    [{ app_version: "1.2.2" }, /^application: \["magos","1.2.2"\]/],
  ];
  for (const [changes, expected] of cases) {
    const [first = "", ...more] = problems(changes);
    assert.match(first, expected);
    assert.deepEqual(more, []);
  }
});

Deno.test("binaryProblems() holds the permissions against deno.json, one by one", () => {
  const cases: readonly (readonly [Partial<Permissions>, RegExp])[] = [
    [{ allow_env: ["HOME", "AWS_SECRET_ACCESS_KEY"] }, /^permission env/],
    [{ ignore_env: null }, /^variables beyond the list/],
    [{ deny_net: null }, /^denied net: null, and should be \["169.254.0.0\/16"\]$/],
    [{ allow_read: null }, /^permission read/],
    [{ allow_run: ["git", "sh"] }, /^permission run/],
    [{ allow_sys: ["hostname", "osRelease"] }, /^permission sys/],
    [{ allow_write: ["/tmp"] }, /^permission write/],
    [{ deny_import: null }, /^denied import/],
    [{ prompt: true }, /^questions for permissions: true/],
  ];
  for (const [changes, expected] of cases) assert.match(permitted(changes)[0] ?? "", expected);
});

Deno.test("binaryProblems() refuses open lists, ffi and absolute programs even where deno.json allows them", () => {
  const open = permitted({ allow_run: [] }, { ...manifest.permissions, run: true });
  assert.deepEqual(open, ["run, sys or env is open, and should be a list"]);
  const ffi = permitted({ allow_ffi: [] }, { ...manifest.permissions, ffi: true });
  assert.deepEqual(ffi, ["permission ffi: [], and should be null"]);
  const absolute = permitted({ allow_run: ["/usr/bin/git"] }, { ...manifest.permissions, run: ["/usr/bin/git"] });
  assert.deepEqual(absolute, ["permission run: /usr/bin/git is a path of the machine that built it"]);
});

Deno.test("binaryProblems() names files that do not belong, a missing bundle and another one", () => {
  const extra = { path: "tests/fakes/needs.ts", bytes: bundle };
  assert.deepEqual(binaryProblems({ ...good, files: [...good.files, extra] }, wanted), [
    "tests/fakes/needs.ts is in the binary",
  ]);
  assert.deepEqual(binaryProblems({ ...good, files: [] }, wanted), ["dist/magos.mjs is not in the binary"]);
  const other = { path: "dist/magos.mjs", bytes: new TextEncoder().encode("the bundlf") };
  assert.deepEqual(binaryProblems({ ...good, files: [other] }, wanted), [
    "dist/magos.mjs in the binary is not the bundle that was checked",
  ]);
});

Deno.test("binaryProblems() tells a binary for another machine", () => {
  assert.deepEqual(binaryProblems({ ...good, machine: "arm64" }, wanted), [
    'machine: "arm64", and should be "amd64"',
  ]);
});
