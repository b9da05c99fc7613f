// Documents that people write: every text is read or refused with a place, and nothing else than text comes of it.
import assert from "node:assert/strict";
import { parseAuthFile } from "../../src/core/documents/auth_file.ts";
import { configOf, mergeLayers } from "../../src/core/documents/config.ts";
import { readConfigFile, readEnvironment } from "../../src/core/documents/config_layer.ts";
import { parseDotEnv } from "../../src/core/documents/dot_env.ts";
import { findAuth } from "../../src/core/documents/find_auth.ts";
import { isMagosMarker, parseMagosMarker } from "../../src/core/documents/magos_marker.ts";
import { parseRegistriesConf } from "../../src/core/documents/registries_conf.ts";
import { resolveEndpoint } from "../../src/core/documents/registry_endpoint.ts";
import { parseDuration } from "../../src/core/model/duration.ts";
import { marker } from "../unit/core/patch/cases.ts";
import type { FuzzTarget } from "./target.ts";

/** The comment of a marker. */
export const magosMarker: FuzzTarget = {
  name: "marker",
  seeds: [
    marker(),
    marker({ range: ">=1 <2", filter: "^v", extract: "$1", prerelease: true, pin: "both", tag: "1.2", minAge: "3d" }),
    marker({ arch: ["linux/amd64", "linux/arm64/v8"], repo: "ghcr.io/you/app" }),
  ],
  words: [
    ...`{ } [ ] , : " \\u0000 null true 1e999 "policy" "range" "arch" "minAge" "pin" "__proto__" "toString"`.split(" "),
  ],
  longest: 4096,
  check: (text) => {
    if (!isMagosMarker(text)) return;
    const parsed = parseMagosMarker(text);
    if (!parsed.ok) {
      assert.equal(parsed.failure.code, "marker.invalid");
      assert.ok(parsed.failure.message.length < 2000, "the message is as long as what it refuses");
    } else if (parsed.value.minAge !== undefined) assert.ok(parseDuration(parsed.value.minAge).ok);
  },
};

/** podman's registries.conf, and where it sends a few images. */
export const registriesConf: FuzzTarget = {
  name: "registries.conf",
  seeds: [
    '[[registry]]\nprefix = "docker.io/library"\nlocation = "mirror.lan:5000/hub"\ninsecure = true\n',
    '[[registry]]\nprefix = "*.example.com"\nblocked = false\n[[registry]]\nlocation = "ghcr.io"\n',
    'unqualified-search-registries = ["docker.io"]\n[aliases]\n"a" = "docker.io/a"\n',
  ],
  words: [
    ...'[[registry]] [registry] prefix location insecure blocked = true false "" "*.example.com" "docker.io" "a/../b" "http://x" [[registry.mirror]] """ # 1979-05-27'
      .split(" "),
    "\n",
  ],
  longest: 4096,
  check: (text) => {
    const conf = parseRegistriesConf(text);
    if (!conf.ok) return assert.equal(conf.failure.code, "registry.config");
    for (
      const [host, path] of [["docker.io", "library/redis"], ["reg.example.com", "a/b"], [
        "ghcr.io",
        "you/app",
      ]] as const
    ) {
      const endpoint = resolveEndpoint(conf.value, { host, path });
      if (!endpoint.ok) continue;
      const url = new URL(`${endpoint.value.origin}/v2/${endpoint.value.path}/tags/list`);
      assert.ok(url.protocol === "https:" || url.protocol === "http:");
      assert.equal(url.origin, endpoint.value.origin);
      assert.equal(url.pathname, `/v2/${endpoint.value.path}/tags/list`, "the path leads elsewhere");
    }
  },
};

