// podman's registries.conf and its drop-ins, read from where podman looks (containers-registries.conf.d(5)).
import { joinRegistriesFiles, parseRegistriesConf, type RegistriesConf } from "../../core/documents/registries_conf.ts";
import type { RegistriesFile } from "../../core/documents/registries_conf.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Files } from "../../core/ports/files.ts";
import { decodeText } from "../../core/yaml/text.ts";

/** What podman goes by. */
export interface RegistriesConfPlaces {
  readonly files: Files;
  /** A file that is read instead of all others: the configured one, else `CONTAINERS_REGISTRIES_CONF`; or null. */
  readonly asked: string | null;
  /** `$XDG_CONFIG_HOME`, or null without a home. */
  readonly configHome: string | null;
  /** `/etc`, unless a test says otherwise. */
  readonly systemConfig?: string;
}

const maxBytes = 1024 * 1024;
const maxDropIns = 1000;

/**
 * The user's file, else the system's; then the drop-ins in order of name, the system's before the user's. Whoever has a
 * file of his own leaves the system's drop-ins aside. A file that cannot be read or understood is `registry.config`:
 * half of the settings could send a credential, or a question, elsewhere.
 */
export async function readRegistriesConf(places: RegistriesConfPlaces): Promise<Result<RegistriesConf>> {
  const { files, asked, configHome, systemConfig = "/etc" } = places;
  if (asked !== null) {
    const only = await readOne(files, asked);
    if (!only.ok) return only;
    if (only.value === null) return missing(asked);
    return success(joinRegistriesFiles([only.value]));
  }
  const system = `${systemConfig}/containers/registries.conf`;
  const user = configHome === null ? null : `${configHome}/containers/registries.conf`;
  const own = user === null ? success(null) : await readOne(files, user);
  if (!own.ok) return own;
  const main = own.value === null ? await readOne(files, system) : own;
  if (!main.ok) return main;
  const folders = [...own.value === null ? [`${system}.d`] : [], ...user === null ? [] : [`${user}.d`]];
  const read: RegistriesFile[] = main.value === null ? [] : [main.value];
  for (const folder of folders) {
    const dropIns = await readFolder(files, folder);
    if (!dropIns.ok) return dropIns;
    read.push(...dropIns.value);
  }
  return success(joinRegistriesFiles(read));
}

async function readFolder(files: Files, folder: string): Promise<Result<readonly RegistriesFile[]>> {
  const listed = await files.list(folder);
  if (!listed.ok) return { ok: false, failure: { ...listed.failure, code: "registry.config" } };
  const names = listed.value.filter((name) => name.endsWith(".conf"));
  if (names.length > maxDropIns) {
    return failure("registry.config", `${folder} holds ${names.length} files; magos reads at most ${maxDropIns}`, {
      file: folder,
      cure: "join them into fewer files",
    });
  }
  const read: RegistriesFile[] = [];
  for (const name of names) {
    const info = await files.stat(`${folder}/${name}`);
    if (info.ok && info.value?.kind === "directory") continue;
    const file = await readOne(files, `${folder}/${name}`);
    if (!file.ok) return file;
    if (file.value !== null) read.push(file.value);
  }
  return success(read);
}

async function readOne(files: Files, path: string): Promise<Result<RegistriesFile | null>> {
  const bytes = await files.read(path, maxBytes);
  if (!bytes.ok) return { ok: false, failure: { ...bytes.failure, code: "registry.config" } };
  if (bytes.value === null) return success(null);
  const text = decodeText(bytes.value, path);
  return text.ok ? parseRegistriesConf(text.value, path) : text;
}

function missing(path: string): Result<never> {
  return failure("registry.config", `there is no ${path}`, {
    file: path,
    cure: "check registries.registriesConf and CONTAINERS_REGISTRIES_CONF",
  });
}
