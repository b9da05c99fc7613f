import assert from "node:assert/strict";
import { configOf, mergeLayers } from "../../../../src/core/documents/config.ts";
import { configJsonSchema } from "../../../../src/core/documents/config_keys.ts";
import { readConfigFile, readEnvironment } from "../../../../src/core/documents/config_layer.ts";
import type { DaemonConfig } from "../../../../src/core/documents/daemon_config.ts";

function daemonOf(text: string, env: Readonly<Record<string, string>> = {}): DaemonConfig {
  const layer = readConfigFile(text, "/etc/magos/config.yaml", {});
  assert.deepEqual(layer.problems, []);
  return configOf(mergeLayers([readEnvironment(env, "/"), layer])).daemon;
}

function problemsOf(text: string): readonly string[] {
  return readConfigFile(text, "c.yaml", {}).problems.map(({ line, code, message, cure }) =>
    [line, code, message, cure].join(" | ")
  );
}

Deno.test("daemonConfigOf() updates twice a day, never deploys and listens on loopback unless told otherwise", () => {
  assert.deepEqual(daemonOf(""), {
    update: { everySeconds: 43_200, timeZone: "UTC", jitterSeconds: 300 },
    apply: null,
    server: { hostname: "127.0.0.1", port: 8420, names: [], adminTokenFile: null, webhooks: [] },
  });
});

Deno.test("daemonConfigOf() reads both forms of a schedule", () => {
  const { update, apply } = daemonOf(`
update: { schedule: { cron: "0 4 * * 1", timeZone: Europe/Berlin, jitter: 10m } }
apply: { schedule: { every: 5m } }
`);
  assert.deepEqual(update, { cron: "0 4 * * 1", timeZone: "Europe/Berlin", jitterSeconds: 600 });
  assert.deepEqual(apply, { everySeconds: 300, timeZone: "UTC", jitterSeconds: 30 });
});

Deno.test("daemonConfigOf() reads the server, with paths that start at the file", () => {
  const { server } = daemonOf(`
server:
  listen: "[::1]:9000"
  names: [Magos.Example.org]
  adminTokenFile: admin
  webhooks: [{ kind: github, secretFile: hooks/github }, { kind: quay, secretFile: /run/quay }]
`);
  assert.deepEqual(server, {
    hostname: "::1",
    port: 9000,
    names: ["magos.example.org"],
    adminTokenFile: "/etc/magos/admin",
    webhooks: [
      { kind: "github", secretFile: "/etc/magos/hooks/github" },
      { kind: "quay", secretFile: "/run/quay" },
    ],
  });
});

Deno.test("daemonConfigOf() has no server with `server: false`, and takes the address from the environment", () => {
  assert.equal(daemonOf("server: false").server, null);
  assert.equal(daemonOf("", { MAGOS_SERVER_LISTEN: "off" }).server, null);
  assert.equal(daemonOf("server: false", { MAGOS_SERVER_LISTEN: "127.0.0.1:0" }).server?.port, 0);
});

Deno.test("readConfigFile() tells what is wrong with a schedule or the server, with its place and the cure", () => {
  assert.deepEqual(problemsOf("update:\n  schedule: { every: 1h, cron: '0 4 * * 1' }"), [
    '2 | config.invalid_value | "update.schedule": holds both every and cron; keep one | ',
  ]);
  assert.match(problemsOf("update:\n  schedule:\n    cron: '0 25 * * *'")[0] ?? "", /^3 \|.*hour.*write five fields/);
  assert.match(problemsOf("update: { schedule: { evry: 1h } }")[0] ?? "", /unknown key.*did you mean "every"/);
  assert.match(problemsOf("update: { schedule: { every: 0s } }")[0] ?? "", /longer than nothing/);
  assert.match(problemsOf("apply: { schedule: { timeZone: UTC } }")[0] ?? "", /needs every or cron/);
  assert.match(problemsOf("server: { listen: 8420 }")[0] ?? "", /server\.listen/);
  assert.match(problemsOf("server: { listen: '127.0.0.1:70000' }")[0] ?? "", /no such port/);
  assert.match(problemsOf("server: { adminToken: x }")[0] ?? "", /unknown key.*adminTokenFile/);
  assert.equal(problemsOf("server: { webhooks: [{ kind: svn, secretFile: x }] }").length, 1);
  assert.match(problemsOf("server: true")[0] ?? "", /"server"/);
});

Deno.test("configJsonSchema() lets an editor write `server: false`", () => {
  const { properties } = configJsonSchema() as { properties: Record<string, Record<string, unknown>> };
  assert.deepEqual(properties["server"]?.["type"], ["object", "boolean"]);
  assert.deepEqual(properties["server"]?.["not"], { const: true });
});
