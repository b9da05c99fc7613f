// The file system, as little of it as magos needs.
import type { Result } from "../model/problem.ts";
import type { Time } from "../model/time.ts";

/** What a path is, links not followed. */
export interface FileInfo {
  readonly kind: "file" | "directory" | "link" | "other";
  readonly size: number;
  /** Owner, and the permission bits (`0o600`); null where the system has none. */
  readonly uid: number | null;
  readonly mode: number | null;
  readonly modified: Time | null;
}

/** A lock that lives as long as the process holds the file open (flock): the kernel frees it, no pid is probed. */
export interface FileLock {
  release(): void;
}

/** Paths are absolute. Each call fails with `file.unreadable` or `state.write_failed` and the system's own words. */
export interface Files {
  /** The bytes, or null when there is no such file; `file.too_large` above `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Result<Uint8Array | null>>;
  /** Replaces the file's content in place, gives it exactly this mode, and waits for the disk. */
  write(path: string, bytes: Uint8Array | string, mode?: number): Promise<Result<void>>;
  /** Makes an empty file of this mode; one that is there stays as it is, whoever made it meanwhile. */
  createFile(path: string, mode: number): Promise<Result<void>>;
  /** Gives a file another name; nothing there is fine. */
  rename(from: string, to: string): Promise<Result<void>>;
  /** Waits until what a file or a folder holds by now is on the disk, whoever wrote it. */
  sync(path: string): Promise<Result<void>>;
  stat(path: string): Promise<Result<FileInfo | null>>;
  /** The path with all links resolved, or null when there is none. */
  realPath(path: string): Promise<Result<string | null>>;
  /** Whether the folder lies in memory, on a tmpfs or ramfs: nothing in it outlasts the machine's power. */
  isInMemory(path: string): Promise<Result<boolean>>;
  /** Bytes that this user may still write to the file system of the path. */
  freeBytes(path: string): Promise<Result<number>>;
  /** Names in a folder, sorted; empty when there is none. */
  list(path: string): Promise<Result<readonly string[]>>;
  /** Makes a folder and its parents. */
  makeFolder(path: string, mode?: number): Promise<Result<void>>;
  /** Gives a file or folder exactly this mode. */
  setMode(path: string, mode: number): Promise<Result<void>>;
  makeTemporaryFolder(prefix: string): Promise<Result<string>>;
  /** Removes a file or a folder with all in it; nothing there is fine. */
  remove(path: string): Promise<Result<void>>;
  /** Takes the lock, or null when another holds it; `note` is left in the file for the other's message. */
  tryLock(path: string, note: string): Promise<Result<FileLock | null>>;
  /** Whether somebody holds the lock; false when there is no such file. The file and the holder's note stay as they are. */
  isLocked(path: string): Promise<Result<boolean>>;
}
