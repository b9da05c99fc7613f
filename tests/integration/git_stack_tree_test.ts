// The folder of a stack: switched and never cleaned, whatever containers wrote into it and wherever a kill came.
import assert from "node:assert/strict";
import type { Git } from "../../src/core/ports/git.ts";
import { must, mustFail } from "../fakes/git_setup.ts";
import { type GitWorld, withGitWorld } from "../fakes/git_world.ts";

const first = {
  "stacks/web/compose.yaml": "one\r\n",
  "stacks/web/conf/a": "a1\n",
  "other": "o\n",
  ".gitattributes": "* text\n",
};

interface World extends GitWorld {
  readonly git: Git;
  /** Switches the stack to the branch's head and gives the folder. */
  open(): Promise<string>;
  readonly root: string;
}

function test(name: string, body: (world: World) => Promise<void>): void {
  Deno.test(name, () =>
    withGitWorld("HTTP", first, async (world) => {
      const { git, folder } = world.setUp();
      const open = async (): Promise<string> => {
        const head = must(await git.head("main"));
        must(await git.fetch(head));
        return must(await git.stackTree("web", head));
      };
      await body({ ...world, git, open, root: `${folder}/stacks/web` });
    }));
}

const read = (path: string): Promise<string> => Deno.readTextFile(path);
const names = (path: string): string[] => Array.from(Deno.readDirSync(path)).map(({ name }) => name).sort();

test("stackTree() holds the revision byte for byte, at one place, and nothing of git's", async (world) => {
  const root = await world.open();
  assert.equal(root, world.root);
  assert.equal(await read(`${root}/stacks/web/compose.yaml`), "one\r\n");
  assert.deepEqual(names(root), [".gitattributes", "other", "stacks"]);
  await world.remote.push({ "stacks/web/compose.yaml": "two\n", "other": null });
  assert.equal(await world.open(), root);
  assert.equal(await read(`${root}/stacks/web/compose.yaml`), "two\n");
  assert.deepEqual(names(root), [".gitattributes", "stacks"]);
});

test("stackTree() keeps what containers wrote, and mends what they changed of git's", async (world) => {
  const root = await world.open();
  await Deno.mkdir(`${root}/stacks/web/data`);
  await Deno.writeTextFile(`${root}/stacks/web/data/db`, "precious");
  await Deno.writeTextFile(`${root}/stacks/web/conf/a`, "changed by a container\n");
  await world.remote.push({ "stacks/web/compose.yaml": "two\n" });
  await world.open();
  assert.equal(await read(`${root}/stacks/web/data/db`), "precious");
  assert.equal(await read(`${root}/stacks/web/conf/a`), "a1\n");
  // An update pass sweeps work trees that nobody holds; stacks are none of them.
  await must(await world.git.checkout(must(await world.git.head("main")))).close();
  assert.equal(await read(`${root}/stacks/web/data/db`), "precious");
});

test("stackTree() keeps data under another name where a new file of git's wants its place", async (world) => {
  const root = await world.open();
  await Deno.mkdir(`${root}/data/inner`, { recursive: true });
  await Deno.writeTextFile(`${root}/data/inner/db`, "precious");
  await Deno.writeTextFile(`${root}/state`, "also");
  await Deno.writeTextFile(`${root}/same`, "s\n");
  await world.remote.push({ "data": "now a file\n", "state/x": "now a folder\n", "same": "s\n", "other": null });
  await world.remote.push({ "other/x": "a folder where git had a file\n" });
  await world.open();
  assert.equal(await read(`${root}/data`), "now a file\n");
  assert.equal(await read(`${root}/state/x`), "now a folder\n");
  const kept = names(root).filter((name) => name.includes(".kept-"));
  assert.deepEqual(kept.map((name) => name.replace(/-[0-9a-f]+$/, "")), ["data.kept", "state.kept"]);
  assert.equal(await read(`${root}/${kept[0]}/inner/db`), "precious");
  assert.equal(await read(`${root}/${kept[1]}`), "also");
});

test("stackTree() goes on after a kill: a lock left behind, a lost index, a lost folder, a new mirror", async (world) => {
  const root = await world.open();
  const state = root.slice(0, -"/stacks/web".length);
  await Deno.writeTextFile(`${root}/data`, "precious");
  const spoil: readonly (() => Promise<void>)[] = [
    () => Deno.writeTextFile(`${state}/stack-index/web.lock`, ""),
    () => Deno.remove(`${state}/stack-index/web`),
    () => Deno.remove(`${state}/mirror`, { recursive: true }),
    () => Deno.remove(`${root}/stacks`, { recursive: true }),
  ];
  for (const [at, act] of spoil.entries()) {
    await act();
    await world.remote.push({ "other": `o${at}\n` });
    await world.open();
    assert.equal(await read(`${root}/other`), `o${at}\n`);
    assert.equal(await read(`${root}/stacks/web/conf/a`), "a1\n");
    assert.equal(await read(`${root}/data`), "precious");
  }
});

test("dropStackTree() takes git's files, and the folder only when nothing else is in it", async (world) => {
  const root = await world.open();
  await Deno.mkdir(`${root}/stacks/web/data`);
  await Deno.writeTextFile(`${root}/stacks/web/data/db`, "precious");
  assert.equal(must(await world.git.dropStackTree("web")), false);
  assert.deepEqual(names(`${root}/stacks/web`), ["data"]);
  await Deno.remove(`${root}/stacks`, { recursive: true });
  assert.equal(must(await world.git.dropStackTree("web")), true);
  assert.equal(must(await world.git.dropStackTree("web")), true, "a folder that is not there is gone");
  assert.equal(await world.open(), root);
  assert.equal(must(await world.git.dropStackTree("web")), true);
});

test("stackTree() takes no name that leads elsewhere", async (world) => {
  const head = must(await world.git.head("main"));
  for (const name of ["..", "a/b", "", ".x", "a\nb"]) {
    assert.equal(mustFail(await world.git.stackTree(name, head)).code, "stack.invalid", name);
  }
});

test("stackTree() takes away what a switch that was ended half way had added, and nothing else", async (world) => {
  const root = await world.open();
  const head = must(await world.git.head("main"));
  const conf = "stacks/web/conf";
  await world.remote.push({
    [`${conf}/b`]: "b whole\n",
    [`${conf}/c`]: "c whole\n",
    [`${conf}/d`]: "d whole\n",
    "stacks/web/compose.yaml": "two\n",
  });
  const next = must(await world.git.head("main"));
  must(await world.git.fetch(next));
  // As a kill or a full disk leaves it: two files whole, one cut off, git's index as before.
  await Deno.writeTextFile(`${root}/../../stack-switch/web`, `${next.revision}\n`);
  await Deno.writeTextFile(`${root}/stacks/web/compose.yaml`, "two\n");
  await Deno.writeTextFile(`${root}/${conf}/b`, "b whole\n");
  await Deno.writeTextFile(`${root}/${conf}/c`, "c wh");
  await Deno.writeTextFile(`${root}/${conf}/d`, "a container's own\n");
  must(await world.git.stackTree("web", head));
  assert.deepEqual(names(`${root}/${conf}`), ["a", "d"]);
  assert.equal(await read(`${root}/stacks/web/compose.yaml`), "one\r\n");
  assert.deepEqual(names(`${root}/../../stack-switch`), []);
  must(await world.git.stackTree("web", next));
  assert.equal(await read(`${root}/${conf}/d`), "d whole\n");
  assert.equal(names(`${root}/${conf}`).filter((name) => name.startsWith("d.kept-")).length, 1);
  assert.equal(await read(`${root}/${conf}/c`), "c whole\n");
});
