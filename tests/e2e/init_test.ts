// magos init on folders as people have them: what it writes byte for byte, what it says, and that a pass can work with it.
import assert from "node:assert/strict";
import { needs } from "../fakes/needs.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { release, withHomelab } from "./homelab.ts";
import { withFolder } from "./folder.ts";

const fixtures = new URL("../fixtures/init/", import.meta.url).pathname;

async function treeOf(folder: string, prefix = ""): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  for await (const entry of Deno.readDir(folder)) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory) Object.assign(files, await treeOf(`${folder}/${entry.name}`, `${path}/`));
    // The decoder would swallow a byte order mark.
    else {files[path] = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
        await Deno.readFile(`${folder}/${entry.name}`),
      );}
  }
  return files;
}

const cases = Array.from(Deno.readDirSync(fixtures)).filter((it) => it.isDirectory).map((it) => it.name).sort();

for (const name of cases) {
  Deno.test(`init --write makes of fixtures/init/${name} its after/, and again changes nothing`, async () => {
    const [before, after] = [await treeOf(`${fixtures}${name}/before`), await treeOf(`${fixtures}${name}/after`)];
    await withFolder(before, async (folder) => {
      const shown = await folder.magos(["init"]);
      assert.equal(shown.code, 0, shown.err);
      assert.deepEqual(await treeOf(folder.path), before);
      const ran = await folder.magos(["init", "--write", "--json"]);
      assert.equal(ran.code, 0, ran.out);
      assert.deepEqual(await treeOf(folder.path), after);
      const again = JSON.parse((await folder.magos(["init", "--write", "--json"])).out);
      assert.deepEqual(again.files.filter((file: { diff: string }) => file.diff !== ""), []);
      assert.deepEqual(await treeOf(folder.path), after);
    });
  });
}

Deno.test("there are cases for init at all", () => assert.ok(cases.length >= 5));

Deno.test("init shows what it would write, counts it, and reports the rest with its cure", (t) =>
  withFolder({}, async (folder) => {
    for (const [file, text] of Object.entries(await treeOf(`${fixtures}compose/before`))) {
      await folder.write(file, text);
    }
    const { out, err } = await folder.magos(["init"]);
    await t.assertSnapshot(`${out}--- stderr\n${err}`);
  }));

Deno.test("what init has written is sound to validate", async () => {
  for (const name of ["compose", "kubernetes", "quadlet", "first"]) {
    await withFolder(await treeOf(`${fixtures}${name}/after`), async (folder) => {
      const { out } = await folder.magos(["validate", "--json"]);
      const unknown = name === "compose" ? ["marker.unknown_policy"] : [];
      assert.deepEqual(JSON.parse(out).problems.map((it: { code: string }) => it.code), unknown, out);
    });
  }
});

Deno.test("init prints magos.init/v1: a change for each marker, with its line in the new text", () =>
  withFolder({ "web.container": "[Container]\nImage=a/b:1.2\n", "magos.yaml": "" }, async (folder) => {
    const report = JSON.parse((await folder.magos(["init", "--json"])).out);
    assert.deepEqual(Object.keys(report), ["schema", "written", "files", "problems"]);
    assert.deepEqual([report.schema, report.written, report.problems], ["magos.init/v1", false, []]);
    assert.deepEqual(report.files, [{
      file: "web.container",
      changes: [{
        line: 3,
        column: 7,
        setter: "semver",
        old: "",
        new: '# {"magos": {"policy": "semver", "range": "^1"}}',
      }],
      problems: [],
      diff: `--- a/web.container
+++ b/web.container
@@ -1,2 +1,3 @@
 [Container]
+# {"magos": {"policy": "semver", "range": "^1"}}
 Image=a/b:1.2
`,
    }]);
  }));

Deno.test("init keeps to the path that was named, and leaves the configuration to the top", () => {
  const image = "services:\n  a:\n    image: a/b:1.2\n";
  return withFolder({ "one/compose.yaml": image, "two/compose.yaml": image, ".git": "" }, async (folder) => {
    const filesOf = async (...args: string[]): Promise<readonly string[]> =>
      JSON.parse((await folder.magos(["init", "--json", ...args])).out).files.map((it: { file: string }) => it.file);
    assert.deepEqual(await filesOf("one"), ["one/compose.yaml"]);
    assert.deepEqual(await filesOf("two/compose.yaml"), ["two/compose.yaml"]);
    assert.deepEqual(await filesOf(), ["one/compose.yaml", "two/compose.yaml", "magos.yaml"]);
    assert.equal((await folder.magos(["init", "three"])).code, 2);
  });
});

