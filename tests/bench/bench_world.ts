// One benchmark's surroundings: a registry in another process, a bare git remote, a configuration and a state folder.
import { createRepository } from "../../src/adapters/git/create_repository.ts";
import type { System } from "../../src/core/ports/system.ts";
import { must } from "../fakes/git_setup.ts";
import { testSystem } from "../fakes/test_system.ts";
import { benchFiles, type Mix } from "./bench_images.ts";

/** The project's own folder. */
export const projectFolder = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** Whether the registry wants tokens, as GHCR and Docker Hub do. */
export type Auth = "none" | "bearer";

/** What a pass is run in. Disposing of it ends the registry and removes the folder. */
export interface BenchWorld extends AsyncDisposable {
  readonly images: number;
  readonly folder: string;
  /** Words for the command line that every verb gets. */
  readonly flags: readonly string[];
  /** The whole environment of a pass. */
  readonly env: Readonly<Record<string, string>>;
  /** Requests answered by the registry so far, by its own count. */
  requests(): Promise<number>;
  push(name: string, tag: string, note: string): Promise<void>;
  system(changes?: Partial<System>): System;
}

/** What a registry is like. */
export interface BenchRegistry {
  readonly auth?: Auth;
  readonly mix?: Mix;
  /** Milliseconds before each answer. */
  readonly delay?: number;
}

/** Starts the registry and makes the repository. Tag lists are always due, so that each pass asks for all of them. */
export async function openBenchWorld(images: number, registry: BenchRegistry = {}): Promise<BenchWorld> {
  const { auth = "none", mix = "semver", delay = 0 } = registry;
  const server = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-P=tests", `${projectFolder}/tests/bench/image_server.ts`],
      ...[String(images), auth, mix, String(delay)],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const origin = `http://127.0.0.1:${await firstLine(server.stdout)}`;
  const folder = await Deno.makeTempDir({ prefix: "magos-bench-" });
  const config = `repo: { url: ${folder}/remote.git, branch: main }
registries: { registriesConf: ${folder}/registries.conf, scanInterval: 0s }
state: { dir: ${folder}/state }
log: { level: error }
`;
  await Deno.writeTextFile(`${folder}/config.yaml`, config);
  const location = origin.slice("http://".length);
  await Deno.writeTextFile(
    `${folder}/registries.conf`,
    `[[registry]]\nprefix = "ghcr.io"\nlocation = "${location}"\n`,
  );
  const env = { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", HOME: folder };
  const system = (changes: Partial<System> = {}): System => testSystem(folder, env, changes).system;
  must(
    await createRepository(system(), {
      remote: `${folder}/remote.git`,
      workTree: `${folder}/homelab`,
      files: benchFiles(images, mix),
      author: { name: "You", email: "you@localhost" },
      time: Date.now(),
    }),
  );
  return {
    images,
    folder,
    flags: ["--config", `${folder}/config.yaml`],
    env,
    system,
    requests: async () => await (await fetch(`${origin}/bench/requests`)).json(),
    push: async (name, tag, note) => {
      const body = JSON.stringify({ name, tag, note });
      await (await fetch(`${origin}/bench/push`, { method: "POST", body })).arrayBuffer();
    },
    [Symbol.asyncDispose]: async () => {
      await server.stdin.close();
      await server.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The first line that a program prints. */
export async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error("a program of the benchmark did not start");
    text += value;
  }
  await reader.cancel();
  return text.trim();
}
