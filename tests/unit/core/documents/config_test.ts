import assert from "node:assert/strict";
import { configOf, mergeLayers, repositoryLayer } from "../../../../src/core/documents/config.ts";
import { configJsonSchema, configKeys, environmentName } from "../../../../src/core/documents/config_keys.ts";
import { type ConfigLayer, readConfigFile, readEnvironment } from "../../../../src/core/documents/config_layer.ts";

function layer(source: string, value: string, key = "repo.url"): ConfigLayer {
  return { settings: new Map([[key, { value, source, folder: "/f" }]]), problems: [] };
}

Deno.test("mergeLayers() takes each key whole from the first layer that sets it", () => {
  const order = ["flag", "environment", ".env", "host", "repository"];
  for (let first = 0; first < order.length; first++) {
    const merged = mergeLayers(order.slice(first).map((source) => layer(source, source)));
    assert.equal(merged.get("repo.url")?.source, order[first]);
  }
  const mixed = mergeLayers([layer("a", "debug", "log.level"), layer("b", "x"), layer("c", "y")]);
  assert.deepEqual(Array.from(mixed, ([key, { source }]) => [key, source]), [["repo.url", "b"], ["log.level", "a"]]);
});

Deno.test("configOf() fills in the defaults of the reference", () => {
  assert.deepEqual(configOf(new Map()), {
    repo: {
      url: null,
      branch: null,
      tokenFile: null,
      user: null,
      sshKeyFile: null,
      knownHostsFile: null,
      githubApp: null,
      forge: "auto",
      forgeUrl: null,
      caFile: null,
      verifyCommits: null,
    },
    apps: [],
    update: {
      paths: ["."],
      policies: ["policies/**"],
      pin: "both",
      exclude: [],
      delivery: "push",
      branch: "image-updates/{{ isoYear }}-w{{ isoWeek }}",
      timeZone: "UTC",
      commitPer: "pass",
      message: null,
      sign: null,
      author: { name: "magos", email: "magos@localhost" },
    },
    gates: { arch: [], minAgeSeconds: null },
    fluxVersioning: "flux",
    strictNamespaces: false,
    fluxSecrets: new Map(),
    registries: { scanIntervalSeconds: 3600, registriesConf: null, authFile: null, certsDir: null, hosts: new Map() },
    apply: {
      host: null,
      hosts: new Map(),
      discover: ["apps", "hosts", "gitops"],
      engine: "auto",
      defaults: {
        windows: [],
        health: { timeoutSeconds: null, settleSeconds: 30, http: null, tcp: null },
        rollback: "revert",
      },
      apps: [],
      quarantineSeconds: 30 * 86_400,
      prune: true,
      hooks: "verified",
      backup: null,
      ageKeyFile: null,
    },
    daemon: {
      update: { everySeconds: 12 * 3600, timeZone: "UTC", jitterSeconds: 300 },
      apply: null,
      server: { hostname: "127.0.0.1", port: 8420, names: [], adminTokenFile: null, webhooks: [] },
    },
    runtimeDir: null,
    stateDir: null,
    log: { level: "info", format: "auto" },
  });
});

Deno.test("configOf() lets relative paths start at the file that names them", () => {
  const host = readConfigFile(
    "repo: { auth: { tokenFile: ./a/token } }\nstate: { dir: /var/x }\n",
    "/etc/magos/c.yaml",
    {},
  );
  const env = readEnvironment({ MAGOS_REGISTRIES_REGISTRIES_CONF: "r.conf" }, "/srv");
  const config = configOf(mergeLayers([env, host]));
  assert.equal(config.repo.tokenFile, "/etc/magos/a/token");
  assert.equal(config.stateDir, "/var/x");
  assert.equal(config.registries.registriesConf, "/srv/r.conf");
  const atRoot = readConfigFile("state: { dir: x }\n", "/c.yaml", {});
  assert.equal(configOf(mergeLayers([atRoot])).stateDir, "/x");
});

