import assert from "node:assert/strict";
import { type Config, configOf, mergeLayers, repositoryLayer } from "../../../../src/core/documents/config.ts";
import { type ConfigLayer, readConfigFile } from "../../../../src/core/documents/config_layer.ts";

function read(text: string, file = "/etc/magos/config.yaml"): ConfigLayer {
  return readConfigFile(text, file, {});
}

function config(...layers: readonly ConfigLayer[]): Config {
  assert.deepEqual(layers.flatMap((layer) => layer.problems), []);
  return configOf(mergeLayers(layers));
}

Deno.test("configOf() reads what is said of the apply pass, and of one app for itself", () => {
  const { apply, runtimeDir } = config(read(`
hosts: { pi4: { platform: linux/arm64 } }
apps:
  - name: web
    compose: ./stacks/web/compose.yaml
    hosts: [pi4]
    after: [db]
    window: [{ days: [sat, sun], from: "22:00", to: "04:00", timeZone: Europe/Berlin }]
    health: { settle: 5s, tcp: "127.0.0.1:5432" }
    rollback: local
    hooks: { pre: echo pre }
apply:
  host: pi4
  discover: [apps]
  engine: podman compose
  window: [{ from: "01:00", to: "24:00" }]
  health: { timeout: 2m, http: "http://127.0.0.1:80/health" }
  quarantine: 1w
  prune: false
  hooks: always
  backup: { dir: exports/, before: always }
  secrets: { ageKeyFile: age.key }
state: { runtimeDir: /run/magos }
`));
  assert.deepEqual(
    apply.hosts,
    new Map([["pi4", { platform: { os: "linux", architecture: "arm64", variant: null } }]]),
  );
  assert.deepEqual([apply.host, apply.engine, apply.hooks, apply.prune], ["pi4", "podman compose", "always", false]);
  assert.deepEqual([apply.discover, apply.quarantineSeconds], [["apps"], 7 * 86_400]);
  assert.deepEqual(apply.backup, { dir: "/etc/magos/exports", before: "always", keep: 3 });
  assert.equal(apply.ageKeyFile, "/etc/magos/age.key");
  assert.equal(runtimeDir, "/run/magos");
  assert.deepEqual(apply.defaults, {
    windows: [{ days: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"], from: 60, to: 1440, timeZone: "UTC" }],
    health: { timeoutSeconds: 120, settleSeconds: 30, http: "http://127.0.0.1:80/health", tcp: null },
    rollback: "revert",
  });
  assert.deepEqual(apply.apps, [{
    name: "web",
    compose: "stacks/web/compose.yaml",
    hosts: ["pi4"],
    after: ["db"],
    windows: [{ days: ["sat", "sun"], from: 1320, to: 240, timeZone: "Europe/Berlin" }],
    health: { settleSeconds: 5, tcp: "127.0.0.1:5432" },
    rollback: "local",
    hooks: { pre: "echo pre", post: null },
  }]);
});

Deno.test("repositoryLayer() keeps from a merged line who this host is, what runs hooks and which key opens secrets", () => {
  const layer = read(
    "apply: { host: a, engine: auto, hooks: always, secrets: { ageKeyFile: k }, backup: { dir: d }, rollback: none, prune: false }",
  );
  const { layer: kept, ignored } = repositoryLayer(layer);
  assert.deepEqual([...ignored].sort(), [
    "apply.backup",
    "apply.engine",
    "apply.hooks",
    "apply.host",
    "apply.secrets.ageKeyFile",
  ]);
  assert.deepEqual([...kept.settings.keys()].sort(), ["apply.prune", "apply.rollback"]);
});

Deno.test("mergeLayers() joins hosts by entry", () => {
  const { apply } = config(
    read("hosts: { pi4: { platform: arm64 } }"),
    read("hosts: { pi4: { platform: amd64 }, nas: { platform: amd64 } }", "/repo/magos.yaml"),
  );
  assert.deepEqual([...apply.hosts].map(([name, { platform }]) => [name, platform.architecture]).sort(), [
    ["nas", "amd64"],
    ["pi4", "arm64"],
  ]);
});

for (
  const [key, text] of [
    ["apply.window", 'apply: { window: [{ from: "1:00", to: "02:00" }] }'],
    ["apply.window", 'apply: { window: [{ days: [monday], from: "01:00", to: "02:00" }] }'],
    ["apply.health", "apply: { health: { tcp: nowhere } }"],
    ["apply.engine", "apply: { engine: kubernetes }"],
    ["apply.rollback", "apply: { rollback: maybe }"],
    ["hosts", "hosts: { pi4: { platform: '?' } }"],
  ] as const
) {
  Deno.test(`readConfigFile() refuses a wrong ${key}, with its place: ${text}`, () => {
    const { settings, problems } = read(text);
    assert.equal(settings.has(key), false);
    assert.equal(problems[0]?.code, "config.invalid_value");
    assert.equal(problems[0]?.line, 1);
  });
}
