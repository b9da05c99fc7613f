// The user's own roots beside the usual ones, in one file: what git is told to believe replaces what it believed.
import { sha256Of } from "../../core/model/digest.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Files } from "../../core/ports/files.ts";
import type { Random } from "../../core/ports/random.ts";

/** What the joined file is made of, and where it goes. */
export interface CaParts {
  readonly files: Files;
  readonly random: Random;
  readonly env: Readonly<Record<string, string>>;
  /** The state folder. */
  readonly folder: string;
}

const largest = 4 * 1024 * 1024;

/** Where Debian, Fedora, SUSE and Alpine keep their roots. */
const usualPlaces = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** The PEM text of `repo.caFile`. Fails with `config.unreadable` or `config.invalid_value`. */
export async function readCaFile(files: Files, path: string): Promise<Result<string>> {
  const cure = "check repo.caFile: a file of certificates in PEM form is expected";
  const bytes = await files.read(path, largest);
  if (!bytes.ok) return { ok: false, failure: { ...bytes.failure, code: "config.unreadable", cure } };
  if (bytes.value === null) {
    return failure("config.unreadable", `there is no ${path} (repo.caFile)`, { file: path, cure });
  }
  const text = new TextDecoder().decode(bytes.value);
  return /-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(text)
    ? success(text)
    : failure("config.invalid_value", `${path} holds no certificate in PEM form`, { file: path, cure });
}

/**
 * Writes the user's roots and the machine's into one file of the state folder, and gives its path. The name is that of
 * its content, so that a git which reads it meanwhile never sees half of another.
 */
export async function joinCaFile(parts: CaParts, own: string): Promise<Result<string>> {
  const { files, random, folder } = parts;
  const usual = await readUsual(parts);
  const text = `${own.trimEnd()}\n${usual}`;
  const path = `${folder}/ca-${sha256Of(text).slice("sha256:".length, "sha256:".length + 16)}.pem`;
  const known = await files.stat(path);
  if (known.ok && known.value?.kind === "file" && known.value.size === new TextEncoder().encode(text).length) {
    return success(path);
  }
  const made = await files.makeFolder(folder, 0o700);
  if (!made.ok) return made;
  const fresh = `${path}.${random.hex(8)}`;
  const written = await files.write(fresh, text, 0o600);
  if (!written.ok) return written;
  const renamed = await files.rename(fresh, path);
  return renamed.ok ? success(path) : renamed;
}

async function readUsual({ files, env }: CaParts): Promise<string> {
  for (const place of [env["GIT_SSL_CAINFO"], env["SSL_CERT_FILE"], ...usualPlaces]) {
    const bytes = place ? await files.read(place, largest) : null;
    if (bytes?.ok && bytes.value !== null) return new TextDecoder().decode(bytes.value);
  }
  return "";
}