Deno.test("configOf() reads who pushes, who signs and whose signatures are believed, with absolute paths", () => {
  const text = `repo:
  auth: { githubApp: { appId: 12, privateKeyFile: app.pem } }
  verifyCommits: { allowedSigners: signers, bots: [magos@localhost] }
update: { commit: { sign: { ssh: key } }, exclude: ["a/*", { image: b, reason: why }], schedule: { timeZone: Asia/Tokyo } }
`;
  const read = readConfigFile(text, "/etc/magos/c.yaml", {});
  assert.deepEqual(read.problems, []);
  const { repo, update } = configOf(mergeLayers([read]));
  assert.deepEqual(repo.githubApp, { appId: 12, installationId: null, privateKeyFile: "/etc/magos/app.pem" });
  assert.deepEqual(repo.verifyCommits, {
    allowedSigners: "/etc/magos/signers",
    gpgKeys: null,
    bots: ["magos@localhost"],
  });
  assert.deepEqual(update.sign, { ssh: "/etc/magos/key" });
  assert.deepEqual(update.exclude, [{ image: "a/*", reason: null }, { image: "b", reason: "why" }]);
  assert.equal(update.timeZone, "Asia/Tokyo");
});

Deno.test("repositoryLayer() keeps the keys marked R and names the others (contracts 2.2)", () => {
  const text = `repo: { url: x, branch: y, auth: { tokenFile: t, user: u } }
update: { paths: [a], pin: tag, commit: { author: { name: n, email: e@x } } }
registries: { scanInterval: 5m, registriesConf: r, authFile: a, certsDir: c, hosts: { ghcr.io: { blobs: false } } }
state: { dir: d }
log: { level: debug, format: text }
`;
  const read = readConfigFile(text, "configs/config.yaml", {});
  assert.deepEqual(read.problems, []);
  const { layer, ignored } = repositoryLayer(read);
  assert.deepEqual([...layer.settings.keys()], [
    "update.paths",
    "update.pin",
    "update.commit.author",
    "registries.scanInterval",
  ]);
  assert.deepEqual(ignored, [
    "repo.url",
    "repo.branch",
    "repo.auth.tokenFile",
    "repo.auth.user",
    "registries.registriesConf",
    "registries.authFile",
    "registries.certsDir",
    "registries.hosts",
    "state.dir",
    "log.level",
    "log.format",
  ]);
});

Deno.test("configOf() reads registries.hosts by canonical name, with the defaults of the reference", () => {
  const file = `registries:
  authFile: auth.json
  certsDir: /etc/certs
  hosts:
    index.Docker.io: { concurrency: 1, sideApi: false }
    Registry.LAN:5000: { realms: [Auth.LAN:8443], caFile: ca/lan.crt, blobs: false }
`;
  const read = readConfigFile(file, "/etc/magos/c.yaml", {});
  assert.deepEqual(read.problems, []);
  const { authFile, certsDir, hosts } = configOf(mergeLayers([read])).registries;
  assert.equal(authFile, "/etc/magos/auth.json");
  assert.equal(certsDir, "/etc/certs");
  assert.deepEqual([...hosts], [
    ["docker.io", { concurrency: 1, realms: [], caFile: null, sideApi: false, blobs: true }],
    ["registry.lan:5000", {
      concurrency: null,
      realms: ["auth.lan:8443"],
      caFile: "/etc/magos/ca/lan.crt",
      sideApi: true,
      blobs: false,
    }],
  ]);
});

Deno.test("mergeLayers() merges registries.hosts by entry, each with its own folder (contracts 2.1)", () => {
  const high = readConfigFile(
    "registries: { hosts: { a.lan: { caFile: x }, b.lan: { concurrency: 2 } } }",
    "/h/c.yaml",
    {},
  );
  const low = readConfigFile(
    "registries: { hosts: { b.lan: { blobs: false }, c.lan: { caFile: y } } }",
    "/l/c.yaml",
    {},
  );
  const { hosts } = configOf(mergeLayers([high, low])).registries;
  assert.equal(hosts.get("a.lan")?.caFile, "/h/x");
  assert.equal(hosts.get("c.lan")?.caFile, "/l/y");
  assert.equal(hosts.get("b.lan")?.concurrency, 2);
  assert.equal(hosts.get("b.lan")?.blobs, true);
});

