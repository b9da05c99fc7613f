// Files before and after a patch, byte for byte; the second run finds nothing to do.
import assert from "node:assert/strict";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { patchFiles } from "../../../../src/core/patch/patch_file.ts";
import { decodeText } from "../../../../src/core/yaml/text.ts";
import { digestB, moveAll } from "./cases.ts";
import { fluxContext } from "./flux_cases.ts";

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

type Files = ReadonlyMap<string, string>;

/** All files after every marked value of them has moved. Other files of the case can be siblings. */
function patched(files: Files, to: { readonly tag: string; readonly digest: string }): Files {
  const context = { ...fluxContext, readSibling: (path: string) => files.get(path) ?? null };
  const marked = [...files].map(([file, text]) => findTargets(file, text, context));
  const decisions = new Map(marked.flatMap((it) => [...moveAll(it, to.tag, to.digest)]));
  const after = new Map(files);
  for (const { file, text } of patchFiles(marked, decisions)) if (text !== null) after.set(file, text);
  return after;
}

async function readFolder(folder: string): Promise<Files> {
  const files = new Map<string, string>();
  for (const file of await filesBelow(folder)) files.set(file, await readText(`${folder}/${file}`));
  return files;
}

const cases = Array.from(Deno.readDirSync(root)).filter((entry) => entry.isDirectory).map((entry) => entry.name).sort();

for (const name of cases) {
  Deno.test(`a patch of fixtures/patch/${name} gives its after/, and again changes nothing`, async () => {
    const to = await Deno.readTextFile(`${root}${name}/to.json`).then(JSON.parse)
      .catch(() => ({ tag: "2.0.0", digest: digestB })) as { tag: string; digest: string };
    const before = await readFolder(`${root}${name}/before`);
    const after = await readFolder(`${root}${name}/after`);
    assert.deepEqual([...before.keys()], [...after.keys()]);
    const once = patched(before, to);
    for (const [file, text] of after) assert.equal(once.get(file), text, file);
    assert.deepEqual(patched(after, to), after);
  });
}

Deno.test("there are golden cases at all", () => assert.ok(cases.length >= 10));
