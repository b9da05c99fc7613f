// The real registry of the distribution project on loopback, with images pushed to it by plain HTTP.
import type { Authority } from "./authority.ts";
import { buildImage } from "../../src/cli/demo/build_image.ts";
import { type DemoImage, type DemoRelease, repositoryPath } from "../../src/cli/demo/demo_image.ts";
import type { Digest } from "../../src/core/model/digest.ts";

/** A running `docker-registry`. */
export interface DockerRegistry {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Pushes a release and gives the digest its tags point to. */
  push(name: string, release: DemoRelease): Promise<Digest>;
  /** Ends it; nothing more happens when it has ended. */
  stop(): Promise<void>;
}

/** The one account of a registry that demands a login. No other text of a test looks like its password. */
export const registryLogin = { user: "you", password: "rg-7Kq_Secret+/=word" } as const;

// The password's bcrypt hash, as `htpasswd -B` writes it: the registry takes no other kind.
const htpasswd = `${registryLogin.user}:$2b$05$abcdefghijklmnopqrstuunmc5X840jZk48qGrrzzpGki9nKDVWUy\n`;

/** What is different from the usual. */
export interface DockerRegistryOptions {
  /** Demands `registryLogin` by Basic authentication for everything. */
  readonly login?: boolean;
  /** Speaks https with this certificate; with `demandsClient` it wants one of the authority's own in return. */
  readonly tls?: { readonly authority: Authority; readonly demandsClient?: boolean };
}

/** Starts the registry on a free port with an empty store, and pushes the images. */
export async function startDockerRegistry(
  images: readonly DemoImage[],
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const folder = await Deno.makeTempDir({ prefix: "magos-registry-" });
  const config = `version: 0.1
log: { level: info }
storage: { filesystem: { rootdirectory: ${folder}/data } }
http: { addr: "127.0.0.1:0"${
    options.tls === undefined ? "" : `, tls: ${JSON.stringify(await tlsOf(folder, options.tls))}`
  } }
${options.login ? `auth: { htpasswd: { realm: homelab, path: ${folder}/htpasswd } }` : ""}
`;
  await Deno.writeTextFile(`${folder}/htpasswd`, htpasswd);
  await Deno.writeTextFile(`${folder}/config.yml`, config);
  const child = new Deno.Command("docker-registry", {
    args: ["serve", `${folder}/config.yml`],
    env: { OTEL_TRACES_EXPORTER: "none" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const log = readLog(child.stderr, /listening on 127\.0\.0\.1:(\d+)/, "docker-registry");
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await Promise.all([child.status, log.ended]);
    await Deno.remove(folder, { recursive: true });
  };
  let stopped: Promise<void> | null = null;
  const registry: DockerRegistry = {
    address: "",
    async push(name, release) {
      if (options.tls === undefined) return await pushRelease(registry.address, name, release);
      const { ca, client } = options.tls.authority;
      using http = Deno.createHttpClient({ caCerts: [ca], ...client });
      return await pushRelease(registry.address, name, release, http);
    },
    stop: () => stopped ??= end(),
  };
  try {
    Object.assign(registry, { address: `127.0.0.1:${await log.port}` });
    for (const image of images) for (const release of image.releases) await registry.push(image.name, release);
    return registry;
  } catch (error) {
    await registry.stop();
    throw error;
  }
}

/**
 * A registry tells its port when it begins to listen, so nothing has to be guessed or polled. What it says later is
 * read away, or it would stop at a full pipe.
 */
export function readLog(
  stream: ReadableStream<Uint8Array>,
  listening: RegExp,
  program: string,
): { port: Promise<number>; ended: Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let text = "";
    let found = false;
    for await (const chunk of stream) {
      if (found) continue;
      text += decoder.decode(chunk, { stream: true });
      const port = listening.exec(text)?.[1];
      if (port === undefined) continue;
      found = true;
      resolve(Number(port));
    }
    if (!found) reject(new Error(`${program} did not start: ${text}`));
  };
  return { port: promise, ended: read() };
}

// The login goes along always; a registry that demands none passes it over.
const authorization = { Authorization: `Basic ${btoa(`${registryLogin.user}:${registryLogin.password}`)}` };

async function tlsOf(folder: string, tls: NonNullable<DockerRegistryOptions["tls"]>): Promise<unknown> {
  const { ca, server } = tls.authority;
  const [certificate, key, own] = [`${folder}/tls.crt`, `${folder}/tls.key`, `${folder}/ca.crt`];
  await Deno.writeTextFile(certificate, server.cert);
  await Deno.writeTextFile(key, server.key);
  await Deno.writeTextFile(own, ca);
  return { certificate, key, ...(tls.demandsClient ? { clientcas: [own] } : {}) };
}

/**
 * Pushes a release as the distribution specification says, and gives the digest its tags point to: by plain HTTP, or by
 * https with a client that trusts the registry.
 */
export async function pushRelease(
  address: string,
  name: string,
  release: DemoRelease,
  client?: Deno.HttpClient,
): Promise<Digest> {
  const via = client === undefined ? {} : { client };
  const fetch = (input: string | URL, init: RequestInit): Promise<Response> =>
    globalThis.fetch(input, { ...init, ...via });
  const base = `${client === undefined ? "http" : "https"}://${address}/v2/${repositoryPath(name)}`;
  const built = buildImage(name, release);
  for (const [digest, bytes] of built.blobs) {
    const begun = await expectStatus(202, fetch(`${base}/blobs/uploads/`, { method: "POST", headers: authorization }));
    const upload = new URL(begun.headers.get("Location") ?? "", base);
    upload.searchParams.set("digest", digest);
    await expectStatus(201, fetch(upload, { method: "PUT", body: bytes, headers: authorization }));
  }
  for (const { digest, bytes, mediaType } of built.documents) {
    const references = digest === built.root.digest ? release.tags : [digest];
    for (const reference of references) {
      const headers = { "Content-Type": mediaType, ...authorization };
      await expectStatus(201, fetch(`${base}/manifests/${reference}`, { method: "PUT", body: bytes, headers }));
    }
  }
  return built.root.digest;
}

async function expectStatus(status: number, sent: Promise<Response>): Promise<Response> {
  const response = await sent;
  const body = await response.text();
  if (response.status !== status) throw new Error(`push: ${response.status} instead of ${status}: ${body}`);
  return response;
}
