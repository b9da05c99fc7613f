// Real Docker with a store and a network of its own, beside a real registry: everything in it ends with the test.
import type { EngineWorld } from "./engine_world.ts";
import { startDockerRegistry } from "./docker_registry.ts";
import { makeLayer, server } from "./engine_world.ts";
import { isExecutable } from "./needs.ts";

/** Programs that the world is made of. */
export const dockerPrograms = [
  ...["docker", "dockerd", "containerd", "runc", "docker-compose"] as const,
  ...["docker-registry", "busybox", "namespaces"] as const,
] as const;

/** Builds the world, runs the test, takes all down. */
export async function withDocker(test: (world: EngineWorld) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-docker-" }));
  const registry = await startDockerRegistry([]);
  const env = {
    PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
    HOME: folder,
    TMPDIR: folder,
    DOCKER_HOST: `unix://${folder}/docker.sock`,
    DOCKER_CONFIG: `${folder}/settings`,
  };
  const ask = async (args: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
    const command = new Deno.Command("docker", { args: [...args], env, clearEnv: true, stdin: "null" });
    const { code, stdout, stderr } = await command.output();
    return { code, out: new TextDecoder().decode(stdout).trim(), err: new TextDecoder().decode(stderr).trim() };
  };
  const client = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await ask(args);
    if (code !== 0) throw new Error(`docker ${args.join(" ")}: ${err}`);
    return out;
  };
  await linkPlugin(env.DOCKER_CONFIG);
  await makeLayer(folder);
  const daemon = startDaemon(folder);
  try {
    await untilItAnswers(folder, daemon, async () => (await ask(["version"])).code === 0);
    await test({
      folder,
      registry: registry.address,
      env,
      client,
      digestOf: async (id) => digestIn(await client("inspect", "--format", "{{.Image}}", id), client),
      pushImage: (name, tag, mark, command = server) =>
        pushImage(client, folder, `${registry.address}/${name}:${tag}`, mark, command),
      stopRegistry: () => registry.stop(),
    });
  } finally {
    const ids = (await ask(["ps", "--all", "--quiet"])).out.split("\n").filter((id) => id !== "");
    if (ids.length > 0) await ask(["rm", "--force", ...ids]);
    await ask(["network", "prune", "--force"]);
    daemon.kill("SIGTERM");
    await daemon.status;
    await registry.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** No bridge and no packet filter of its own: the machine's network stays as it is. */
function startDaemon(folder: string): Deno.ChildProcess {
  const places = ["--data-root", `${folder}/data`, "--exec-root", `${folder}/exec`, "--pidfile", `${folder}/pid`];
  const network = ["--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"];
  const script = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec dockerd "$@" >"$0" 2>&1';
  return new Deno.Command("unshare", {
    args: [
      ...["--mount", "sh", "-c", script, `${folder}/daemon.log`, "--host", `unix://${folder}/docker.sock`],
      ...[...places, ...network, "--storage-driver", "vfs", "--insecure-registry", "127.0.0.0/8"],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Each question takes the time of a program's start, so this is no busy loop. */
async function untilItAnswers(
  folder: string,
  daemon: Deno.ChildProcess,
  answers: () => Promise<boolean>,
): Promise<void> {
  let isOver = false;
  daemon.status.then(() => isOver = true);
  for (let attempt = 0; attempt < 1000 && !isOver; attempt++) if (await answers()) return;
  throw new Error(`dockerd does not answer: ${(await Deno.readTextFile(`${folder}/daemon.log`)).slice(-2000)}`);
}

/** One program is both: by itself, and as the plugin that `docker compose` starts. */
async function linkPlugin(settings: string): Promise<void> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const found = folders.map((folder) => `${folder}/docker-compose`).find(isExecutable);
  if (found === undefined) throw new Error("PATH lacks docker-compose");
  await Deno.mkdir(`${settings}/cli-plugins`, { recursive: true });
  await Deno.symlink(found, `${settings}/cli-plugins/docker-compose`);
}

async function pushImage(
  client: EngineWorld["client"],
  folder: string,
  image: string,
  mark: string,
  command: readonly string[],
): Promise<string> {
  const changes = [`LABEL mark=${mark}`, `CMD ${JSON.stringify(command)}`].flatMap((change) => ["--change", change]);
  await client("import", ...changes, `${folder}/layer.tar`, image);
  await client("push", image);
  const digest = await digestIn(image, client);
  await client("rmi", "--force", image);
  return digest;
}

async function digestIn(image: string, client: EngineWorld["client"]): Promise<string> {
  const named = await client("image", "inspect", "--format", "{{index .RepoDigests 0}}", image);
  return named.slice(named.indexOf("@") + 1);
}
