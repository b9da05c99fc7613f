// The server's bounds against clients that are slow, silent, many, or odd: on real connections.
import assert from "node:assert/strict";
import { nodeServe, type ServeLimits, startServer } from "../../../../src/adapters/system/node_serve.ts";

type Handler = (request: Request) => Response | Promise<Response>;

const here = { hostname: "127.0.0.1", port: 0 };
const short: ServeLimits = { connections: 8, head: 200, request: 400, idle: 200, stalled: 60_000 };

async function withServer(handler: Handler, test: (port: number) => Promise<void>, limits = short): Promise<void> {
  const started = await startServer(handler, here, limits);
  assert.ok(started.ok);
  try {
    await test(started.value.port);
  } finally {
    await started.value.close();
  }
}

/** Sends the pieces and reads until the server hangs up. */
async function talk(port: number, ...pieces: readonly string[]): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const said: Promise<string> = new Response(conn.readable).text();
  const writer = conn.writable.getWriter();
  for (const piece of pieces) await writer.write(new TextEncoder().encode(piece)).catch(() => {});
  const text = await said;
  await writer.close().catch(() => {});
  return text;
}

const get = "GET /a?b=c HTTP/1.1\r\nHost: magos:8420\r\n";

Deno.test("a handler gets method, target, headers and body as they were sent, and its answer goes back", () =>
  withServer(async (request) => {
    const { method, url, headers } = request;
    const body = await request.text();
    const told = { method, url, host: headers.get("host"), many: headers.get("x-many"), body };
    return Response.json(told, { status: 201, headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] });
  }, async (port) => {
    const answer = await talk(
      port,
      "POST /a?b=c HTTP/1.1\r\nHost: magos:8420\r\nX-Many: 1\r\nx-many: 2\r\nContent-Length: 5\r\n\r\nhe",
      "llo",
    );
    assert.match(answer, /^HTTP\/1\.1 201 /);
    assert.match(answer, /set-cookie: a=1\r\n[\s\S]*set-cookie: b=2\r\n/i);
    const told = { method: "POST", url: "http://magos:8420/a?b=c", host: "magos:8420", many: "1, 2", body: "hello" };
    assert.deepEqual(JSON.parse(answer.split("\r\n\r\n")[1] ?? ""), told);
  }));

Deno.test("HEAD and 304 have no body, and the connection serves the next request", () =>
  withServer((request) =>
    new Response(request.url.endsWith("/new") ? "new" : null, {
      status: request.url.endsWith("/new") ? 200 : 304,
    }), async (port) => {
    const host = "HTTP/1.1\r\nHost: x\r\n\r\n";
    const answer = await talk(port, `HEAD /new ${host}`, `GET /old ${host}`, `GET /new ${host}`);
    assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 304", "HTTP/1.1 200"]);
    assert.equal(answer.split("\r\n\r\n").filter((part) => part.startsWith("new")).length, 1);
  }));

Deno.test("a client that asks on without reading is answered one by one, and hung up on when it asks too much", async () => {
  let [asked, atOnce, most] = [0, 0, 0];
  await withServer(async () => {
    asked++;
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setTimeout(resolve, 0));
    atOnce--;
    return new Response("ok");
  }, async (port) => {
    const polite = await talk(port, `${get}\r\n`.repeat(8));
    assert.equal(polite.match(/HTTP\/1\.1 200 /g)?.length, 8);
    assert.equal(most, 1);
    asked = 0;
    await talk(port, `${get}\r\n`.repeat(5000)).catch(() => {});
    assert.ok(asked <= 10, `${asked} of 5000`);
    assert.match(await talk(port, `${get}\r\n`), /^HTTP\/1\.1 200 /);
  });
});

