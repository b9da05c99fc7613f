// Files before and after a patch, byte for byte; the second run finds nothing to do.
import assert from "node:assert/strict";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { patchFile } from "../../../../src/core/patch/patch_file.ts";
import { decodeText } from "../../../../src/core/yaml/text.ts";
import { digestB, moveAll, plainContext } from "./cases.ts";

const root = new URL("../../../fixtures/patch/", import.meta.url).pathname;

async function filesBelow(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory) found.push(...await filesBelow(`${folder}/${entry.name}`, `${path}/`));
    else found.push(path);
  }
  return found.sort();
}

async function readText(path: string): Promise<string> {
  const text = decodeText(await Deno.readFile(path), path);
  assert.ok(text.ok);
  return text.value;
}

function patched(file: string, text: string, to: { readonly tag: string; readonly digest: string }): string {
  const marked = findTargets(file, text, plainContext);
  return patchFile(marked, moveAll(marked, to.tag, to.digest)).text ?? text;
}

const cases = Array.from(Deno.readDirSync(root)).filter((entry) => entry.isDirectory).map((entry) => entry.name).sort();

for (const name of cases) {
  Deno.test(`a patch of fixtures/patch/${name} gives its after/, and again changes nothing`, async () => {
    const to = await Deno.readTextFile(`${root}${name}/to.json`).then(JSON.parse)
      .catch(() => ({ tag: "2.0.0", digest: digestB })) as { tag: string; digest: string };
    const files = await filesBelow(`${root}${name}/before`);
    assert.deepEqual(files, await filesBelow(`${root}${name}/after`));
    for (const file of files) {
      const after = await readText(`${root}${name}/after/${file}`);
      const once = patched(file, await readText(`${root}${name}/before/${file}`), to);
      assert.deepEqual(new TextEncoder().encode(once), await Deno.readFile(`${root}${name}/after/${file}`), file);
      assert.equal(patched(file, after, to), after, file);
    }
  });
}

Deno.test("there are golden cases at all", () => assert.ok(cases.length >= 7));
