// Deno's own fetch against small servers that misbehave.
import assert from "node:assert/strict";
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import type { HttpOptions } from "../../../../src/core/ports/http.ts";

type Handler = (request: Request) => Response | Promise<Response>;

async function withServer(handler: Handler, test: (origin: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  try {
    await test(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

async function get(url: string, options: HttpOptions = {}): Promise<Response> {
  const sent = await denoHttp.send(new Request(url), options);
  assert.ok(sent.ok, sent.ok ? "" : sent.failure.message);
  return sent.value;
}

/** A server that answers each connection with these bytes and closes it, whatever was asked. */
async function withRawServer(answer: string, test: (host: string) => Promise<void>): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4096)).catch(() => null);
      await connection.write(new TextEncoder().encode(answer)).catch(() => 0);
      connection.close();
    }
  })();
  try {
    await test(`127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    await serving;
  }
}

Deno.test("denoHttp gives status, headers, address and body as they came", () =>
  withServer(
    (request) => new Response(`body of ${request.method}`, { status: 201, headers: { "x-y": "z" } }),
    async (at) => {
      const response = await get(`${at}/a?b=c`);
      assert.deepEqual([response.status, response.headers.get("x-y"), response.url], [201, "z", `${at}/a?b=c`]);
      assert.equal(await response.text(), "body of GET");
    },
  ));

Deno.test("denoHttp follows no redirect", async () => {
  let asked = 0;
  await withServer(() => {
    asked++;
    return new Response("there", { status: 307, headers: { location: "/next" } });
  }, async (at) => {
    const response = await get(`${at}/first`);
    assert.deepEqual([response.status, response.headers.get("location"), asked], [307, "/next", 1]);
    await response.body?.cancel();
  });
});

Deno.test("denoHttp gives answers without a body and leaks nothing", async () => {
  for (const status of [204, 205, 304]) {
    await withServer(() => new Response(null, { status }), async (at) => {
      const response = await get(at);
      assert.equal(response.status, status);
      assert.equal(await response.text(), "");
    });
  }
  await withServer(() => new Response("x"), async (at) => {
    const sent = await denoHttp.send(new Request(at, { method: "HEAD" }));
    assert.ok(sent.ok);
    assert.equal(await sent.value.text(), "");
  });
});

Deno.test("denoHttp gives up a server that sends no headers", async () => {
  const release = Promise.withResolvers<void>();
  await withServer(async () => {
    await release.promise;
    return new Response("late");
  }, async (at) => {
    const sent = await denoHttp.send(new Request(at), { headersTimeout: 50 });
    release.resolve();
    assert.ok(!sent.ok);
    assert.deepEqual([sent.failure.code, sent.failure.retry, sent.failure.host], [
      "http.timeout",
      "later",
      new URL(at).host,
    ]);
    assert.match(sent.failure.message, /in time/);
  });
});

Deno.test("denoHttp gives up a body that stalls, and lets go of it", async () => {
  let gone = false;
  const stalled = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("begun")),
      cancel: () => {
        gone = true;
      },
    });
  await withServer(() => new Response(stalled()), async (at) => {
    const response = await get(at, { bodyTimeout: 100 });
    await assert.rejects(response.text());
  });
  assert.ok(gone);
});

Deno.test("denoHttp ends the exchange when the caller's signal fires, body included", async () => {
  const stalled = (): Response => new Response(new ReadableStream({ start: (it) => it.enqueue(new Uint8Array(3)) }));
  await withServer(stalled, async (at) => {
    const controller = new AbortController();
    const response = await get(at, { signal: controller.signal });
    const reading = response.arrayBuffer();
    controller.abort();
    await assert.rejects(reading);
    const sent = await denoHttp.send(new Request(at), { signal: controller.signal });
    assert.equal(sent.ok ? "answered" : sent.failure.code, "http.aborted");
  });
});

Deno.test("denoHttp leaves nothing behind when a body is cancelled unread", () =>
  withServer(() => new Response("x".repeat(5_000_000)), async (at) => {
    const response = await get(at);
    await response.body?.cancel();
  }));

Deno.test("denoHttp tells a dead server from a certificate that is not trusted, whatever the host is called", async () => {
  for (const host of ["ssl.invalid", "tls-certificate.invalid"]) {
    const sent = await denoHttp.send(new Request(`https://${host}/?signature=hunter22`));
    assert.ok(!sent.ok);
    assert.equal(sent.failure.code, "http.unreachable", sent.failure.message);
    assert.doesNotMatch(sent.failure.message, /hunter22/);
  }
  await withRawServer("", async (host) => {
    for (const scheme of ["http", "https"]) {
      const sent = await denoHttp.send(new Request(`${scheme}://${host}/?signature=hunter22`));
      assert.ok(!sent.ok);
      assert.deepEqual([sent.failure.code, sent.failure.retry], ["http.unreachable", "later"], sent.failure.message);
      assert.doesNotMatch(sent.failure.message, /hunter22/);
      assert.ok(sent.failure.message.startsWith(host));
    }
  });
});

Deno.test("denoHttp turns an answer that is no HTTP, and a status that cannot be, into failures", async () => {
  for (const answer of ["SSH-2.0-OpenSSH_9\r\n", "HTTP/1.1 999 Odd\r\ncontent-length: 3\r\n\r\nabc"]) {
    await withRawServer(answer, async (host) => {
      const sent = await denoHttp.send(new Request(`http://${host}/`));
      assert.equal(sent.ok ? "answered" : sent.failure.code, "http.unreachable");
    });
  }
});