for (
  const [what, ...pieces] of [
    ["says nothing"],
    ["sends half a head", get],
    ["sends half a body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhal"],
    ["sends half of a chunked body", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhal\r\n"],
  ] as const
) {
  Deno.test(`a client that ${what} is hung up on`, () =>
    withServer(async (request) => new Response(await request.text()), async (port) => {
      assert.doesNotMatch(await talk(port, ...pieces), /^HTTP\/1\.1 200/);
    }));
}

Deno.test("a head that drips is not waited for, however it drips", () =>
  withServer(() => new Response("ok"), async (port) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const said = new Response(conn.readable).text();
    const writer = conn.writable.getWriter();
    let isOver = false;
    const drip = (async (): Promise<void> => {
      for (let at = 0; !isOver; at++) {
        await writer.write(new TextEncoder().encode(at === 0 ? "GET / HTTP/1.1\r\n" : `x-${at}: y\r\n`)).catch(
          () => {},
        );
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    assert.doesNotMatch(await said, /200/);
    isOver = true;
    await drip;
    await writer.close().catch(() => {});
  }));

Deno.test("a connection that was answered and says no more is closed", () =>
  withServer(() => new Response("ok"), async (port) => {
    assert.match(await talk(port, `${get}\r\n`), /^HTTP\/1\.1 200 /);
  }));

Deno.test("of more connections than there is room for the rest is hung up on, and room comes back", () =>
  withServer(() => new Response("ok"), async (port) => {
    const open = await Promise.all(Array.from({ length: 8 }, () => Deno.connect({ hostname: "127.0.0.1", port })));
    assert.equal(await talk(port, `${get}\r\n`).catch(() => ""), "");
    // The silent ones are hung up on in their turn.
    await Promise.all(open.map((conn) => new Response(conn.readable).text()));
    assert.match(await talk(port, `${get}\r\n`), /^HTTP\/1\.1 200 /);
  }));

for (
  const [what, head] of [
    ["a target that is no path", "GET http://evil.example/ HTTP/1.1\r\nHost: x"],
    ["a method that fetch forbids", "TRACE / HTTP/1.1\r\nHost: x"],
    ["no HTTP", "hello"],
    ["a head without end", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}`],
  ] as const
) {
  Deno.test(`${what} never reaches the handler`, async () => {
    let asked = 0;
    await withServer(() => (asked++, new Response("ok")), async (port) => {
      assert.match(await talk(port, `${head}\r\n\r\n`), /^(HTTP\/1\.1 4\d\d |$)/);
    });
    assert.equal(asked, 0);
  });
}

Deno.test("a Host that is no name is left to the handler, under an address of this machine", () =>
  withServer(({ url, headers }) => Response.json([url, headers.get("host")]), async (port) => {
    const answer = await talk(port, "GET / HTTP/1.1\r\nHost: evil/path?\r\n\r\n");
    assert.match(answer, /\["http:\/\/localhost\/","evil\/path\?"\]|^HTTP\/1\.1 400/);
  }));

Deno.test("what a handler does not read of a body is not waited for", () =>
  withServer(() => new Response("too large", { status: 404 }), async (port) => {
    const answer = await talk(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", "x".repeat(9000));
    assert.match(answer, /^HTTP\/1\.1 404 [\s\S]*too large$/);
  }));

Deno.test("a body that the handler gives up, and that still comes to its end, harms nobody", () =>
  withServer(async (request) => {
    const reader = request.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    return new Response("given up");
  }, async (port) => {
    const head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const piece = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    for (const pieces of [[`${head}3\r\nall\r\n0\r\n\r\n`], [head, piece.repeat(17), "0\r\n\r\n"]]) {
      assert.match(await talk(port, ...pieces), /^HTTP\/1\.1 200 [\s\S]*given up$/);
    }
    assert.match(await talk(port, `${get}\r\n`), /^HTTP\/1\.1 200 /);
  }));

Deno.test("a body is not taken before the handler asks for it", async () => {
  const over = Promise.withResolvers<void>();
  await withServer(async (request) => {
    const reader = request.body?.getReader();
    await reader?.read();
    await over.promise;
    return new Response("one piece is enough");
  }, async (port) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const size = 64 * 1024 * 1024;
    const writer = conn.writable.getWriter();
    await writer.write(new TextEncoder().encode(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${2 * size}\r\n\r\n`));
    // What nobody takes is in the way until the time of a request is over.
    await assert.rejects(writer.write(new Uint8Array(size)));
    over.resolve();
  });
});

Deno.test("a client that goes away before the answer harms nobody", () =>
  withServer(async (request) => {
    await request.text().catch(() => {});
    return new Response("x".repeat(100_000));
  }, async (port) => {
    for (const sent of [`${get}\r\n`, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhal"]) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await conn.write(new TextEncoder().encode(sent));
      conn.close();
    }
    assert.match(await talk(port, `${get}\r\n`), /^HTTP\/1\.1 200 /);
  }));

Deno.test("a handler that fails, or whose answer breaks off, tells the client nothing of why", async () => {
  const why = new Error("hunter22");
  const broken = (): Response => new Response(new ReadableStream({ pull: (stream) => stream.error(why) }));
  for (const handler of [() => Promise.reject(why), broken]) {
    await withServer(handler, async (port) => {
      assert.match(await talk(port, `${get}\r\n`), /^HTTP\/1\.1 500 [\s\S]*\r\nfailed\n$/);
    });
  }
});

Deno.test("close() waits for the answer under way and for no idle connection", async () => {
  const [asked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const started = await startServer(
    async () => {
      asked.resolve();
      await go.promise;
      return new Response("late");
    },
    here,
    { ...short, idle: 60_000 },
  );
  assert.ok(started.ok);
  const answer = talk(started.value.port, `${get}\r\n`);
  await asked.promise;
  const closed = started.value.close();
  go.resolve();
  assert.match(await answer, /late$/);
  await closed;
});

Deno.test("nodeServe says when an address is taken", () =>
  withServer(() => new Response(), async (port) => {
    const second = await nodeServe.start(() => new Response(), { hostname: "127.0.0.1", port });
    assert.ok(!second.ok);
    assert.equal(second.failure.code, "server.unusable");
    assert.match(second.failure.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
  }));
