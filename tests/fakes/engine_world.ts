// What the worlds of engines share: the view that the contract has of them, and what all their images are made of.

/** A real engine beside a real registry. */
export interface EngineWorld {
  readonly folder: string;
  /** `127.0.0.1:PORT` of the registry. */
  readonly registry: string;
  /** For magos: where the engine's programs and settings are. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `podman ARGS` or `docker ARGS` and gives what it said. Throws when it fails. */
  client(...args: readonly string[]): Promise<string>;
  /** The digest of the image that a container runs, as the engine itself says. */
  digestOf(id: string): Promise<string>;
  /** Makes an image of busybox that differs by `mark`, pushes it as `NAME:TAG`, and gives its digest. */
  pushImage(name: string, tag: string, mark: string, command?: readonly string[]): Promise<string>;
  /** Stops the registry before its time. */
  stopRegistry(): Promise<void>;
}

/** A server that ends when it is told to; sleep alone, as process 1, does not. */
export const server: readonly string[] = ["sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"];

/** Writes `layer.tar`, the one layer of all images: busybox under the names of its tools. */
export async function makeLayer(folder: string): Promise<void> {
  const found = (Deno.env.get("PATH") ?? "").split(":").map((path) => `${path}/busybox`);
  const busybox = (await Promise.all(found.map((path) => Deno.stat(path).then(() => path, () => null))))
    .find((path) => path !== null);
  const tools = ["sh", "sleep", "cat", "echo", "true", "false", "test", "httpd", "nc", "touch"];
  const script = `mkdir -p layer/bin layer/tmp && cp ${busybox} layer/bin/busybox && ` +
    `for tool in ${tools.join(" ")}; do ln -s busybox layer/bin/$tool; done && tar -C layer -cf layer.tar .`;
  const { success, stderr } = await new Deno.Command("sh", { args: ["-c", script], cwd: folder }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
