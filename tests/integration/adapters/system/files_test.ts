// The machine's own file system, in a folder that goes away.
import assert from "node:assert/strict";
import { denoFiles as files } from "../../../../src/adapters/system/deno_files.ts";
import type { Result } from "../../../../src/core/model/problem.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function valueOf<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? "" : result.failure.message);
  return result.value;
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? "ok" : result.failure.code;
}

Deno.test("denoFiles reads back what it wrote, with the mode of a new file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a`;
    valueOf(await files.write(path, "first text", 0o600));
    valueOf(await files.write(path, new Uint8Array([1, 2, 3])));
    assert.deepEqual(valueOf(await files.read(path, 3)), new Uint8Array([1, 2, 3]));
    const info = valueOf(await files.stat(path));
    assert.deepEqual([info?.kind, info?.size, info?.mode, info?.uid], ["file", 3, 0o600, Deno.uid()]);
  }));

Deno.test("denoFiles reads no file that is larger than allowed, and not one byte more", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a`;
    valueOf(await files.write(path, "x".repeat(1000)));
    assert.equal(valueOf(await files.read(path, 1000))?.length, 1000);
    assert.equal(codeOf(await files.read(path, 999)), "file.too_large");
  }));

Deno.test("denoFiles reads a pipe, whose size says nothing, and no more of it than allowed", () =>
  inFolder(async (folder) => {
    const write = (bytes: number): Deno.ChildProcess =>
      new Deno.Command("sh", { args: ["-c", `head -c ${bytes} /dev/zero > ${folder}/pipe`], stderr: "null" }).spawn();
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    const small = write(1000);
    assert.equal(valueOf(await files.read(`${folder}/pipe`, 1000))?.length, 1000);
    await small.status;
    const large = write(1001);
    assert.equal(codeOf(await files.read(`${folder}/pipe`, 1000)), "file.too_large");
    await large.status;
  }));

Deno.test("denoFiles takes what is not there for nothing, and what it may not for a failure", () =>
  inFolder(async (folder) => {
    const path = `${folder}/none`;
    valueOf(await files.write(`${folder}/file`, "x"));
    assert.equal(valueOf(await files.read(path, 10)), null);
    assert.equal(valueOf(await files.read(`${folder}/file/below`, 10)), null);
    assert.equal(valueOf(await files.stat(path)), null);
    assert.equal(valueOf(await files.realPath(path)), null);
    assert.deepEqual(valueOf(await files.list(path)), []);
    valueOf(await files.remove(path));
    valueOf(await files.rename(path, `${folder}/other`));
    const folderAsFile = await files.read(folder, 10);
    assert.equal(codeOf(folderAsFile), "file.unreadable");
    assert.match(folderAsFile.ok ? "" : folderAsFile.failure.message, /folder/);
    const lost = await files.write(`${folder}/none/deep`, "x");
    assert.equal(codeOf(lost), "state.write_failed");
    assert.doesNotMatch(lost.ok ? "" : lost.failure.message, /os error/);
  }));

Deno.test("denoFiles tells in words of its own what limited permissions keep from it, and where else to go", async () => {
  const path = "/dev/shm/magos-runtime";
  for (
    const told of [await files.makeFolder(path, 0o700), await files.stat(path), await files.isInMemory("/dev/shm")]
  ) {
    assert.ok(!told.ok);
    assert.doesNotMatch(told.failure.message, /--allow|run again|Requires/);
    assert.match(told.failure.message, /^\/dev\/shm.*limited permissions/);
    assert.match(told.failure.cure ?? "", /\/run/);
  }
});

Deno.test("denoFiles makes folders with parents and mode, lists them sorted, removes them whole", () =>
  inFolder(async (folder) => {
    valueOf(await files.makeFolder(`${folder}/a/b`, 0o700));
    valueOf(await files.makeFolder(`${folder}/a/b`, 0o700));
    assert.equal(valueOf(await files.stat(`${folder}/a/b`))?.mode, 0o700);
    for (const name of ["z", "y", "x"]) valueOf(await files.write(`${folder}/a/${name}`, ""));
    assert.deepEqual(valueOf(await files.list(`${folder}/a`)), ["b", "x", "y", "z"]);
    valueOf(await files.remove(`${folder}/a`));
    assert.deepEqual(valueOf(await files.list(folder)), []);
  }));

Deno.test("denoFiles tells links from files, and where they lead", () =>
  inFolder(async (folder) => {
    valueOf(await files.write(`${folder}/a`, "x"));
    await Deno.symlink(`${folder}/a`, `${folder}/link`);
    await Deno.symlink(`${folder}/none`, `${folder}/broken`);
    assert.equal(valueOf(await files.stat(`${folder}/link`))?.kind, "link");
    assert.equal(valueOf(await files.stat(folder))?.kind, "directory");
    assert.equal(valueOf(await files.realPath(`${folder}/link`)), `${folder}/a`);
    assert.equal(valueOf(await files.realPath(`${folder}/broken`)), null);
  }));

Deno.test("createFile() makes an empty file once, and never touches one that is there", () =>
  inFolder(async (folder) => {
    const path = `${folder}/db`;
    valueOf(await files.createFile(path, 0o600));
    assert.equal(valueOf(await files.stat(path))?.mode, 0o600);
    valueOf(await files.write(path, "content"));
    valueOf(await files.createFile(path, 0o600));
    assert.equal(valueOf(await files.stat(path))?.size, 7);
    assert.equal(codeOf(await files.createFile(`${folder}/none/db`, 0o600)), "state.write_failed");
  }));

Deno.test("sync() waits for a file and for a folder, and fails for nothing", () =>
  inFolder(async (folder) => {
    valueOf(await files.write(`${folder}/a`, "content"));
    valueOf(await files.sync(`${folder}/a`));
    valueOf(await files.sync(folder));
    assert.equal(codeOf(await files.sync(`${folder}/none`)), "state.write_failed");
  }));

Deno.test("tryLock() gives a lock to one alone, with a note for the others, until it is released", () =>
  inFolder(async (folder) => {
    const path = `${folder}/pass.lock`;
    const first = valueOf(await files.tryLock(path, "a long note of the first"));
    assert.ok(first);
    assert.equal(valueOf(await files.tryLock(path, "second")), null);
    assert.equal(await Deno.readTextFile(path), "a long note of the first");
    assert.equal(valueOf(await files.isLocked(path)), true);
    assert.equal(await Deno.readTextFile(path), "a long note of the first");
    first.release();
    assert.equal(valueOf(await files.isLocked(path)), false);
    assert.equal(valueOf(await files.isLocked(`${folder}/none`)), false);
    const second = valueOf(await files.tryLock(path, "second"));
    assert.ok(second);
    assert.equal(await Deno.readTextFile(path), "second");
    second.release();
    assert.equal(valueOf(await files.stat(path))?.mode, 0o600);
    assert.equal(codeOf(await files.tryLock(`${folder}/none/lock`, "")), "state.write_failed");
  }));
