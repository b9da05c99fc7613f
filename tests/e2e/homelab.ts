// What a homelab user has before magos comes: a git remote with marked files, a registry, a configuration.
import { cli } from "../../src/cli/cli.ts";
import { type DemoImage, type DemoRelease } from "../../src/cli/demo/demo_image.ts";
import type { System } from "../../src/core/ports/system.ts";
import type { Authority } from "../fakes/authority.ts";
import { startDockerRegistry } from "../fakes/docker_registry.ts";
import { fakeRegistry, type Fault } from "../fakes/fake_registry.ts";
import { type GitHttpServer, startGitHttpServer } from "../fakes/git_http_server.ts";
import { type GitRemote, makeGitRemote, type Tree } from "../fakes/git_remote.ts";
import { type LoggedEvent, testSystem } from "../fakes/test_system.ts";

/** How one command line ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly events: readonly LoggedEvent[];
}

/** A registry of any kind, as the tests use it. */
export interface HomelabRegistry {
  readonly address: string;
  push(name: string, release: DemoRelease): Promise<unknown>;
  stop(): Promise<void>;
}

/** The user's world. All of it ends with the test. */
export interface Homelab {
  readonly folder: string;
  readonly remote: GitRemote;
  readonly server: GitHttpServer;
  readonly registry: HomelabRegistry;
  /** Path of the host's configuration, which names remote, token, state and registries. */
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  /** `magos ARGS` in this process, with the real ports. */
  magos(args: readonly string[], changes?: Partial<System>): Promise<Ran>;
  /** Where tags point, asked of the registry without magos. */
  digestsOf(name: string, tags: readonly string[]): Promise<readonly string[]>;
  /** A file of the remote at a revision. */
  text(revision: string, path: string): Promise<string>;
}

/** No other text of a test looks like it. */
export const homelabToken = "hl-5Dq_Secret+/=token";

/** What is different from the usual. */
export interface HomelabOptions {
  readonly tree: Tree;
  readonly images: readonly DemoImage[];
  /** `docker` is the real docker-registry, `docker-login` with a login demanded; `embedded` the one of the demo. */
  readonly registry?: "docker" | "docker-login" | "embedded";
  /** What the embedded registry does wrong; the first fault meets a request first. */
  readonly faults?: readonly Fault[];
  /** Lets the real docker-registry speak https with a certificate of this authority. */
  readonly authority?: Authority;
  readonly settings?: string;
  /** Where the state lies; default: a folder of its own in the homelab's. */
  readonly stateDir?: string;
  /** Lets the git server speak https with a certificate of this authority. */
  readonly gitAuthority?: Authority;
  /** The line `repo:` of the configuration, for a login other than by token file. */
  readonly repo?: (server: GitHttpServer, folder: string) => string;
}

/** Builds the world, runs the test, takes all down. */
export async function withHomelab(options: HomelabOptions, test: (homelab: Homelab) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-e2e-" }));
  const registry = await startRegistry(options);
  const login = { user: "you", password: homelabToken };
  const server = await startGitHttpServer(folder, { login }, options.gitAuthority?.server);
  try {
    const remote = await makeGitRemote(folder, options.tree);
    const config = await writeConfig(folder, server, registry, options);
    // As in a service of systemd's: what no configuration names stays out of the machine's own folders.
    const env = { HOME: folder, RUNTIME_DIRECTORY: `${folder}/run` };
    await test({
      folder,
      remote,
      server,
      registry,
      config,
      env,
      magos: async (args, changes) => {
        const machine = testSystem(folder, env, changes);
        const code = await cli(["--config", config, ...args], machine.system);
        return { code, out: machine.out(), err: machine.err(), events: machine.events };
      },
      digestsOf: (name, tags) => Promise.all(tags.map((tag) => askDigest(registry.address, name, tag))),
      text: async (revision, path) => new TextDecoder().decode(await remote.show(revision, path)),
    });
  } finally {
    await server.close();
    await registry.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

async function startRegistry(
  { registry = "embedded", images, faults, authority }: HomelabOptions,
): Promise<HomelabRegistry> {
  if (authority !== undefined) return await startDockerRegistry(images, { tls: { authority } });
  if (registry === "embedded") return embedded(images, faults);
  return await startDockerRegistry(images, { login: registry === "docker-login" });
}

async function writeConfig(
  folder: string,
  server: GitHttpServer,
  registry: HomelabRegistry,
  options: HomelabOptions,
): Promise<string> {
  const hosts = new Set(options.images.map((image) => image.name.split("/")[0] ?? ""));
  const conf = [...hosts].map((host) =>
    `[[registry]]\nprefix = "${host}"\nlocation = "${registry.address}"\ninsecure = true\n`
  );
  await Deno.writeTextFile(`${folder}/registries.conf`, conf.join("\n"));
  await Deno.writeTextFile(`${folder}/token`, `${homelabToken}\n`, { mode: 0o600 });
  const config = `${folder}/magos-host.yaml`;
  await Deno.writeTextFile(
    config,
    `${
      options.repo?.(server, folder) ??
        `repo: { url: "${server.url}/homelab.git", auth: { tokenFile: token, user: you } }`
    }
registries: { registriesConf: registries.conf, scanInterval: 0s }
state: { dir: ${options.stateDir ?? "state"} }
${options.settings ?? ""}`,
  );
  return config;
}

async function askDigest(address: string, name: string, tag: string): Promise<string> {
  const path = name.slice(name.indexOf("/") + 1);
  const token = await fetch(`http://${address}/token?service=magos-demo&scope=repository:${path}:pull`);
  const authorization = token.ok ? `Bearer ${(await token.json()).token}` : "";
  if (!token.ok) await token.body?.cancel();
  const response = await fetch(`http://${address}/v2/${path}/manifests/${tag}`, {
    headers: { authorization, accept: "application/vnd.oci.image.index.v1+json" },
  });
  await response.body?.cancel();
  return response.headers.get("docker-content-digest") ?? "";
}

function embedded(images: readonly DemoImage[], faults: readonly Fault[] = []): HomelabRegistry {
  const registry = fakeRegistry(images, faults, { auth: "bearer" });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, registry.fetch);
  return {
    address: `127.0.0.1:${server.addr.port}`,
    push: (name, release) => Promise.resolve(registry.demo.push(name, release)),
    stop: () => server.shutdown(),
  };
}

/** The lines that differ between two texts of equally many lines, as `old => new`. */
export function changedLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return old.flatMap((line, index) => line === now[index] ? [] : [`${line} => ${now[index]}`]);
}

/** A release that runs on the two usual platforms. */
export function release(...tags: readonly string[]): DemoRelease {
  return { tags, platforms: ["linux/amd64", "linux/arm64"], created: "2026-01-10T10:00:00Z", note: tags.join(" ") };
}
