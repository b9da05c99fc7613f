// The registry of the benchmark as a process of its own, so that its work does not count in what is measured:
// `image_server.ts COUNT none|bearer MIX DELAY` answers after DELAY milliseconds, prints its port and ends with its standard input, so that no server outlives a
// benchmark that was broken off. `POST /bench/push` adds a tag, `GET /bench/requests` counts.
import { createDemoRegistry } from "../../src/cli/demo/demo_registry.ts";
import { benchImages, type Mix } from "./bench_images.ts";

const [count = "32", auth = "none", mix = "semver", delay = "0"] = Deno.args;
const registry = createDemoRegistry(benchImages(Number(count), mix as Mix), {
  auth: auth === "bearer" ? "bearer" : "none",
});

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/bench/requests") return Response.json(registry.requests);
  if (pathname !== "/bench/push") {
    // Not a sleep of a test: the network between a registry and its users.
    if (delay !== "0") await new Promise((resolve) => setTimeout(resolve, Number(delay)));
    return await registry.fetch(request);
  }
  const { name, tag, note } = await request.json();
  const release = { tags: [tag], platforms: ["linux/amd64", "linux/arm64"], created: "2025-06-01T00:00:00Z", note };
  return Response.json(registry.push(name, release));
}

const server = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`${port}\n`)),
}, answer);

for await (const _ of Deno.stdin.readable);
await server.shutdown();
