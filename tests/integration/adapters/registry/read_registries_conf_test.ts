// podman's files where podman keeps them: which are read, in which order, and which are left aside.
import assert from "node:assert/strict";
import { readRegistriesConf } from "../../../../src/adapters/registry/read_registries_conf.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import type { Result } from "../../../../src/core/model/problem.ts";
import type { RegistriesConf } from "../../../../src/core/documents/registries_conf.ts";

type Read = (asked?: string) => Promise<Result<RegistriesConf>>;

/** `user/...` stands for the user's configuration, `etc/...` for the system's. */
async function withFiles(
  files: Readonly<Record<string, string>>,
  test: (read: Read, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "magos-conf-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    const places = { files: denoFiles, configHome: `${folder}/user`, systemConfig: `${folder}/etc` };
    await test((asked) => readRegistriesConf({ ...places, asked: asked ?? null }), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const search = (host: string): string => `unqualified-search-registries = ["${host}"]\n`;
const alias = (to: string): string => `[aliases]\n"a" = "${to}/a"\n`;

async function valueOf(reading: Promise<Result<RegistriesConf>>): Promise<RegistriesConf> {
  const read = await reading;
  assert.ok(read.ok, read.ok ? "" : read.failure.message);
  return read.value;
}

Deno.test("readRegistriesConf() without any file says nothing", () =>
  withFiles({}, async (read) => {
    const none = { rules: [], aliases: new Map(), searchRegistries: [], credentialHelpers: [] };
    assert.deepEqual(await valueOf(read()), none);
  }));

Deno.test("readRegistriesConf() reads the system's drop-ins after its file, then the user's, in order of name", () =>
  withFiles({
    "etc/containers/registries.conf": search("system.lan") + alias("0.lan"),
    "etc/containers/registries.conf.d/20-b.conf": alias("2.lan"),
    "etc/containers/registries.conf.d/10-a.conf": search("drop.lan") + alias("1.lan"),
    "etc/containers/registries.conf.d/30-c.conf.bak": "this is no TOML [[",
    "etc/containers/registries.conf.d/40-folder.conf/x": "nor is this [[",
  }, async (read, folder) => {
    const system = await valueOf(read());
    assert.deepEqual(system.searchRegistries, ["drop.lan"]);
    assert.deepEqual(system.aliases.get("a"), { host: "2.lan", path: "a" });
    await Deno.mkdir(`${folder}/user/containers/registries.conf.d`, { recursive: true });
    await Deno.writeTextFile(`${folder}/user/containers/registries.conf.d/00-mine.conf`, alias("mine.lan"));
    assert.deepEqual((await valueOf(read())).aliases.get("a"), { host: "mine.lan", path: "a" });
  }));

Deno.test("readRegistriesConf() leaves all of the system's files aside for a user with a file of his own", () =>
  withFiles({
    "etc/containers/registries.conf": search("system.lan") + "[[",
    "etc/containers/registries.conf.d/10-a.conf": alias("1.lan"),
    "user/containers/registries.conf": search("user.lan"),
    "user/containers/registries.conf.d/10-b.conf": 'credential-helpers = ["pass"]\n',
  }, async (read) => {
    const { searchRegistries, aliases, credentialHelpers } = await valueOf(read());
    assert.deepEqual([searchRegistries, aliases.size, credentialHelpers], [["user.lan"], 0, ["pass"]]);
  }));

Deno.test("readRegistriesConf() reads a file that was asked for, and nothing else", () =>
  withFiles({
    "asked.conf": search("asked.lan"),
    "etc/containers/registries.conf": "[[",
    "user/containers/registries.conf.d/10-b.conf": "[[",
  }, async (read, folder) => {
    assert.deepEqual((await valueOf(read(`${folder}/asked.conf`))).searchRegistries, ["asked.lan"]);
    const missing = await read(`${folder}/missing.conf`);
    assert.ok(!missing.ok);
    assert.equal(missing.failure.code, "registry.config");
    assert.equal(missing.failure.file, `${folder}/missing.conf`);
  }));

Deno.test("readRegistriesConf() names the drop-in that cannot be understood", () =>
  withFiles({ "user/containers/registries.conf.d/10-b.conf": '[[registry]]\nprefix = "a.lan"\n' }, async (read) => {
    const broken = await read();
    assert.ok(!broken.ok);
    assert.equal(broken.failure.code, "registry.config");
    assert.match(broken.failure.file ?? "", /10-b\.conf$/);
    assert.match(broken.failure.message, /no location/);
  }));
