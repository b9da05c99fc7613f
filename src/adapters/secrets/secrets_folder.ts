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

const plainName = /^(?!\.{1,2}$)[^/\0]{1,255}$/;

/** Makes the port. No folder is made before something is laid into it. */
export function createSecretsFolder(parts: SecretsFolderParts): SecretsFolder {
  const secrets = `${parts.runtimeDir}/secrets`;
  return {
    folderOf: (stack) => `${secrets}/${stack}`,
    lay: (stack, files) => lay(parts, `${secrets}/${stack}`, files),
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
  const made = await makePrivate(parts, [parts.runtimeDir, `${parts.runtimeDir}/secrets`]);
  if (!made.ok) return made;
  const inMemory = await parts.files.isInMemory(`${parts.runtimeDir}/secrets`);
  if (!inMemory.ok) return inMemory;
  if (!inMemory.value) {
    return failure("secrets.not_private", `${parts.runtimeDir} lies on a disk, where plaintext would outlast it`, {
      cure: "set state.runtimeDir to a folder on a tmpfs: below /run, or $XDG_RUNTIME_DIR",
    });
  }
  const own = await makeOpen(parts, folder, files.some(({ isMounted }) => isMounted));
  if (!own.ok) return own;
  const there = await parts.files.list(folder);
  if (!there.ok) return there;
  const wanted = new Set(files.map((file) => file.name));
  const removed = await removeNames(parts, folder, there.value.filter((name) => !wanted.has(name)));
  if (!removed.ok) return removed;
  for (const file of files) {
    const written = await replaceFile(parts, folder, file);
    if (!written.ok) return written;
  }
  return success(folder);
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
  const before = await files.read(path, largestFile);
  const info = await files.stat(path);
  const isRight = info.ok && info.value?.mode === mode;
  if (isRight && before.ok && before.value !== null && sameBytes(before.value, file.content)) return success(undefined);
  const fresh = `${folder}/.${file.name}.new`;
  const cleared = await files.remove(fresh);
  if (!cleared.ok) return cleared;
  const written = await files.write(fresh, file.content, mode);
  if (written.ok) return await files.rename(fresh, path);
  // Half of a secret is one too.
  await files.remove(fresh);
  return written;
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