Deno.test("configOf() reads what is said of Flux, and flux.secrets by entry, each with its own folder", () => {
  const high = readConfigFile("flux: { strictNamespaces: true, secrets: { ns/a: a.json } }", "/h/c.yaml", {});
  const low = readConfigFile("flux: { secrets: { ns/a: b.json, ns/b: /etc/b.json } }", "/l/c.yaml", {});
  assert.deepEqual([...high.problems, ...low.problems], []);
  const config = configOf(mergeLayers([high, low]));
  assert.ok(config.strictNamespaces);
  assert.deepEqual([...config.fluxSecrets], [["ns:a", "/h/a.json"], ["ns:b", "/etc/b.json"]]);
  assert.deepEqual([...configOf(mergeLayers([low])).fluxSecrets], [["ns:a", "/l/b.json"], ["ns:b", "/etc/b.json"]]);
  assert.ok(!configOf(mergeLayers([low])).strictNamespaces);
  assert.ok(configOf(mergeLayers([readEnvironment({ MAGOS_FLUX_STRICT_NAMESPACES: "true" }, "/")])).strictNamespaces);
});

Deno.test("readConfigFile() wants a namespace in the names of flux.secrets", () => {
  const { problems } = readConfigFile("flux: { secrets: { a: a.json } }", "/h/c.yaml", {});
  assert.deepEqual(problems.map(({ code }) => code), ["config.invalid_value"]);
});

Deno.test("readConfigFile() tells what is wrong with an entry of registries.hosts", () => {
  const problemsOf = (entry: string): readonly string[] =>
    readConfigFile(`registries: { hosts: { ${entry} } }`, "c.yaml", {}).problems.map((it) =>
      `${it.code} ${it.message} ${it.cure ?? ""}`
    );
  assert.match(problemsOf("a.lan: { cafile: x }")[0] ?? "", /^config\.unknown_key .*did you mean "caFile"/);
  assert.match(problemsOf("a.lan: { concurrency: 0 }")[0] ?? "", /^config\.invalid_value .*concurrency/);
  assert.match(problemsOf("a.lan: { realms: [https://x] }")[0] ?? "", /^config\.invalid_value .*not a host/);
  assert.match(problemsOf("https://a.lan: { blobs: true }")[0] ?? "", /^config\.invalid_value /);
  assert.match(problemsOf("a.lan: { token: x }")[0] ?? "", /^config\.secret_inline /);
});

Deno.test("environmentName() is MAGOS_ and the path in upper snake case, different for each key", () => {
  assert.equal(environmentName("update.delivery"), "MAGOS_UPDATE_DELIVERY");
  assert.equal(environmentName("repo.auth.tokenFile"), "MAGOS_REPO_AUTH_TOKEN_FILE");
  const names = Object.keys(configKeys).map(environmentName);
  assert.equal(new Set(names).size, names.length);
  for (const reserved of ["MAGOS_TOKEN", "MAGOS_REPO", "MAGOS_CONFIG"]) assert.ok(!names.includes(reserved));
});

Deno.test("configJsonSchema() describes every key and allows no others", () => {
  const schema = configJsonSchema() as Record<string, unknown>;
  assert.match(String(schema["$schema"]), /json-schema\.org\/draft\/2020-12/);
  for (const key of Object.keys(configKeys)) {
    let at: Record<string, unknown> = schema;
    for (const name of key.split(".")) {
      assert.equal(at["additionalProperties"], false, key);
      at = (at["properties"] as Record<string, Record<string, unknown>>)[name] ?? {};
    }
    assert.equal(at["description"], configKeys[key]?.meaning, key);
  }
});
