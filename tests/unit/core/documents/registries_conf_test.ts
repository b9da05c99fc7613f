// registries.conf as podman reads it, and as it refuses it.
import assert from "node:assert/strict";
import { parseRegistriesConf } from "../../../../src/core/documents/registries_conf.ts";

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
