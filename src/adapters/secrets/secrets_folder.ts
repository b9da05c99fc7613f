// The folders that hold plaintext: in memory, out of reach for others, and emptied of what is no longer wanted.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { PlainFile, SecretsFolder } from "../../core/ports/decryptor.ts";
import type { Files } from "../../core/ports/files.ts";

/** Where they lie. */
export interface SecretsFolderParts {
  readonly files: Files;
  /** `state.runtimeDir`, absolute. */
  readonly runtimeDir: string;
  /** Null where the system knows no user ids. */
  readonly uid: number | null;
}

const largestFile = 4 * 1024 * 1024;
/**
 * What is mounted is read by whatever user the container runs as, the mode of a podman secret too. On the host it is as
 * private as the folder above, which only magos can enter.
 */
const modes = { mounted: 0o444, own: 0o600, folderOfMounted: 0o755, folder: 0o700 } as const;

/** Before the name of a stack, which never begins so: its files that are not yet in use. `keepOnly` sweeps them away. */
const aside = ".new-";

const plainName = /^(?!\.{1,2}$)[^/\0]{1,255}$/;

/** Makes the port. No folder is made before something is laid into it. */
export function createSecretsFolder(parts: SecretsFolderParts): SecretsFolder {
  const secrets = `${parts.runtimeDir}/secrets`;
  return {
    folderOf: (stack) => `${secrets}/${stack}`,
    lay: (stack, files) => lay(parts, `${secrets}/${stack}`, files),
    stage: (stack, files) => stage(parts, `${secrets}/${aside}${stack}`, files),
    swap: (stack) => swap(parts, `${secrets}/${aside}${stack}`, `${secrets}/${stack}`),
    unstage: (stack) => parts.files.remove(`${secrets}/${aside}${stack}`),
    keepFiles: (stack, names) => keepFiles(parts, `${secrets}/${stack}`, names),
    remove: (stack, names) => removeNames(parts, `${secrets}/${stack}`, names),
    keepOnly: async (stacks) => {
      const there = await parts.files.list(secrets);
      if (!there.ok) return there;
      return await removeNames(parts, secrets, there.value.filter((name) => !stacks.includes(name)));
    },
    writeGenerated: async (stack, name, text) => {
      const folder = `${parts.runtimeDir}/generated/${stack}`;
      const made = await makePrivate(parts, [parts.runtimeDir, `${parts.runtimeDir}/generated`, folder]);
      if (!made.ok) return made;
      const written = await replaceFile(parts, folder, {
        name,
        content: new TextEncoder().encode(text),
        isMounted: false,
      });
      return written.ok ? success(`${folder}/${name}`) : written;
    },
  };
}

async function lay(
  parts: SecretsFolderParts,
  folder: string,
  files: readonly PlainFile[],
): Promise<Result<string>> {
  const ready = await makeFolderFor(parts, folder, files.some(({ isMounted }) => isMounted));
  if (!ready.ok) return ready;
  const removed = await keepFiles(parts, folder, files.map(({ name }) => name));
  if (!removed.ok) return removed;
  for (const file of files) {
    const written = await replaceFile(parts, folder, file);
    if (!written.ok) return written;
  }
  return success(folder);
}

async function stage(
  parts: SecretsFolderParts,
  folder: string,
  files: readonly PlainFile[],
): Promise<Result<void>> {
  const cleared = await parts.files.remove(folder);
  if (!cleared.ok || files.length === 0) return cleared;
  const laid = await lay(parts, folder, files);
  return laid.ok ? success(undefined) : laid;
}

/** By renaming alone, so that no room is wanted where containers are about to be started. */
async function swap(parts: SecretsFolderParts, from: string, to: string): Promise<Result<void>> {
  const { files } = parts;
  const staged = await files.list(from);
  if (!staged.ok || staged.value.length === 0) return staged.ok ? success(undefined) : staged;
  const found = await Promise.all(staged.value.map((name) => files.stat(`${from}/${name}`)));
  const isMounted = found.some((info) => info.ok && info.value?.mode === modes.mounted);
  const ready = await makeFolderFor(parts, to, isMounted);
  if (!ready.ok) return ready;
  for (const [at, name] of staged.value.entries()) {
    const info = found[at];
    const content = await files.read(`${from}/${name}`, largestFile);
    const mode = info?.ok ? info.value?.mode : null;
    const isThere = content.ok && content.value !== null &&
      await isSame(parts, `${to}/${name}`, content.value, mode ?? null);
    const moved = isThere ? success(undefined) : await files.rename(`${from}/${name}`, `${to}/${name}`);
    if (!moved.ok) return moved;
  }
  return await files.remove(from);
}