Deno.test("init --write keeps a file's mode and leaves nothing beside it", () =>
  withFolder({ "compose.yaml": "services:\n  a:\n    image: a/b:1.2\n" }, async (folder) => {
    await Deno.chmod(`${folder.path}/compose.yaml`, 0o664);
    assert.equal((await folder.magos(["init", "--write"])).code, 0);
    assert.equal((await Deno.stat(`${folder.path}/compose.yaml`)).mode, 0o100664);
    assert.equal((await Deno.stat(`${folder.path}/magos.yaml`)).mode, 0o100644);
    const names = Array.from(Deno.readDirSync(folder.path), (it) => it.name).sort();
    assert.deepEqual(names, ["compose.yaml", "magos.yaml"]);
  }));

Deno.test("init writes through no link, and reports a file that cannot be written", async () => {
  const image = "services:\n  a:\n    image: a/b:1.2\n";
  await withFolder({ "real/compose.yaml": image, "home/magos.yaml": "" }, async (folder) => {
    await Deno.symlink("../real/compose.yaml", `${folder.path}/home/compose.yaml`);
    await Deno.symlink("../real", `${folder.path}/home/linked`);
    assert.deepEqual(JSON.parse((await folder.magos(["init", "--write", "--json"], "home")).out).files, []);
    assert.equal(await folder.read("real/compose.yaml"), image);
  });
  await withFolder({ "compose.yaml": image, "magos.yaml": "" }, async (folder) => {
    const { denoFiles } = await import("../../src/adapters/system/deno_files.ts");
    const failure = { code: "state.write_failed" as const, message: "the disk is full", retry: "never" as const };
    const files = { ...denoFiles, write: () => Promise.resolve({ ok: false as const, failure }) };
    const { code, out } = await folder.magos(["init", "--write", "--json"], "", { files });
    assert.deepEqual([code, JSON.parse(out).problems[0].code, JSON.parse(out).files[0].changes], [
      4,
      "state.write_failed",
      [],
    ]);
    assert.equal(await folder.read("compose.yaml"), image);
  });
});

const git = needs("git");

Deno.test({
  name: `init in a clone takes what git tracks or would track, from wherever in it the user stands${git.suffix}`,
  ignore: git.ignore,
  fn: () => {
    const image = "services:\n  a:\n    image: a/b:1.2\n";
    return withFolder({
      "stacks/compose.yaml": image,
      "new.yaml": image,
      "vendor/compose.yaml": image,
      ".gitignore": "vendor/\n",
    }, async (folder) => {
      await runGitAs(folder.path, ["init", "-q"]);
      await runGitAs(folder.path, ["add", "stacks", ".gitignore"]);
      await runGitAs(folder.path, ["commit", "-q", "-m", "first"]);
      const report = JSON.parse((await folder.magos(["init", "--json"], "stacks")).out);
      assert.deepEqual(report.files.map((it: { file: string }) => it.file), [
        "new.yaml",
        "stacks/compose.yaml",
        "magos.yaml",
      ]);
    });
  },
});

Deno.test({
  name: `a pass follows the markers that init has written${git.suffix}`,
  ignore: git.ignore,
  fn: () => {
    const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38"), release("2.0")] }];
    const tree = { "compose.yaml": "services:\n  web:\n    image: ghcr.io/you/web:1.37\n" };
    return withHomelab({ tree, images }, async (homelab) => {
      const clone = `${homelab.folder}/clone`;
      await runGitAs(homelab.folder, ["clone", "-q", homelab.remote.path, "clone"]);
      assert.equal((await homelab.magos(["init", clone, "--write"])).code, 0);
      await runGitAs(clone, ["add", "-A"]);
      await runGitAs(clone, ["commit", "-q", "-m", "markers"]);
      await runGitAs(clone, ["push", "-q", "origin", "HEAD"]);
      const ran = await homelab.magos(["update", "--json"]);
      assert.equal(ran.code, 0, ran.out);
      const [digest] = await homelab.digestsOf("ghcr.io/you/web", ["1.38"]);
      assert.equal(
        await homelab.text(await homelab.remote.revision(), "compose.yaml"),
        `services:\n  web:\n    image: ghcr.io/you/web:1.38@${digest} # {"magos": {"policy": "semver", "range": "^1"}}\n`,
      );
    });
  },
});
