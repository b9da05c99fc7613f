// The certificates that podman and Docker keep for a host (containers-certs.d(5)), and its caFile, read when first met.
import type { HostSettings } from "../../core/model/host_settings.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import { canonicalHost } from "../../core/model/reference.ts";
import { Secret } from "../../core/model/secret.ts";
import type { Files } from "../../core/ports/files.ts";
import type { TlsIdentity } from "../../core/ports/http.ts";

/** Where to look. */
export interface TlsPlaces {
  readonly files: Files;
  /** Folders that hold a folder `host[:port]` each; the first that has one for the host holds. */
  readonly folders: readonly string[];
  readonly settings: (host: string) => HostSettings;
  /** Told every key, so that it is masked wherever it could be shown. */
  readonly keepSecret: (secret: Secret) => void;
}

const maxBytes = 1024 * 1024;
const maxFiles = 100;

/** What is believed of each host and shown to it; every file is read once in the life of this object. */
export class TlsIdentities {
  readonly #places: TlsPlaces;
  readonly #known = new Map<string, Promise<Result<TlsIdentity | null>>>();
  readonly #found: TlsIdentity[] = [];

  constructor(places: TlsPlaces) {
    this.#places = places;
  }

  /** The identity for a server; null when the usual roots are all. Fails with `registry.certificates`. */
  find(server: URL): Promise<Result<TlsIdentity | null>> {
    const known = this.#known.get(server.host) ?? this.#read(server);
    this.#known.set(server.host, known);
    return known;
  }

  /** All that was handed out so far. */
  found(): readonly TlsIdentity[] {
    return this.#found;
  }

  async #read(server: URL): Promise<Result<TlsIdentity | null>> {
    const read = await readIdentity(this.#places, namesOf(server));
    if (read.ok && read.value !== null) this.#found.push(read.value);
    return read;
  }
}

// podman looks for the name in the image, which may say the usual port and calls Docker Hub docker.io.
function namesOf({ host, port }: URL): readonly string[] {
  const name = canonicalHost(host);
  if (/^\.*$/.test(name)) return [];
  return port === "" ? [name, `${name}:443`] : [name];
}

async function readIdentity(places: TlsPlaces, names: readonly string[]): Promise<Result<TlsIdentity | null>> {
  const { files } = places;
  const caCerts: string[] = [];
  for (const name of names) {
    const { caFile } = places.settings(name);
    if (caFile === null) continue;
    const ca = await readPem(files, caFile, "CERTIFICATE");
    if (!ca.ok) return ca;
    caCerts.push(ca.value);
  }
  const folder = await findFolder(places, names);
  const own = folder.names.filter((name) => /\.(crt|cert|key)$/.test(name)).slice(0, maxFiles);
  for (const name of own.filter((it) => it.endsWith(".crt"))) {
    const ca = await readPem(files, `${folder.path}/${name}`, "CERTIFICATE");
    if (!ca.ok) return ca;
    caCerts.push(ca.value);
  }
  const client = await readClient(places, folder.path, own);
  if (!client.ok) return client;
  return success(caCerts.length === 0 && client.value === null ? null : { caCerts, client: client.value });
}

interface Folder {
  readonly path: string;
  readonly names: readonly string[];
}

// A folder that may not be read is passed over, as podman does; then the server's certificate is not trusted.
async function findFolder(places: TlsPlaces, hosts: readonly string[]): Promise<Folder> {
  for (const folder of places.folders) {
    for (const host of hosts) {
      const path = `${folder}/${host}`;
      const names = await places.files.list(path);
      if (names.ok && names.value.length > 0) return { path, names: names.value };
    }
  }
  return { path: "", names: [] };
}

// A server is shown one certificate; of several pairs the first by name is taken.
async function readClient(
  { files, keepSecret }: TlsPlaces,
  folder: string,
  names: readonly string[],
): Promise<Result<TlsIdentity["client"]>> {
  for (const name of names) {
    const other = name.endsWith(".cert")
      ? name.replace(/\.cert$/, ".key")
      : name.endsWith(".key")
      ? name.replace(/\.key$/, ".cert")
      : name;
    if (!names.includes(other)) return halfPair(folder, name, other);
  }
  const certName = names.find((name) => name.endsWith(".cert"));
  if (certName === undefined) return success(null);
  const cert = await readPem(files, `${folder}/${certName}`, "CERTIFICATE");
  if (!cert.ok) return cert;
  const key = await readPem(files, `${folder}/${certName.replace(/\.cert$/, ".key")}`, "PRIVATE KEY");
  if (!key.ok) return key;
  const secret = new Secret(key.value);
  keepSecret(secret);
  return success({ cert: cert.value, key: secret });
}

async function readPem(files: Files, path: string, what: "CERTIFICATE" | "PRIVATE KEY"): Promise<Result<string>> {
  const bytes = await files.read(path, maxBytes);
  if (!bytes.ok) return unusable(path, bytes.failure.message);
  if (bytes.value === null) return unusable(path, `there is no ${path}`);
  const text = new TextDecoder().decode(bytes.value);
  return new RegExp(`-----BEGIN [A-Z ]*${what}-----`).test(text)
    ? success(text)
    : unusable(path, `${path} holds no ${what.toLowerCase()} in PEM form`);
}

function halfPair(folder: string, name: string, other: string): Result<never> {
  const message = `${folder} holds ${name} without ${other}`;
  return failure("registry.certificates", message, {
    file: `${folder}/${name}`,
    cure: name.endsWith(".cert")
      ? `put the key beside it as ${other}; a CA certificate is named *.crt`
      : `put the certificate beside it as ${other}`,
  });
}

function unusable(path: string, message: string): Result<never> {
  return failure("registry.certificates", message, {
    file: path,
    cure: "mend the file, or take it out of certs.d or registries.hosts",
  });
}
