// The architecture, held against the project: rooms, libraries, cycles, file by file rules, and the map of src.
import assert from "node:assert/strict";
import { fileProblems, listFiles, topLevelProblems } from "./architecture/files.ts";
import { findCycles, readGraph } from "./architecture/graph.ts";
import { importProblems } from "./architecture/import_table.ts";
import { mapProblems } from "./architecture/source_map.ts";

const root = new URL("../", import.meta.url).pathname;
const sources = await listFiles(root, ["main.ts", "src"]);
const modules = sources.filter(isCode);
const graph = await readGraph(root, modules);

function isCode(file: string): boolean {
  return /\.tsx?$/.test(file);
}

Deno.test("the graph holds main.ts and every module of src", () => {
  assert.deepEqual(graph.map((module) => module.path).filter(isCode).sort(), [...modules]);
});

Deno.test("every import keeps to the import table", () => assert.deepEqual(importProblems(graph), []));

Deno.test("no files import each other in a ring", () => assert.deepEqual(findCycles(graph), []));

Deno.test("every module has a plain name and says what it is for, and none of src is long or a barrel", async () => {
  const tests = (await listFiles(root, ["tests"])).filter((file) =>
    isCode(file) && !file.startsWith("tests/fixtures/")
  );
  const files = await Promise.all(
    [...modules, ...tests].map(async (path) => ({ path, text: await Deno.readTextFile(root + path) })),
  );
  assert.deepEqual(files.flatMap(fileProblems), []);
});

Deno.test("the top level holds only what belongs there", async () => {
  assert.deepEqual(topLevelProblems(await trackedFiles()), []);
});

Deno.test("src/README.md is true", async () => {
  const below = sources.filter((file) => file.startsWith("src/")).map((file) => file.slice("src/".length));
  assert.deepEqual(mapProblems(await Deno.readTextFile(`${root}src/README.md`), below), []);
});

/** What git tracks; where the project was unpacked without git, what lies there. */
async function trackedFiles(): Promise<readonly string[]> {
  const here = await Array.fromAsync(Deno.readDir(root), (entry) => entry.name);
  if (!here.includes(".git")) return here;
  const { success, stdout, stderr } = await new Deno.Command("git", { args: ["-C", root, "ls-files", "-z"] }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\0").filter((file) => file !== "");
}