async function keepFiles(
  parts: SecretsFolderParts,
  folder: string,
  names: readonly string[],
): Promise<Result<void>> {
  const there = await parts.files.list(folder);
  if (!there.ok) return there;
  return await removeNames(parts, folder, there.value.filter((name) => !names.includes(name)));
}

/** Makes the folder of a stack, in memory, below one that nobody else can enter. */
async function makeFolderFor(parts: SecretsFolderParts, folder: string, isMounted: boolean): Promise<Result<void>> {
  const made = await makePrivate(parts, [parts.runtimeDir, `${parts.runtimeDir}/secrets`]);
  if (!made.ok) return made;
  const inMemory = await parts.files.isInMemory(`${parts.runtimeDir}/secrets`);
  if (!inMemory.ok) return inMemory;
  if (!inMemory.value) {
    return failure("secrets.not_private", `${parts.runtimeDir} lies on a disk, where plaintext would outlast it`, {
      cure: "set state.runtimeDir to a folder on a tmpfs: below /run, or $XDG_RUNTIME_DIR",
    });
  }
  return await makeOpen(parts, folder, isMounted);
}

/** Makes folders of mode 0700, and refuses those that are another's, open to others, or links. */
async function makePrivate({ files, uid }: SecretsFolderParts, folders: readonly string[]): Promise<Result<void>> {
  for (const folder of folders) {
    const made = await files.makeFolder(folder, 0o700);
    if (!made.ok) return made;
    const info = await files.stat(folder);
    if (!info.ok) return info;
    const is = info.value;
    const isPrivate = is !== null && is.kind === "directory" && (is.mode === null || (is.mode & 0o077) === 0) &&
      (uid === null || is.uid === null || is.uid === uid);
    if (isPrivate) continue;
    return failure("secrets.not_private", `${folder} is a link, another user's, or open to others`, {
      cure: `make it a folder of your own: chmod 700 ${folder}`,
    });
  }
  return success(undefined);
}

/** The folder of one stack, which may itself be mounted. */
async function makeOpen({ files, uid }: SecretsFolderParts, folder: string, isOpen: boolean): Promise<Result<void>> {
  const made = await files.makeFolder(folder, modes.folder);
  if (!made.ok) return made;
  const info = await files.stat(folder);
  if (!info.ok) return info;
  if (info.value?.kind !== "directory" || (uid !== null && info.value.uid !== null && info.value.uid !== uid)) {
    return failure("secrets.not_private", `${folder} is a link or another user's`, { cure: `remove ${folder}` });
  }
  const mode = isOpen ? modes.folderOfMounted : modes.folder;
  return info.value.mode === mode ? success(undefined) : await files.setMode(folder, mode);
}

/**
 * A file with other content is replaced under its name, never written into: containers that have it mounted keep what they
 * started with.
 */
async function replaceFile({ files }: SecretsFolderParts, folder: string, file: PlainFile): Promise<Result<void>> {
  if (!plainName.test(file.name)) {
    return failure("secrets.failed", `"${file.name.slice(0, 100)}" is no plain file name`);
  }
  const path = `${folder}/${file.name}`;
  const mode = file.isMounted ? modes.mounted : modes.own;
  if (await isSame({ files }, path, file.content, mode)) return success(undefined);
  const fresh = `${folder}/.${file.name}.new`;
  const cleared = await files.remove(fresh);
  if (!cleared.ok) return cleared;
  const written = await files.write(fresh, file.content, mode);
  if (written.ok) return await files.rename(fresh, path);
  // Half of a secret is one too.
  await files.remove(fresh);
  return written;
}

async function isSame(
  { files }: Pick<SecretsFolderParts, "files">,
  path: string,
  content: Uint8Array,
  mode: number | null,
): Promise<boolean> {
  const [info, before] = [await files.stat(path), await files.read(path, largestFile)];
  const isRight = info.ok && info.value?.mode === mode;
  return isRight && before.ok && before.value !== null && sameBytes(before.value, content);
}

async function removeNames(
  { files }: SecretsFolderParts,
  folder: string,
  names: readonly string[],
): Promise<Result<void>> {
  for (const name of names) {
    const removed = plainName.test(name) ? await files.remove(`${folder}/${name}`) : success(undefined);
    if (!removed.ok) return removed;
  }
  return success(undefined);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
