// Where a name without a registry is kept: aliases, search registries, Docker Hub.
import assert from "node:assert/strict";
import { joinRegistriesFiles, parseRegistriesConf } from "../../../../src/core/documents/registries_conf.ts";
import { locateName } from "../../../../src/core/documents/short_names.ts";
import { formatRepository } from "../../../../src/core/model/reference.ts";

function locate(name: string, toml: string): string {
  const parsed = parseRegistriesConf(toml);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.failure.message);
  const located = locateName(joinRegistriesFiles([parsed.value]), name);
  return located.ok ? formatRepository(located.value) : located.failure.code;
}

const search = (...hosts: readonly string[]): string => `unqualified-search-registries = ${JSON.stringify(hosts)}\n`;
const aliases = '[aliases]\n"fedora" = "registry.fedoraproject.org/fedora"\n"foo/bar" = "quay.io/foo/baz"\n' +
  '"redis" = "docker.io/redis"\n';

Deno.test("locateName() finds short names where registries.conf says", async (t) => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["busybox", "", "docker.io/library/busybox"],
    ["foo/bar", "", "docker.io/foo/bar"],
    ["fedora", aliases, "registry.fedoraproject.org/fedora"],
    ["foo/bar", search("quay.io") + aliases, "quay.io/foo/baz"],
    ["redis", search("quay.io") + aliases, "docker.io/library/redis"],
    ["fedora/more", aliases, "docker.io/fedora/more"],
    ["foo/bar", search("quay.io"), "quay.io/foo/bar"],
    ["busybox", search("quay.io"), "quay.io/busybox"],
    ["busybox", search("nas.lan:5000"), "nas.lan:5000/busybox"],
    ["busybox", search("docker.io"), "docker.io/library/busybox"],
    ["busybox", search("quay.io", "docker.io"), "docker.io/library/busybox"],
    ["busybox", search("quay.io", "index.docker.io"), "docker.io/library/busybox"],
    ["busybox", search("quay.io", "quay.io"), "quay.io/busybox"],
    ["busybox", search("quay.io", "ghcr.io"), "registry.config"],
    ["busybox", search(), "docker.io/library/busybox"],
    ["Not A Name", search("quay.io"), "marker.not_an_image"],
  ];
  for (const [name, toml, expected] of cases) {
    await t.step(`${name} by ${toml.replaceAll("\n", " ")}`, () => assert.equal(locate(name, toml), expected));
  }
});

Deno.test("locateName() leaves whole names alone, whatever aliases and search registries say", async (t) => {
  const toml = search("quay.io") + aliases;
  const cases: Readonly<Record<string, string>> = {
    "docker.io/library/fedora": "docker.io/library/fedora",
    "docker.io/fedora": "docker.io/library/fedora",
    "docker.io/foo/bar": "docker.io/foo/bar",
    "localhost/foo": "localhost/foo",
    "ghcr.io/you/app": "ghcr.io/you/app",
    "nas:5000/app": "nas:5000/app",
  };
  for (const [name, expected] of Object.entries(cases)) {
    await t.step(name, () => assert.equal(locate(name, toml), expected));
  }
});

Deno.test("locateName() says of an ambiguous name where it could be, and to write it in full", () => {
  const located = locateName({ aliases: new Map(), searchRegistries: ["quay.io", "ghcr.io"] }, "you/app");
  assert.ok(!located.ok);
  assert.match(located.failure.message, /"you\/app" .*quay\.io, ghcr\.io/);
  assert.match(located.failure.cure ?? "", /write the whole name, like quay\.io\/you\/app/);
});
