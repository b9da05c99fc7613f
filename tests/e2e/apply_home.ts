// A host that really runs containers: a homelab with podman, podman-compose and a registry of its own.
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { success } from "../../src/core/model/problem.ts";
import type { System } from "../../src/core/ports/system.ts";
import type { Tree } from "../fakes/git_remote.ts";
import { needs } from "../fakes/needs.ts";
import { podmanPrograms, type PodmanWorld, withPodman } from "../fakes/podman_world.ts";
import { type Homelab, type Ran, withHomelab } from "./homelab.ts";

/** The programs that every test of it needs. */
export const applyNeeds = needs(...podmanPrograms);

/** The world of one test. */
export interface ApplyHome extends Homelab {
  readonly podman: PodmanWorld;
  /** `127.0.0.1:PORT/you`. */
  readonly images: string;
  readonly runtime: string;
  /** `magos ARGS --json`, parsed, with the exit code beside it. */
  apply(...args: readonly string[]): Promise<{ readonly code: number; readonly report: ApplyJson }>;
  /** What podman itself says: the digest that a service runs, or why there is none. */
  digestOf(service: string): Promise<string>;
  /** The environment of a real process. */
  readonly processEnv: Readonly<Record<string, string>>;
}

/** The part of the answer that tests look at. */
export interface ApplyJson {
  readonly result: string;
  readonly signer: string | null;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly stacks: readonly {
    readonly name: string;
    readonly state: string;
    readonly action: string;
    readonly reason: string;
    readonly steps: readonly { readonly kind: string; readonly subject: string; readonly state: string }[];
    readonly health: { readonly state: string; readonly log: readonly string[] } | null;
    readonly revert: { readonly state: string; readonly commit: string | null } | null;
    readonly problems: readonly { readonly code: string; readonly message: string }[];
  }[];
}

/** What a test begins with. */
export interface ApplyHomeOptions {
  readonly settings?: string;
  /** Where the state lies; default: in the home's folder. */
  readonly stateDir?: string;
  /** The repository; it is told where images are. */
  readonly tree: (images: string, push: PodmanWorld["pushImage"]) => Promise<Tree>;
}

/** Health that no test waits long for. */
export const quickHealth = "apply: { health: { settle: 0s, timeout: 20s } }\n";

/** Builds the world, runs the test, takes all down. */
export async function withApplyHome(
  { tree, settings = quickHealth, stateDir = "state" }: ApplyHomeOptions,
  test: (home: ApplyHome) => Promise<void>,
): Promise<void> {
  await withPodman(async (podman) => {
    const images = `${podman.registry}/you`;
    await withHomelab(
      { tree: await tree(images, podman.pushImage), images: [], settings, stateDir },
      async (homelab) => {
        const conf = `[[registry]]\nlocation = "${podman.registry}"\ninsecure = true\n`;
        await Deno.writeTextFile(`${homelab.folder}/registries.conf`, conf);
        const runtime = `${homelab.folder}/runtime`;
        const env = { ...podman.env, RUNTIME_DIRECTORY: runtime };
        // The folder of a test lies on a disk; on a host it has to lie in memory.
        const files = { ...denoFiles, isInMemory: () => Promise.resolve(success(true)) };
        const magos = (args: readonly string[], changes: Partial<System> = {}): Promise<Ran> =>
          homelab.magos(args, { env, files, ...changes });
        await test({
          ...homelab,
          podman,
          images,
          runtime,
          processEnv: env,
          magos,
          async apply(...args) {
            const { code, out, err } = await magos(["apply", ...args, "--json"]);
            if (out === "") throw new Error(err);
            return { code, report: JSON.parse(out) };
          },
          async digestOf(service) {
            const filter = `label=com.docker.compose.service=${service}`;
            const id = await podman.podman("ps", "--quiet", "--filter", filter);
            return id === "" ? "nothing runs" : await podman.podman("inspect", "--format", "{{.ImageDigest}}", id);
          },
        });
      },
    );
  });
}

/** A Compose file with one marked service. */
export function webCompose(images: string, tag: string, digest: string, more = ""): string {
  return `services:\n  web:\n    image: ${images}/web:${tag}@${digest} # {"magos": {"policy": "semver"}}\n${more}`;
}

/** Applies in a real process that ends itself by SIGKILL after the step; gives the signal that it ended with. */
export async function killedAfter(home: ApplyHome, step: string): Promise<string | null> {
  const cache = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tests", "tests/e2e/stop_main.ts", "--config", home.config, "apply"],
    clearEnv: true,
    env: { ...home.processEnv, MAGOS_STOP_AFTER: step, DENO_DIR: cache, MAGOS_APPLY_HOST: "testhost" },
    stdout: "null",
    stderr: "null",
  }).output();
  return output.signal;
}
