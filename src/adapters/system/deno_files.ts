// The file system by Deno, failures as values.
import { statfs } from "node:fs/promises";
import { joinBytes } from "../../core/model/bytes.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { FileInfo, FileLock, Files } from "../../core/ports/files.ts";

/** The machine's files. */
export const denoFiles: Files = {
  read: readBounded,
  write: (path, bytes, mode) => guarded("state.write_failed", path, () => writeAndSync(path, bytes, mode)),
  createFile: (path, mode) => guarded("state.write_failed", path, () => createFile(path, mode)),
  rename: (from, to) =>
    guarded("state.write_failed", from, async () => {
      await orNull(() => Deno.rename(from, to));
    }),
  sync: (path) => guarded("state.write_failed", path, () => syncToDisk(path)),
  stat: (path) => guarded("file.unreadable", path, () => orNull(async () => infoOf(await Deno.lstat(path)))),
  realPath: (path) => guarded("file.unreadable", path, () => orNull(() => Deno.realPath(path))),
  // Deno itself does not tell of file systems.
  isInMemory: (path) => guarded("file.unreadable", path, async () => memoryTypes.has((await statfs(path)).type)),
  freeBytes: (path) =>
    guarded("file.unreadable", path, async () => {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    }),
  list: (path) => guarded("file.unreadable", path, async () => (await orNull(() => namesIn(path))) ?? []),
  makeFolder: (path, mode) =>
    guarded(
      "state.write_failed",
      path,
      () => Deno.mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) }),
    ),
  setMode: (path, mode) => guarded("state.write_failed", path, () => Deno.chmod(path, mode)),
  makeTemporaryFolder: (prefix) => guarded("state.write_failed", prefix, () => Deno.makeTempDir({ prefix })),
  remove: (path) =>
    guarded("state.write_failed", path, async () => {
      await orNull(() => Deno.remove(path, { recursive: true }));
    }),
  tryLock: (path, note) => guarded("state.write_failed", path, () => tryLock(path, note)),
  isLocked: (path) => guarded("file.unreadable", path, () => isLocked(path)),
};

/** Magic numbers of tmpfs and ramfs (statfs(2)). */
const memoryTypes: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

function readBounded(path: string, maxBytes: number): Promise<Result<Uint8Array | null>> {
  return guarded("file.unreadable", path, async () => {
    const file = await orNull(() => Deno.open(path));
    if (file === null) return null;
    using open = file;
    const { size, isDirectory } = await open.stat();
    if (isDirectory) throw new Error("is a folder");
    if (size > maxBytes) return tooLarge;
    const chunks: Uint8Array[] = [];
    let total = 0;
    for await (const chunk of open.readable) {
      total += chunk.length;
      // The size above may lie: pipes and files that grow.
      if (total > maxBytes) return tooLarge;
      chunks.push(chunk);
    }
    return joinBytes(chunks);
  }).then((read) => {
    if (!read.ok || read.value !== tooLarge) return read as Result<Uint8Array | null>;
    return failure("file.too_large", `${path} is larger than ${maxBytes} bytes`, { file: path });
  });
}

const tooLarge = Symbol("too large");

async function writeAndSync(path: string, bytes: Uint8Array | string, mode?: number): Promise<void> {
  const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  using file = await Deno.open(path, {
    write: true,
    create: true,
    truncate: true,
    ...(mode === undefined ? {} : { mode }),
  });
  // What open() is told still loses the bits of the umask.
  if (mode !== undefined) await Deno.chmod(path, mode);
  for (let at = 0; at < data.length;) at += await file.write(data.subarray(at));
  await file.sync();
}

async function syncToDisk(path: string): Promise<void> {
  using open = await Deno.open(path);
  await open.sync();
}

async function createFile(path: string, mode: number): Promise<void> {
  try {
    (await Deno.open(path, { write: true, createNew: true, mode })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

async function namesIn(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(path)) names.push(entry.name);
  return names.sort();
}

function infoOf(info: Deno.FileInfo): FileInfo {
  const kind = info.isSymlink ? "link" : info.isFile ? "file" : info.isDirectory ? "directory" : "other";
  return {
    kind,
    size: info.size,
    uid: info.uid,
    mode: info.mode === null ? null : info.mode & 0o7777,
    modified: info.mtime?.getTime() ?? null,
  };
}

async function tryLock(path: string, note: string): Promise<FileLock | null> {
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  try {
    if (await file.tryLock(true)) {
      await file.truncate(0);
      await file.write(new TextEncoder().encode(note));
      return {
        release(): void {
          // A child that is just being started may hold the file open for a moment: closing alone would not free it.
          file.unlockSync();
          file.close();
        },
      };
    }
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return null;
}

/** Asks by a shared lock for an instant: two who ask do not take each other for the holder. */
async function isLocked(path: string): Promise<boolean> {
  const file = await orNull(() => Deno.open(path));
  if (file === null) return false;
  using open = file;
  return !await open.tryLock(false);
}

async function orNull<T>(action: () => Promise<T>): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

async function guarded<T>(
  code: "file.unreadable" | "state.write_failed",
  path: string,
  action: () => Promise<T>,
): Promise<Result<T>> {
  try {
    return success(await action());
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return notPermitted(code, path);
    const why = error instanceof Error ? error.message.replace(/ \(os error \d+\).*$/, "") : String(error);
    return failure(code, `${path}: ${why}`, {
      file: path,
      cure: "check that the path is right and that you may use it",
    });
  }
}

/** Deno opens /dev, /proc and /sys only to programs that may do everything, and says so in words about itself. */
function notPermitted(code: "file.unreadable" | "state.write_failed", path: string): Result<never> {
  return failure(code, `${path}: magos runs with limited permissions and may use nothing there`, {
    file: path,
    cure: "choose a place outside of /dev, /proc and /sys; one in memory is below /run, or $XDG_RUNTIME_DIR",
  });
}
