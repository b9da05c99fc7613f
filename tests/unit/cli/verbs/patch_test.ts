import assert from "node:assert/strict";
import { cli } from "../../../../src/cli/cli.ts";
import { patchShape } from "../../../contract/report_shapes.ts";
import { testSystem } from "../../../fakes/test_system.ts";
import { digestB, marker } from "../../core/patch/cases.ts";
import { fluxMarker } from "../../core/patch/flux_cases.ts";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder with these files, and `magos patch` run in it. */
async function inFolder(
  files: Readonly<Record<string, string>>,
  test: (folder: string, patch: (...args: readonly string[]) => Promise<Ran>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-patch-" }));
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${name}/..`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await test(folder, async (...args) => {
      const machine = testSystem(folder, { HOME: folder });
      const code = await cli(["patch", ...args], machine.system);
      return { code, out: machine.out(), err: machine.err() };
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const app = `image: you/app:1.0 ${fluxMarker()}\n`;

Deno.test("magos patch prints the diff and changes nothing without --write", async () => {
  await inFolder({ "app.yaml": app }, async (folder, patch) => {
    const { code, out, err } = await patch("--set", "ns:app=you/app:1.1", "app.yaml");
    assert.deepEqual([code, err], [0, ""]);
    assert.equal(out, `--- a/app.yaml\n+++ b/app.yaml\n@@ -1 +1 @@\n-${app}+${app.replace("1.0", "1.1")}`);
    assert.equal(await Deno.readTextFile(`${folder}/app.yaml`), app);
    const again = await patch("--set", "ns:app=you/app:1.0", "app.yaml");
    assert.deepEqual([again.code, again.out], [0, "Nothing to change.\n"]);
  });
});

Deno.test("magos patch --json gives one document of its schema", async () => {
  await inFolder({ "app.yaml": app, "other.yaml": "a: 1\n" }, async (_folder, patch) => {
    const { code, out } = await patch("--json", "--set", `ns:app=you/app:1.1@${digestB}`, "app.yaml", "other.yaml");
    assert.equal(code, 0);
    const report = patchShape.parse(JSON.parse(out));
    assert.equal(report.written, false);
    assert.deepEqual(report.files.map(({ file, changes }) => [file, changes]), [
      ["app.yaml", [{ line: 1, column: 8, setter: "ns:app", old: "you/app:1.0", new: `you/app:1.1@${digestB}` }]],
      ["other.yaml", []],
    ]);
  });
});

Deno.test("magos patch --write replaces files and keeps their mode, through a link too", async () => {
  const files = {
    "s/compose.yaml": `services:\n  web:\n    image: you/app:\${TAG} ${marker({ policy: "gil" })}\n`,
    "s/.env": "PASSWORD=hunter2\r\nTAG=1.0\r\n",
    "app.yaml": app,
  };
  await inFolder(files, async (folder, patch) => {
    await Deno.chmod(`${folder}/s/.env`, 0o600);
    await Deno.chmod(`${folder}/app.yaml`, 0o664);
    await Deno.symlink("app.yaml", `${folder}/link.yaml`);
    const args = ["--set", "gil=you/app:1.1", "--set", "ns:app=you/app:1.2", "--write", "s/compose.yaml", "link.yaml"];
    const { code, out, err } = await patch(...args);
    assert.deepEqual([code, err], [0, ""]);
    assert.ok(!out.includes("hunter2"));
    assert.equal(await Deno.readTextFile(`${folder}/s/.env`), "PASSWORD=hunter2\r\nTAG=1.1\r\n");
    assert.equal(await Deno.readTextFile(`${folder}/app.yaml`), app.replace("1.0", "1.2"));
    assert.equal(((await Deno.stat(`${folder}/s/.env`)).mode ?? 0) & 0o777, 0o600);
    assert.equal(((await Deno.stat(`${folder}/app.yaml`)).mode ?? 0) & 0o777, 0o664);
    assert.ok((await Deno.lstat(`${folder}/link.yaml`)).isSymlink);
    assert.equal((await patch(...args)).out, "Nothing to change.\n");
    const names = Array.from(Deno.readDirSync(`${folder}/s`), (entry) => entry.name).sort();
    assert.deepEqual(names, [".env", "compose.yaml"]);
  });
});

Deno.test("magos patch ends with 2 and touches nothing when a --set or a path is wrong", async () => {
  await inFolder({ "app.yaml": app, "in/a.yaml": app, "in/.git/HEAD": "" }, async (folder, patch) => {
    await Deno.symlink("../app.yaml", `${folder}/in/out.yaml`);
    await Deno.symlink("/etc", `${folder}/etc`);
    const good = ["--set", "ns:app=you/app:1.1"];
    for (
      const args of [
        [...good, "missing.yaml", "app.yaml"],
        [...good, ".", "app.yaml"],
        [...good, "in/out.yaml", "app.yaml"],
        [...good, "etc/hostname", "app.yaml"],
        ["--set", "nonsense", "app.yaml"],
        ["--set", "semver=you/app:1.1", "app.yaml"],
        [...good, "--set", "ns:app=you/app:1.2", "app.yaml"],
        ["app.yaml"],
        [...good],
      ]
    ) {
      const { code, out } = await patch("--json", "--write", ...args);
      assert.equal(code, 2, args.join(" "));
      assert.equal(JSON.parse(out).schema, "magos.error/v1");
    }
    assert.equal(await Deno.readTextFile(`${folder}/app.yaml`), app);
    assert.equal((await patch(...good, "in/a.yaml")).code, 0);
    assert.equal((await patch(...good, `${folder}/in/../app.yaml`)).code, 0);
  });
});

Deno.test("magos patch ends with 4 when a file has an error, leaves it, and writes the others", async () => {
  const bad = `{{- if .x }}\n${app}`;
  await inFolder({ "bad.yaml": bad, "app.yaml": app, "notes.txt": app }, async (folder, patch) => {
    const { code, err } = await patch("--write", "--set", "ns:app=you/app:1.1", "bad.yaml", "app.yaml", "notes.txt");
    assert.equal(code, 4);
    assert.match(err, /file\.template/);
    assert.match(err, /file\.unmarkable/);
    assert.equal(await Deno.readTextFile(`${folder}/bad.yaml`), bad);
    assert.equal(await Deno.readTextFile(`${folder}/notes.txt`), app);
    assert.equal(await Deno.readTextFile(`${folder}/app.yaml`), app.replace("1.0", "1.1"));
  });
});

Deno.test("magos patch reports a file that is no UTF-8, and a .env that leads out of the repository", async () => {
  const compose = `services:\n  web:\n    image: you/app:\${TAG:-1.0} ${marker({ policy: "gil" })}\n`;
  await inFolder({ "outside": "TAG=1.0\n", "r/.git/HEAD": "", "r/compose.yaml": compose }, async (folder, patch) => {
    await Deno.writeFile(`${folder}/latin.yaml`, new Uint8Array([0x61, 0x3a, 0x20, 0xe9, 0x0a]));
    assert.equal((await patch("--set", "gil=you/app:1.1", "latin.yaml")).code, 4);
    await Deno.symlink("../outside", `${folder}/r/.env`);
    const { code, err } = await patch("--write", "--set", "gil=you/app:1.1", "r/compose.yaml");
    assert.equal(code, 4);
    assert.match(err, /file\.outside/);
    assert.equal(await Deno.readTextFile(`${folder}/outside`), "TAG=1.0\n");
    assert.equal(await Deno.readTextFile(`${folder}/r/compose.yaml`), compose);
  });
});
