// The memory of a whole update, in a process of its own, while five registries pour out all they can at once.
import assert from "node:assert/strict";
import { createGzip } from "node:zlib";
import { fakeRegistry, type Fault, hugeBody, on } from "../../fakes/fake_registry.ts";
import { type Homelab, release, withHomelab } from "../homelab.ts";
import { type HostileServer, serveHttp } from "./hostile_server.ts";
import { types } from "./documents.ts";

const mebibyte = 1024 * 1024;
const images = [{ name: "any/you/app", releases: [release("1.0.0"), release("1.1.0", "latest")] }];
const honest = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];

/** 512 MiB of blanks in half a megabyte. */
async function bomb(): Promise<Fault> {
  const gzip = createGzip({ level: 1 });
  const blanks = new Uint8Array(mebibyte).fill(0x20);
  const packed: Uint8Array[] = [];
  gzip.on("data", (chunk: Uint8Array) => packed.push(Uint8Array.from(chunk)));
  for (let count = 0; count < 512; count++) {
    if (!gzip.write(blanks)) await new Promise<void>((resolve) => gzip.once("drain", resolve));
  }
  await new Promise<void>((resolve) => gzip.end(resolve));
  const body = new Blob(packed as Uint8Array<ArrayBuffer>[]);
  return () => new Response(body, { headers: { "Content-Encoding": "gzip", "Content-Type": "application/json" } });
}

/** Pages of a megabyte for ever, each name as long as a tag may be and new. */
function endlessNames(): Fault {
  let page = 0;
  return (request) => {
    const first = ++page * 8000;
    const tags = Array.from({ length: 8000 }, (_, at) => `v${String(first + at).padStart(127, "0")}`);
    const link = `<${new URL(request.url).pathname}?n=1000&last=${tags.at(-1)}>; rel="next"`;
    return Response.json({ tags }, { headers: { Link: link } });
  };
}

function manyNames(): Fault {
  return () => Response.json({ tags: Array.from({ length: 499_999 }, (_, index) => `v${index}`) });
}

/** Most memory of a pass in KiB, and its exit code. */
async function measure(homelab: Homelab): Promise<{ readonly code: number; readonly peak: number }> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tests", "tests/bench/one_pass.ts", "--config", homelab.config, "update"],
    clearEnv: true,
    env: {
      ...homelab.env,
      PATH: Deno.env.get("PATH") ?? "",
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    },
    stderr: "null",
  }).output();
  return { code, peak: Number(new TextDecoder().decode(stdout)) };
}

function composeOf(servers: readonly HostileServer[]): string {
  const apps = servers.map(({ address }, at) =>
    `  app${at}:\n    image: ${address}/you/app:1.0.0 # {"magos": {"policy": "semver"}}\n`
  );
  return `services:\n  web:\n    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n${apps.join("")}`;
}

Deno.test("update: registries that pour out gibibytes cost an update no more memory than its limits", async () => {
  const faults: readonly Fault[] = [
    on("/tags/", await bomb()),
    on("/tags/", endlessNames()),
    on("/tags/", hugeBody(10 * 1024).fault),
    on("/tags/", manyNames()),
    on("/manifests/", hugeBody(10 * 1024, types.index).fault),
  ];
  const servers = faults.map((fault) => serveHttp(fakeRegistry(images, [fault]).fetch));
  try {
    await withHomelab({ tree: { "compose.yaml": composeOf(servers) }, images: honest }, async (homelab) => {
      const { code, peak } = await measure(homelab);
      assert.equal(code, 4);
      assert.match(await homelab.text("main", "compose.yaml"), /ghcr\.io\/you\/web:1\.38@sha256:/);
      assert.ok(servers.every((server) => server.lines.length > 0));
      // A pass with nothing hostile in it takes about 150 MiB. Five bodies of at most 32 MiB, as text and as names, come on
      // top, with what the collector leaves lying: far below the gibibytes that were offered.
      assert.ok(peak < 640 * 1024, `${Math.round(peak / 1024)} MiB`);
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
});
