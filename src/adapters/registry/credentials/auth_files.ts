// The files of registry logins on this machine, each read once, with what is wrong with them.
import { type AuthFile, parseAuthFile } from "../../../core/documents/auth_file.ts";
import { failure, type Problem, problemOf, type Result, success } from "../../../core/model/problem.ts";
import type { Files } from "../../../core/ports/files.ts";
import { decodeText } from "../../../core/yaml/text.ts";
import type { AuthPlace } from "./auth_places.ts";

/** A file that is there, and whether it is Docker's own. */
export interface FoundAuthFile {
  readonly file: AuthFile;
  readonly isDocker: boolean;
}

const largest = 1024 * 1024;
const othersMayRead = 0o004;

/**
 * Reads the places. A file that is missing is passed over unless it was named; one that cannot be read or understood is
 * an error, since its logins would be missed without a word.
 */
export async function readAuthFiles(
  files: Files,
  places: readonly AuthPlace[],
  report: (problem: Problem) => void,
): Promise<readonly FoundAuthFile[]> {
  const found: FoundAuthFile[] = [];
  for (const place of places) {
    const read = await readPlace(files, place);
    if (!read.ok) report(problemOf(read.failure));
    else if (read.value !== null) {
      found.push({ file: read.value, isDocker: place.isDocker });
      await warnOfReaders(files, read.value, report);
    }
  }
  return found;
}

async function readPlace(files: Files, place: AuthPlace): Promise<Result<AuthFile | null>> {
  const { path, kind } = place;
  const bytes = await files.read(path, largest);
  if (!bytes.ok) {
    if (kind === "guessed") return success(null);
    const cure = "let magos's user read it, or name another file in registries.authFile";
    return { ok: false, failure: { cure, ...bytes.failure, code: "registry.auth_file", file: path } };
  }
  if (bytes.value === null) {
    return kind !== "exclusive" ? success(null) : failure("registry.auth_file", `there is no ${path}`, {
      file: path,
      cure: `check registries.authFile and REGISTRY_AUTH_FILE, or log in: podman login --authfile ${path} REGISTRY`,
    });
  }
  const text = decodeText(bytes.value, path);
  if (!text.ok) return { ok: false, failure: { ...text.failure, code: "registry.auth_file" } };
  return parseAuthFile(text.value, path);
}

async function warnOfReaders(files: Files, file: AuthFile, report: (problem: Problem) => void): Promise<void> {
  if (![...file.entries.values()].some((entry) => entry.kind === "login")) return;
  const info = await files.stat(file.name);
  const mode = info.ok ? info.value?.mode ?? 0 : 0;
  // A link's own mode says nothing.
  if (!info.ok || info.value?.kind !== "file" || (mode & othersMayRead) === 0) return;
  report({
    code: "registry.auth_file",
    severity: "warning",
    message: `everybody on this machine may read the registry logins in ${file.name}`,
    file: file.name,
    cure: `chmod 600 ${file.name}`,
  });
}
