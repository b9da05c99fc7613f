// Plaintext lies only in memory, only for its owner, and only as long as it is wanted.
import assert from "node:assert/strict";
import { createSecretsFolder } from "../../../../src/adapters/secrets/secrets_folder.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import type { PlainFile, SecretsFolder } from "../../../../src/core/ports/decryptor.ts";
import { must, mustFail } from "../../../fakes/git_setup.ts";
import { withMemoryFolder } from "../../../fakes/memory_folder.ts";
import { needs } from "../../../fakes/needs.ts";

const { ignore, suffix } = needs("tmpfs");

function plain(name: string, text: string, isMounted = false): PlainFile {
  return { name, content: new TextEncoder().encode(text), isMounted };
}

function folderIn(runtimeDir: string, uid = Deno.uid()): SecretsFolder {
  return createSecretsFolder({ files: denoFiles, runtimeDir, uid });
}

async function names(path: string): Promise<readonly string[]> {
  return (await Array.fromAsync(Deno.readDir(path), (entry) => entry.name)).sort();
}

Deno.test(
  `lay() makes the folder hold exactly the files, 0700 and 0600${suffix}`,
  { ignore },
  () =>
    withMemoryFolder(async (memory) => {
      const secrets = folderIn(`${memory}/run`);
      const folder = must(await secrets.lay("web", [plain("db.env", "A=1\n"), plain("tls.yaml", "b: 2\n")]));
      assert.equal(folder, `${memory}/run/secrets/web`);
      assert.equal(secrets.folderOf("web"), folder);
      for (const path of [`${memory}/run`, `${memory}/run/secrets`, folder]) {
        assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o700);
      }
      assert.equal(((await Deno.stat(`${folder}/db.env`)).mode ?? 0) & 0o777, 0o600);
      assert.equal(await Deno.readTextFile(`${folder}/db.env`), "A=1\n");
      must(await secrets.lay("web", [plain("tls.yaml", "b: 3\n")]));
      assert.deepEqual(await names(folder), ["tls.yaml"]);
      assert.equal(await Deno.readTextFile(`${folder}/tls.yaml`), "b: 3\n");
    }),
);

Deno.test(
  `lay() opens what is mounted to every user of a container, behind a folder that only its owner enters${suffix}`,
  { ignore },
  () =>
    withMemoryFolder(async (memory) => {
      const secrets = folderIn(`${memory}/run`);
      const modeOf = async (path: string): Promise<number> => ((await Deno.stat(path)).mode ?? 0) & 0o777;
      const folder = must(await secrets.lay("web", [plain("db.env", "A=1\n"), plain("tls.yaml", "b: 2\n")]));
      // As a version that kept everything to itself left it.
      assert.deepEqual([await modeOf(folder), await modeOf(`${folder}/tls.yaml`)], [0o700, 0o600]);
      must(await secrets.lay("web", [plain("db.env", "A=1\n"), plain("tls.yaml", "b: 2\n", true)]));
      const modes = [await modeOf(folder), await modeOf(`${folder}/tls.yaml`), await modeOf(`${folder}/db.env`)];
      assert.deepEqual(modes, [0o755, 0o444, 0o600]);
      for (const path of [`${memory}/run`, `${memory}/run/secrets`]) assert.equal(await modeOf(path), 0o700);
      must(await secrets.lay("web", [plain("db.env", "A=1\n")]));
      assert.equal(await modeOf(folder), 0o700, "nothing is mounted any more");
    }),
);

Deno.test(
  `lay() leaves an unchanged file alone and replaces a changed one, so that what is mounted stays whole${suffix}`,
  { ignore },
  () =>
    withMemoryFolder(async (memory) => {
      const secrets = folderIn(memory);
      const folder = must(await secrets.lay("web", [plain("a", "same"), plain("b", "old")]));
      const inode = async (name: string): Promise<number | null> => (await Deno.stat(`${folder}/${name}`)).ino;
      const [a, b] = [await inode("a"), await inode("b")];
      using mounted = await Deno.open(`${folder}/b`);
      must(await secrets.lay("web", [plain("a", "same"), plain("b", "new")]));
      assert.equal(await inode("a"), a);
      assert.notEqual(await inode("b"), b);
      const bytes = new Uint8Array(3);
      await mounted.read(bytes);
      assert.equal(new TextDecoder().decode(bytes), "old");
    }),
);

Deno.test("lay() refuses a folder on a disk, and writes nothing there", async () => {
  // /tmp is in memory on many machines.
  const disk = await Deno.makeTempDir({ dir: "/var/tmp" });
  try {
    if (must(await denoFiles.isInMemory(disk))) throw new Error("the test needs a temporary folder on a disk");
    const failed = mustFail(await folderIn(`${disk}/run`).lay("web", [plain("db.env", "A=1\n")]));
    assert.equal(failed.code, "secrets.not_private");
    assert.deepEqual(await names(`${disk}/run/secrets`), []);
  } finally {
    await Deno.remove(disk, { recursive: true });
  }
});

