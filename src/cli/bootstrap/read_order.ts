// What a host is set up from: the repository, its branch, and the token, whose file must be a secret one.
import { readFluxBootstrap, readFluxToken } from "../../core/documents/flux_bootstrap.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Secret } from "../../core/model/secret.ts";
import type { System } from "../../core/ports/system.ts";
import { decodeText } from "../../core/yaml/text.ts";
import { isKeptByGit } from "../wire.ts";

/** The two files, read. */
export interface BootstrapOrder {
  readonly repo: string;
  readonly branch: string | null;
  /** Null when there is no file with one: it is deleted once the host is set up. */
  readonly token: Secret | null;
  /** Path of that file, for messages. */
  readonly tokenFile: string;
}

const largest = 64 * 1024;

/** Reads both below a folder. Fails with `config.*`; a token that others may read or that git keeps is not used. */
export async function readOrder(system: System, folder: string): Promise<Result<BootstrapOrder>> {
  const file = `${folder}/config/flux.yaml`;
  const trusted = await requireTrusted(system, file);
  if (!trusted.ok) return trusted;
  const text = await readText(system, file);
  if (!text.ok) return text;
  if (text.value === null) {
    return failure("config.missing", `there is no ${file}`, {
      file,
      cure: "write the repository's address into it: `repo: https://github.com/you/homelab.git`",
    });
  }
  const order = readFluxBootstrap(text.value, file);
  if (!order.ok) return order;
  const tokenFile = `${folder}/config/secrets-flux.yaml`;
  const token = await readToken(system, tokenFile);
  return token.ok ? success({ ...order.value, token: token.value, tokenFile }) : token;
}

/** It says where the token goes: running as root in a foreign folder must not hand it over (contracts 2.1). */
async function requireTrusted(system: System, file: string): Promise<Result<void>> {
  const info = await system.files.stat(file);
  if (!info.ok) return info;
  if (info.value === null) return success(undefined);
  const { kind, mode, uid } = info.value;
  const isForeign = system.uid !== null && uid !== null && uid !== system.uid && uid !== 0;
  const isOpen = kind !== "file" || mode !== null && (mode & 0o022) !== 0;
  if (!isForeign && !isOpen) return success(undefined);
  const why = isForeign ? "it belongs to another user" : "others can write it, or it is a link";
  return failure("config.untrusted_file", `${file} is not read: ${why}`, {
    file,
    cure: isForeign ? `make it your own: chown ${system.uid} ${file}` : `chmod go-w ${file}`,
  });
}

async function readToken(system: System, file: string): Promise<Result<Secret | null>> {
  const info = await system.files.stat(file);
  if (!info.ok) return info;
  if (info.value === null) return success(null);
  const { kind, mode, uid } = info.value;
  if (kind !== "file") return exposed(file, "it is no plain file", "put the file itself there, not a link");
  if (system.uid !== null && uid !== null && uid !== system.uid && uid !== 0) {
    return exposed(file, "it belongs to another user", `make it your own: chown ${system.uid} ${file}`);
  }
  if (mode !== null && (mode & 0o077) !== 0) {
    return exposed(file, `its mode is 0${mode.toString(8)}`, `chmod 0600 ${file}`);
  }
  const kept = await isKeptByGit(system, file);
  if (!kept.ok) return kept;
  if (kept.value) {
    const cure = "revoke the token, `git rm --cached` the file, and name it in .gitignore";
    return exposed(file, "git keeps it, so whoever has the repository has the token", cure);
  }
  const text = await readText(system, file);
  if (!text.ok) return text;
  const token = readFluxToken(text.value ?? "", file);
  if (token.ok) system.keepSecret(token.value);
  return token;
}

function exposed(file: string, why: string, cure: string): Result<never> {
  return failure("config.secret_exposed", `the token in ${file} is not used: ${why}`, { file, cure });
}

async function readText({ files }: System, path: string): Promise<Result<string | null>> {
  const bytes = await files.read(path, largest);
  if (!bytes.ok) return { ok: false, failure: { ...bytes.failure, code: "config.unreadable" } };
  return bytes.value === null ? success(null) : decodeText(bytes.value, path);
}
