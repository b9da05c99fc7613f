// registries.conf as podman reads it, and as it refuses it.
import assert from "node:assert/strict";
import {
  joinRegistriesFiles,
  parseRegistriesConf,
  type RegistriesFile,
} from "../../../../src/core/documents/registries_conf.ts";

Deno.test("parseRegistriesConf() reads entries with podman's defaults and passes over the rest", () => {
  const parsed = parseRegistriesConf(`
unqualified-search-registries = ["docker.io"]
short-name-mode = "enforcing"
future-key = 1
[aliases]
"fedora" = "registry.fedoraproject.org/fedora"
[[registry]]
location = "nas.lan:5000/"
insecure = true
[[registry]]
prefix = "docker.io/library"
location = "nas.lan:5001/hub"
unknown = "x"
[[registry.mirror]]
location = "mirror.lan"
[[registry]]
prefix = "*.Example.com"
blocked = true
`);
  assert.deepEqual(parsed, {
    ok: true,
    value: {
      rules: [
        { prefix: "nas.lan:5000", location: "nas.lan:5000", insecure: true, blocked: false, mirrors: [] },
        {
          prefix: "docker.io/library",
          location: "nas.lan:5001/hub",
          insecure: false,
          blocked: false,
          mirrors: [{ location: "mirror.lan", insecure: false, pull: "all" }],
        },
        { prefix: "*.example.com", location: null, insecure: false, blocked: true, mirrors: [] },
      ],
      aliases: new Map([["fedora", { host: "registry.fedoraproject.org", path: "fedora" }]]),
      searchRegistries: ["docker.io"],
      credentialHelpers: null,
    },
  });
});

Deno.test("parseRegistriesConf() reads an empty file as no rules", () => {
  assert.deepEqual(parseRegistriesConf(""), {
    ok: true,
    value: { rules: [], aliases: new Map(), searchRegistries: null, credentialHelpers: null },
  });
});

Deno.test("parseRegistriesConf() refuses what podman refuses, and says why", async (t) => {
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    "format 1": ['[registries.search]\nregistries = ["docker.io"]', /format 1/],
    "no TOML": ["[[registry", /cannot be understood/],
    "a wrong type": ['[[registry]]\nlocation = "a.lan"\ninsecure = "yes"', /insecure/],
    "a registry that is no table": ['registry = "a.lan"', /registry/],
    "neither prefix nor location": ["[[registry]]\ninsecure = true", /neither prefix nor location/],
    "a prefix without location": ['[[registry]]\nprefix = "a.lan"', /no location/],
    "a scheme": ['[[registry]]\nlocation = "https://a.lan"', /scheme/],
    "one location, insecure and not": [
      '[[registry]]\nlocation = "a.lan"\n[[registry]]\nprefix = "b.lan"\nlocation = "a.lan"\ninsecure = true',
      /twice/,
    ],
    "pull-from-mirror at a registry": [
      '[[registry]]\nlocation = "a.lan"\npull-from-mirror = "all"',
      /pull-from-mirror/,
    ],
    "a mirror without location": [
      '[[registry]]\nlocation = "a.lan"\n[[registry.mirror]]\ninsecure = true',
      /no location/,
    ],
    "a mirror with a scheme": [
      '[[registry]]\nlocation = "a.lan"\n[[registry.mirror]]\nlocation = "http://m"',
      /scheme/,
    ],
    "an unknown pull-from-mirror": [
      '[[registry]]\nlocation = "a.lan"\n[[registry.mirror]]\nlocation = "m.lan"\npull-from-mirror = "some"',
      /pull-from-mirror/,
    ],
    "both ways to say when a mirror counts": [
      '[[registry]]\nlocation = "a.lan"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "m.lan"\n' +
      'pull-from-mirror = "all"',
      /mirror-by-digest-only/,
    ],
    "one wildcard, blocked and not": [
      '[[registry]]\nprefix = "*.a.lan"\n[[registry]]\nprefix = "*.a.lan"\nblocked = true',
      /twice/,
    ],
    "an unknown short-name-mode": ['short-name-mode = "ask"', /short-name-mode/],
    "a search registry with a path": ['unqualified-search-registries = ["a.lan/b"]', /"a\.lan\/b" is no host/],
    "an alias with a tag": ['[aliases]\n"a:1" = "a.lan/a"', /"a:1" is no short name/],
    "an alias for a whole name": ['[aliases]\n"a.lan/a" = "b.lan/a"', /"a\.lan\/a" is no short name/],
    "an alias to a short name": ['[aliases]\n"a" = "b/a"', /"b\/a" is no whole name/],
    "an alias to a tag": ['[aliases]\n"a" = "b.lan/a:1"', /"b\.lan\/a:1" is no whole name/],
    "helpers that are no list": ['credential-helpers = "pass"', /credential-helpers/],
    "too long": [`# ${"x".repeat(1024 * 1024)}`, /1 MiB/],
  };
  for (const [name, [text, message]] of Object.entries(cases)) {
    await t.step(name, () => {
      const parsed = parseRegistriesConf(text, "/etc/containers/registries.conf");
      assert.ok(!parsed.ok);
      assert.equal(parsed.failure.code, "registry.config");
      assert.match(parsed.failure.message, message);
      assert.equal(parsed.failure.file, "/etc/containers/registries.conf");
      assert.ok(parsed.failure.cure);
    });
  }
});