/** Files of logins, and whom they give one for. */
export const authFile: FuzzTarget = {
  name: "auth.json",
  seeds: [
    '{"auths": {"ghcr.io/you": {"auth": "bWU6cHc="}, "https://index.docker.io/v1/": {}}, "credsStore": "desktop"}',
    '{"credHelpers": {"ghcr.io": "pass", "docker.io": ""}, "auths": {"quay.io": {"identitytoken": "t"}}}',
    '{"auths": {"ghcr.io": {"username": "me", "password": "pw", "registrytoken": null}}}',
  ],
  words: [
    ...'{ } [ ] , : "" null 1e999 "auths" "auth" "credHelpers" "credsStore" "ghcr.io" "ghcr.io/" "https://" "__proto__" "=" "\\u0000"'
      .split(" "),
  ],
  longest: 4096,
  check: (text) => {
    const file = parseAuthFile(text, "auth.json");
    if (!file.ok) {
      assert.equal(file.failure.code, "registry.auth_file");
      return assert.ok(file.failure.message.length < 300, "the message repeats the file");
    }
    for (const isDocker of [false, true]) {
      const found = findAuth(file.value, { host: "ghcr.io", path: "you/app" }, isDocker);
      if (found?.kind !== "login") continue;
      const form = /^(https?:\/\/)?ghcr\.io(\/.*)?$/s;
      assert.match(found.key, form, "a login of another host");
    }
  },
};

/** magos's own configuration, as a file and as variables. */
export const configFile: FuzzTarget = {
  name: "config",
  seeds: [
    "repo:\n  url: https://git.example/you/lab.git\n  branch: main\n  auth: { tokenFile: ./token, user: magos }\n",
    'update:\n  paths: [stacks, "${MAGOS_X}"]\n  pin: digest\n  commit: { author: { name: m, email: m@x } }\n',
    "registries:\n  scanInterval: 30m\n  registriesConf: /etc/r.conf\nstate: { dir: ~/s }\nlog: { level: debug, format: json }\n",
  ],
  words: [
    ..."repo: url: update: paths: pin: log: level: <<: *a &a ${HOME} ${MAGOS_TOKEN} ${X} !!binary !!map !!set !!timestamp ? __proto__: constructor: [ ] { } --- null 1e999"
      .split(" "),
    "\n  ",
    ": ",
    "- ",
  ],
  longest: 4096,
  check: (text) => {
    const variables = { HOME: "/h", MAGOS_X: "x", MAGOS_TOKEN: "verysecrettoken", X: "hidden" };
    const layer = readConfigFile(text, "/etc/magos/config.yaml", variables);
    const environment = readEnvironment(
      { MAGOS_REPO: text, MAGOS_UPDATE_PATHS: text, MAGOS_LOG_LEVEL: text },
      "/",
      "",
      variables,
    );
    const config = configOf(mergeLayers([environment, layer]));
    const told = JSON.stringify([config, layer.problems, environment.problems]);
    assert.ok(
      text.includes("verysecrettoken") || !told.includes("verysecrettoken"),
      "the token can be read by its name",
    );
    assert.ok(text.includes("hidden") || !told.includes("hidden"), "any variable can be read");
    for (const problem of layer.problems) assert.ok(problem.line === undefined || problem.line >= 1);
    assert.ok(config.registries.scanIntervalSeconds >= 0);
  },
};

/** `.env` files. */
export const dotEnv: FuzzTarget = {
  name: ".env",
  seeds: [
    'A=1\nexport B = \'x y\' # c\nC="a\\"b"\r\nD=x # y\n',
    "\ufeffMAGOS_REPO=https://x\n# c\n\nE=\n",
  ],
  words: [...`export = # ' " \\" $ $A __proto__= A= \\n`.split(" "), "\n", "\r\n", " #", " "],
  longest: 8192,
  check: (text) => {
    const variables = parseDotEnv(text);
    assert.equal(Object.getPrototypeOf(variables), Object.prototype);
    for (const [name, value] of Object.entries(variables)) {
      assert.match(name, /^[A-Za-z_][A-Za-z0-9_]*$/);
      assert.ok(typeof value === "string" && !/[\n]/.test(value));
    }
  },
};
