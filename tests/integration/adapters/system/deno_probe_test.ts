// Probes against servers of loopback: an answer, a wrong one, and none.
import assert from "node:assert/strict";
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import { denoProbe } from "../../../../src/adapters/system/deno_probe.ts";
import { must, mustFail } from "../../../fakes/git_setup.ts";

const probe = denoProbe(denoHttp);

async function withServer(status: number, test: (address: string) => Promise<void>): Promise<void> {
  const handler = (): Response => new Response("text", { status, headers: { location: "/elsewhere" } });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  try {
    await test(`127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

for (const status of [200, 302, 399]) {
  Deno.test(`http() takes status ${status} for an answer`, () =>
    withServer(status, async (address) => must(await probe.http(`http://${address}/`, 5000))));
}

for (const status of [400, 404, 500, 503]) {
  Deno.test(`http() takes status ${status} for none, and says so`, () =>
    withServer(status, async (address) => {
      const { code, message, retry } = mustFail(await probe.http(`http://${address}/`, 5000));
      assert.deepEqual([code, retry], ["probe.failed", "later"]);
      assert.ok(message.endsWith(`status ${status}`), message);
    }));
}

Deno.test("tcp() connects where somebody listens, and fails where nobody does", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${listener.addr.port}`;
  must(await probe.tcp(address, 5000));
  listener.close();
  assert.equal(mustFail(await probe.tcp(address, 5000)).code, "probe.failed");
  assert.equal(mustFail(await probe.http(`http://${address}/`, 5000)).code, "probe.failed");
});

Deno.test("tcp() and http() end when they are told to", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const signal = AbortSignal.abort("SIGTERM");
  assert.equal(mustFail(await probe.tcp(`127.0.0.1:${listener.addr.port}`, 5000, signal)).code, "probe.failed");
  assert.equal(
    mustFail(await probe.http(`http://127.0.0.1:${listener.addr.port}/`, 5000, signal)).code,
    "probe.failed",
  );
  listener.close();
});
