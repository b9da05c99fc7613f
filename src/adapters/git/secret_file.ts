// Files that hold what opens a remote: read bounded, and looked at for who else may read them.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Files } from "../../core/ports/files.ts";

/** A file's text, still to be understood. */
export interface SecretFile {
  readonly text: string;
  /** Permission bits and owner of what the path leads to; null where the system has none. */
  readonly mode: number | null;
  readonly uid: number | null;
}

/** No token and no key is larger. */
const largest = 64 * 1024;

/**
 * Reads the file that `setting` names. Fails with `config.unreadable` when it is not there, may not be read or is too
 * large; what it holds is in no message.
 */
export async function readSecretFile(files: Files, path: string, setting: string): Promise<Result<SecretFile>> {
  const cure = `check ${setting}: the file must be there, and readable for the user who runs magos`;
  const bytes = await files.read(path, largest);
  if (!bytes.ok) return { ok: false, failure: { ...bytes.failure, code: "config.unreadable", cure } };
  if (bytes.value === null) {
    return failure("config.unreadable", `there is no ${path} (${setting})`, { file: path, cure });
  }
  const real = await files.realPath(path);
  const info = real.ok && real.value !== null ? await files.stat(real.value) : null;
  const { mode = null, uid = null } = info?.ok ? info.value ?? {} : {};
  return success({ text: new TextDecoder().decode(bytes.value), mode, uid });
}

/** Whether everybody on this machine may read it. */
export function isReadableByAll({ mode }: Pick<SecretFile, "mode">): boolean {
  return mode !== null && (mode & 0o004) !== 0;
}
