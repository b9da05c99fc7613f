// The limits again, over real HTTP: compression, a silent body, and what Deno's fetch itself would have done.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import { fakeRegistry, type Fault, on, silence } from "../../../fakes/fake_registry.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const images = [{
  name: "any/you/app",
  releases: [{ tags: ["1.0.0"], platforms: ["linux/amd64"], created: "2026-01-01T00:00:00Z" }],
}];

async function served(faults: readonly Fault[], run: (host: string) => Promise<void>): Promise<void> {
  const fake = fakeRegistry(images, faults);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, fake.fetch);
  try {
    await run(`127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

Deno.test("a small answer that unpacks to 64 MiB is cut at the limit", async () => {
  const packed = Uint8Array.from(gzipSync(new Uint8Array(64 * 1024 * 1024).fill(0x20)));
  const bomb: Fault = () =>
    new Response(packed, { headers: { "Content-Encoding": "gzip", "Content-Type": "application/json" } });
  await served([on("/app/tags/", bomb)], async (host) => {
    const { registry } = testRegistry(denoHttp);
    const listed = await registry.listTags(repositoryOf(`${host}/you/app`));
    assert.equal(!listed.ok && listed.failure.code, "registry.too_large");
    assert.ok((await registry.resolve(repositoryOf(`${host}/you/app`), "1.0.0", null)).ok);
  });
});

Deno.test("a body that never comes is given up when the pass is stopped", async () => {
  const silent = silence();
  await served([on("/tags/", silent.fault)], async (host) => {
    const stop = new AbortController();
    const listing = testRegistry(denoHttp).registry.listTags(repositoryOf(`${host}/you/app`), null, stop.signal);
    await silent.opened;
    stop.abort();
    const listed = await listing;
    assert.equal(!listed.ok && listed.failure.code, "http.aborted");
  });
});

Deno.test("manifests are asked for uncompressed, and with our own name", async () => {
  const seen: Record<string, string | null>[] = [];
  const look: Fault = (request, next) => {
    const { headers } = request;
    seen.push({ encoding: headers.get("Accept-Encoding"), agent: headers.get("User-Agent") });
    return next();
  };
  await served([look], async (host) => {
    assert.ok((await testRegistry(denoHttp).registry.resolve(repositoryOf(`${host}/you/app`), "1.0.0", null)).ok);
  });
  assert.deepEqual(seen, [{ encoding: "identity", agent: "magos/test (+https://magos.example)" }]);
});

Deno.test("nothing listens: the failure names the host and what to check", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const host = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  const { registry, clock } = testRegistry(denoHttp);
  const resolved = await registry.resolve(repositoryOf(`${host}/you/app`), "1.0.0", null);
  assert.ok(!resolved.ok);
  assert.equal(resolved.failure.code, "registry.unreachable");
  assert.match(resolved.failure.message, new RegExp(host));
  assert.ok(resolved.failure.cure);
  assert.equal(clock.sleeps.length, 2);
});

Deno.test("a redirect to another port loses the token, which fetch alone would keep for a subdomain", async () => {
  const received: (string | null)[] = [];
  const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    received.push(request.headers.get("Authorization"));
    return fakeRegistry(images).fetch(request);
  });
  const fake = fakeRegistry(images, [
    on("/manifests/", async (request, next) => {
      const honest = await next();
      if (honest.status !== 200) return honest;
      await honest.body?.cancel();
      const target = new URL(request.url);
      target.port = String(other.addr.port);
      return new Response(null, { status: 307, headers: { Location: target.href } });
    }),
  ], { auth: "bearer" });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, fake.fetch);
  try {
    const { registry } = testRegistry(denoHttp);
    const resolved = await registry.resolve(repositoryOf(`127.0.0.1:${server.addr.port}/you/app`), "1.0.0", null);
    assert.ok(resolved.ok, JSON.stringify(resolved));
    assert.deepEqual(received, [null]);
    assert.ok(fake.authorizations.some((sent) => sent?.startsWith("Bearer ")));
  } finally {
    await Promise.all([server.shutdown(), other.shutdown()]);
  }
});
