// The second real registry, `crane registry serve`, on loopback. Its store is its memory. It is always open, speaks
// plain HTTP, and cuts lists at `n` without a Link.
import type { DemoImage } from "../../src/cli/demo/demo_image.ts";
import { type DockerRegistry, pushRelease, readLog } from "./docker_registry.ts";

/** Starts the registry on a free port and pushes the images. */
export async function startCraneRegistry(images: readonly DemoImage[]): Promise<DockerRegistry> {
  const child = new Deno.Command("crane", {
    args: ["registry", "serve", "--address", "127.0.0.1:0"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const log = readLog(child.stderr, /serving on port (\d+)/, "crane registry serve");
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await Promise.all([child.status, log.ended]);
  };
  try {
    const address = `127.0.0.1:${await log.port}`;
    for (const image of images) {
      for (const release of image.releases) await pushRelease(address, image.name, release);
    }
    return { address, push: (name, release) => pushRelease(address, name, release), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
