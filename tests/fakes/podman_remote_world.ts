// podman by its remote client, which has `podman compose`, over the service of the podman that is installed.
import type { EngineWorld } from "./engine_world.ts";
import { podmanPrograms, withPodman } from "./podman_world.ts";

/** Programs that the world is made of. */
export const podmanRemotePrograms = [...podmanPrograms, "podman-remote", "docker-compose"] as const;

/** Builds the world, runs the test, takes all down. `podman compose` hands on to docker-compose, its first choice. */
export async function withPodmanRemote(test: (world: EngineWorld) => Promise<void>): Promise<void> {
  await withPodman(async (world) => {
    const socket = `unix://${world.folder}/podman.sock`;
    const client = `${world.folder}/client`;
    await Deno.mkdir(client);
    await Deno.writeTextFile(`${client}/podman`, `#!/bin/bash\nexec -a podman podman-remote "$@"\n`, {
      mode: 0o755,
    });
    const service = new Deno.Command(`${world.folder}/bin/podman`, {
      args: ["system", "service", "--time", "0", socket],
      env: world.env,
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const env = {
      ...world.env,
      PATH: `${client}:${world.env["PATH"]}`,
      CONTAINER_HOST: socket,
      DOCKER_HOST: socket,
      PODMAN_COMPOSE_PROVIDER: "docker-compose",
    };
    try {
      await untilItAnswers(`${client}/podman`, env);
      await test({ ...world, env });
    } finally {
      service.kill("SIGTERM");
      await service.status;
    }
  });
}

/** Each question takes the time of a program's start, so this is no busy loop. */
async function untilItAnswers(podman: string, env: Readonly<Record<string, string>>): Promise<void> {
  let said = "";
  for (let attempt = 0; attempt < 200; attempt++) {
    const asked = await new Deno.Command(podman, { args: ["info"], env: { ...env }, clearEnv: true, stdin: "null" })
      .output();
    if (asked.success) return;
    said = new TextDecoder().decode(asked.stderr);
  }
  throw new Error(`podman's service does not answer: ${said}`);
}
