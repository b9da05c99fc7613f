// Real podman with a store of its own, beside a real registry: everything in it ends with the test.
import { startDockerRegistry } from "./docker_registry.ts";
import { type EngineWorld, makeLayer, server } from "./engine_world.ts";

/** What a test does with podman. */
export interface PodmanWorld extends EngineWorld {
  /** Runs `podman ARGS` and gives what it said. Throws when it fails. */
  podman(...args: readonly string[]): Promise<string>;
  /** Runs it and gives its exit code alone. */
  exitCode(...args: readonly string[]): Promise<number>;
}

/** Programs that the world is made of. */
export const podmanPrograms = [
  "podman",
  "podman-compose",
  "docker-registry",
  "busybox",
  "namespaces",
  "nsenter",
] as const;

// No systemd, no cgroup manager: what real-life hosts have and a test machine need not (containers.conf(5)).
const containersConf = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
cgroups = "disabled"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_config_dir = "FOLDER/networks"
`;

/** Builds the world, runs the test, takes all down. */
export async function withPodman(test: (world: PodmanWorld) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-podman-" }));
  const registry = await startDockerRegistry([]);
  // podman keeps network namespaces as mounts, so all its calls have to share one table of mounts.
  const holder = new Deno.Command("unshare", {
    args: ["--mount", "sh", "-c", "umount /sys/fs/cgroup/unified 2>/dev/null; echo ready; exec sleep infinity"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const env = await writeSettings(folder, holder.pid, registry.address);
  const run = async (args: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
    const command = new Deno.Command(`${folder}/bin/podman`, { args: [...args], env, clearEnv: true, stdin: "null" });
    const { code, stdout, stderr } = await command.output();
    return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  };
  const podman = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await run(args);
    if (code !== 0) throw new Error(`podman ${args.join(" ")}: ${err}`);
    return out.trim();
  };
  try {
    const reader = holder.stdout.getReader();
    await reader.read();
    await reader.cancel();
    await makeLayer(folder);
    await test({
      folder,
      registry: registry.address,
      env,
      podman,
      client: podman,
      digestOf: (id) => podman("inspect", "--format", "{{.ImageDigest}}", id),
      exitCode: async (...args) => (await run(args)).code,
      pushImage: (name, tag, mark, command = server) =>
        pushImage(podman, folder, `${registry.address}/${name}:${tag}`, mark, command),
      stopRegistry: () => registry.stop(),
    });
  } finally {
    await run(["rm", "--all", "--force", "--time", "0"]);
    await run(["network", "prune", "--force"]);
    holder.kill("SIGKILL");
    await holder.status;
    await registry.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeSettings(folder: string, holder: number, registry: string): Promise<Record<string, string>> {
  await Deno.mkdir(`${folder}/bin`);
  await Deno.mkdir(`${folder}/home`);
  await Deno.writeTextFile(`${folder}/containers.conf`, containersConf.replace("FOLDER", folder));
  await Deno.writeTextFile(`${folder}/registries.conf`, `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`);
  await Deno.writeTextFile(`${folder}/policy.json`, `{"default": [{"type": "insecureAcceptAnything"}]}`);
  const script = `#!/bin/sh
exec nsenter --mount=/proc/${holder}/ns/mnt -- sh -c 'cd "$0"; exec "$@"' "$PWD" /usr/bin/podman \\
  --root ${folder}/root --runroot ${folder}/run --tmpdir ${folder}/tmp --storage-driver vfs "$@"
`;
  await Deno.writeTextFile(`${folder}/bin/podman`, script, { mode: 0o755 });
  return {
    PATH: `${folder}/bin:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`,
    HOME: `${folder}/home`,
    TMPDIR: folder,
    CONTAINERS_CONF: `${folder}/containers.conf`,
    CONTAINERS_REGISTRIES_CONF: `${folder}/registries.conf`,
  };
}

async function pushImage(
  podman: PodmanWorld["podman"],
  folder: string,
  image: string,
  mark: string,
  command: readonly string[],
): Promise<string> {
  const changes = [`LABEL mark=${mark}`, `CMD ${JSON.stringify(command)}`].flatMap((change) => ["--change", change]);
  await podman("import", ...changes, `${folder}/layer.tar`, image);
  await podman("push", "--quiet", "--digestfile", `${folder}/digest`, image);
  await podman("rmi", "--force", image);
  return (await Deno.readTextFile(`${folder}/digest`)).trim();
}