function file(text: string): RegistriesFile {
  const parsed = parseRegistriesConf(text);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.failure.message);
  return parsed.value;
}

Deno.test("parseRegistriesConf() tells for each mirror what may be pulled from it", () => {
  const mirrors = (top: string, ...own: readonly string[]): unknown => {
    const tables = own.map((it, index) => `[[registry.mirror]]\nlocation = "m${index}.lan/"\n${it}`);
    return file([`[[registry]]\nlocation = "a.lan"\n${top}`, ...tables].join("\n")).rules[0]?.mirrors;
  };
  assert.deepEqual(mirrors("", "", 'pull-from-mirror = "digest-only"', 'pull-from-mirror = "tag-only"'), [
    { location: "m0.lan", insecure: false, pull: "all" },
    { location: "m1.lan", insecure: false, pull: "digest-only" },
    { location: "m2.lan", insecure: false, pull: "tag-only" },
  ]);
  assert.deepEqual(mirrors("mirror-by-digest-only = true", "insecure = true"), [
    { location: "m0.lan", insecure: true, pull: "digest-only" },
  ]);
});

Deno.test("joinRegistriesFiles() lets later files replace entries of the same prefix, aliases and whole lists", () => {
  const main = file(`unqualified-search-registries = ["quay.io", "docker.io"]
credential-helpers = ["containers-auth.json", "pass"]
[aliases]
"a" = "a.lan/a"
"b" = "b.lan/b"
[[registry]]
location = "one.lan"
[[registry]]
prefix = "one.lan"
location = "never.lan"
[[registry]]
prefix = "two.lan"
location = "kept.lan"
`);
  const first = file(`[aliases]\n"b" = ""\n"c" = "c.lan/c"\n[[registry]]\nprefix = "one.lan"\nlocation = "new.lan"\n`);
  const second = file('unqualified-search-registries = []\n[aliases]\n"a" = "z.lan/a"\n');
  const joined = joinRegistriesFiles([main, first, second]);
  const rules = joined.rules.map(({ prefix, location }) => `${prefix} ${location}`).sort();
  assert.deepEqual(rules, ["one.lan new.lan", "two.lan kept.lan"]);
  assert.deepEqual([...joined.aliases].sort(), [["a", { host: "z.lan", path: "a" }], ["c", {
    host: "c.lan",
    path: "c",
  }]]);
  assert.deepEqual(joined.searchRegistries, []);
  assert.deepEqual(joined.credentialHelpers, ["containers-auth.json", "pass"]);
  const alone = joinRegistriesFiles([main]).rules.find(({ prefix }) => prefix === "one.lan");
  assert.equal(alone?.location, "one.lan", "of two alike in one file the first holds");
});
