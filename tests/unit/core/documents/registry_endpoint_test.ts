// Which server is asked for which name.
import assert from "node:assert/strict";
import { parseRegistriesConf } from "../../../../src/core/documents/registries_conf.ts";
import { resolveEndpoint } from "../../../../src/core/documents/registry_endpoint.ts";
import { parseRepository } from "../../../../src/core/model/reference.ts";

function endpointOf(name: string, toml = ""): string {
  const conf = parseRegistriesConf(toml);
  const repository = parseRepository(name);
  assert.ok(conf.ok && repository.ok);
  const endpoint = resolveEndpoint(conf.value, repository.value);
  if (!endpoint.ok) return endpoint.failure.code;
  assert.deepEqual(endpoint.value.display, repository.value);
  const { origin, host, path } = endpoint.value;
  return `${origin} ${host} ${path}`;
}

function rule(prefix: string, location: string | null, more = ""): string {
  return `[[registry]]\nprefix = "${prefix}"\n${location === null ? "" : `location = "${location}"\n`}${more}\n`;
}

Deno.test("resolveEndpoint() without rules", async (t) => {
  const cases: Readonly<Record<string, string>> = {
    "busybox": "https://registry-1.docker.io docker.io library/busybox",
    "index.docker.io/you/app": "https://registry-1.docker.io docker.io you/app",
    "ghcr.io/you/app": "https://ghcr.io ghcr.io you/app",
    "lscr.io/linuxserver/emby": "https://ghcr.io ghcr.io linuxserver/emby",
    "registry.lan:5000/app": "https://registry.lan:5000 registry.lan:5000 app",
    "localhost:5000/app": "http://localhost:5000 localhost:5000 app",
    "reg.localhost/app": "http://reg.localhost reg.localhost app",
    "127.9.9.9:5000/app": "http://127.9.9.9:5000 127.9.9.9:5000 app",
    "[::1]:5000/app": "http://[::1]:5000 [::1]:5000 app",
    "CONSTRUCTOR/app": "https://constructor constructor app",
    "192.168.1.2:5000/app": "https://192.168.1.2:5000 192.168.1.2:5000 app",
  };
  for (const [name, expected] of Object.entries(cases)) {
    await t.step(name, () => assert.equal(endpointOf(name), expected));
  }
});

Deno.test("resolveEndpoint() follows the longest prefix, component by component", async (t) => {
  const conf = rule("ghcr.io", "a.lan") + rule("ghcr.io/you", "b.lan/mirror", "insecure = true") +
    rule("ghcr.io/you/app", "c.lan/one/two") + rule("*.example.com", "d.lan") + rule("*.deep.example.com", null) +
    rule("docker.io", "docker.io") + rule("lscr.io", "lscr.io");
  const cases: Readonly<Record<string, string>> = {
    "ghcr.io/me/app": "https://a.lan a.lan me/app",
    "ghcr.io/you/other": "https://b.lan b.lan mirror/other",
    "ghcr.io/you/app": "https://c.lan c.lan one/two",
    "ghcr.io/you/app/sub": "https://c.lan c.lan one/two/sub",
    "ghcr.io/you2/app": "https://a.lan a.lan you2/app",
    "ghcr.io:444/you/app": "https://ghcr.io:444 ghcr.io:444 you/app",
    "x.example.com/app": "https://d.lan d.lan app",
    "x.deep.example.com/app": "https://x.deep.example.com x.deep.example.com app",
    "example.com/app": "https://example.com example.com app",
    "notexample.com/app": "https://notexample.com notexample.com app",
    "busybox": "https://registry-1.docker.io docker.io library/busybox",
    "lscr.io/linuxserver/emby": "https://lscr.io lscr.io linuxserver/emby",
  };
  for (const [name, expected] of Object.entries(cases)) {
    await t.step(name, () => assert.equal(endpointOf(name, conf), expected));
  }
});

Deno.test("resolveEndpoint() refuses blocked registries and locations that are none", async (t) => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["ghcr.io/you/app", rule("ghcr.io", "ghcr.io", "blocked = true"), "registry.blocked"],
    ["ghcr.io/you/app", rule("ghcr.io/you/app", "a.lan"), "registry.config"],
    ["ghcr.io/you/app", rule("ghcr.io", "a.lan/../b"), "registry.config"],
    ["ghcr.io/you/app", rule("ghcr.io", "user@a.lan"), "registry.config"],
    ["ghcr.io/you/app", rule("ghcr.io", "a.lan?x="), "registry.config"],
    ["ghcr.io/you/app", rule("ghcr.io", "a b"), "registry.config"],
  ];
  for (const [name, conf, code] of cases) {
    await t.step(conf.replaceAll("\n", " "), () => assert.equal(endpointOf(name, conf), code));
  }
});