Deno.test(
  `lay() refuses a folder that others may read, that is a link, or that is another user's${suffix}`,
  { ignore },
  () =>
    withMemoryFolder(async (memory) => {
      await Deno.mkdir(`${memory}/open`);
      await Deno.chmod(`${memory}/open`, 0o755);
      await Deno.mkdir(`${memory}/own`, { mode: 0o700 });
      await Deno.symlink(`${memory}/own`, `${memory}/link`);
      const refused = [folderIn(`${memory}/open`), folderIn(`${memory}/link`), folderIn(`${memory}/own`, 12345)];
      for (const secrets of refused) {
        assert.equal(mustFail(await secrets.lay("web", [plain("a", "b")])).code, "secrets.not_private");
      }
    }),
);

Deno.test(
  `remove() and keepOnly() take away what is no longer wanted${suffix}`,
  { ignore },
  () =>
    withMemoryFolder(async (memory) => {
      const secrets = folderIn(memory);
      must(await secrets.keepOnly([]));
      must(await secrets.lay("web", [plain("db.env", "A"), plain("tls", "B")]));
      must(await secrets.lay("old", [plain("db.env", "A")]));
      must(await secrets.remove("web", ["db.env", "never-there"]));
      assert.deepEqual(await names(`${memory}/secrets/web`), ["tls"]);
      must(await secrets.keepOnly(["web"]));
      assert.deepEqual(await names(`${memory}/secrets`), ["web"]);
    }),
);

Deno.test(
  `lay() fails when memory is full, and a later try with room ends well${suffix}`,
  { ignore },
  () =>
    withMemoryFolder(async (memory) => {
      const secrets = folderIn(memory);
      const failed = mustFail(
        await secrets.lay("web", [{ name: "big", content: new Uint8Array(1024 * 1024), isMounted: false }]),
      );
      assert.equal(failed.code, "state.write_failed");
      assert.deepEqual(await names(`${memory}/secrets/web`), []);
      assert.equal(must(await secrets.lay("web", [plain("small", "ok")])), `${memory}/secrets/web`);
      assert.deepEqual(await names(`${memory}/secrets/web`), ["small"]);
    }, "128k"),
);

Deno.test(
  `writeGenerated() keeps its files beside the secrets and as private${suffix}`,
  { ignore },
  () =>
    withMemoryFolder(async (memory) => {
      const path = must(await folderIn(memory).writeGenerated("web", "labels.yaml", "{}\n"));
      assert.equal(await Deno.readTextFile(path), "{}\n");
      assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }),
);

Deno.test(`stage() touches nothing that is in use; swap() takes over what changed and leaves the rest${suffix}`, {
  ignore,
}, () =>
  withMemoryFolder(async (memory) => {
    const secrets = folderIn(`${memory}/run`);
    const folder = must(
      await secrets.lay("web", [plain("same", "s", true), plain("tls", "old", true), plain("gone", "g", true)]),
    );
    const text = (name: string): Promise<string> => Deno.readTextFile(`${folder}/${name}`);
    const inode = (await Deno.stat(`${folder}/same`)).ino;
    must(await secrets.stage("web", [plain("left over", "x")]));
    must(await secrets.stage("web", [plain("same", "s", true), plain("tls", "new", true), plain("db.env", "A=1\n")]));
    assert.deepEqual([await names(folder), await text("tls")], [["gone", "same", "tls"], "old"]);
    assert.equal(((await Deno.stat(`${memory}/run/secrets`)).mode ?? 0) & 0o777, 0o700);
    must(await secrets.swap("web"));
    assert.deepEqual(await names(folder), ["db.env", "gone", "same", "tls"]);
    assert.deepEqual([await text("tls"), (await Deno.stat(`${folder}/same`)).ino], ["new", inode]);
    const modes = await Promise.all(["tls", "db.env"].map((name) => Deno.stat(`${folder}/${name}`)));
    assert.deepEqual(modes.map(({ mode }) => (mode ?? 0) & 0o777), [0o444, 0o600]);
    assert.deepEqual(await names(`${memory}/run/secrets`), ["web"]);
    must(await secrets.keepFiles("web", ["same", "tls"]));
    assert.deepEqual(await names(folder), ["same", "tls"]);
    must(await secrets.swap("web"));
    assert.deepEqual(await names(folder), ["same", "tls"], "nothing was laid beside it");
  }));

Deno.test(
  `what was staged goes by unstage(), by an empty stage() and by keepOnly()${suffix}`,
  { ignore },
  () =>
    withMemoryFolder(async (memory) => {
      const secrets = folderIn(`${memory}/run`);
      for (
        const end of [() => secrets.unstage("web"), () => secrets.stage("web", []), () => secrets.keepOnly(["web"])]
      ) {
        must(await secrets.stage("web", [plain("tls", "new")]));
        must(await end());
        assert.deepEqual(await names(`${memory}/run/secrets`), []);
      }
      assert.equal(mustFail(await folderIn("/var/tmp").stage("web", [plain("a", "b")])).code, "secrets.not_private");
    }),
);
