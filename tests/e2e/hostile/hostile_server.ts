// A registry that means harm, on loopback: what it was asked, and how many bytes it got rid of before it was left.

/** A running server of any kind. */
export interface HostileServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** `METHOD /path?query` of everything that came in; of a raw server each connection. */
  readonly lines: readonly string[];
  /** Bytes of bodies that were taken from it, before any compression is undone. */
  sent(): number;
  stop(): Promise<void>;
}

/** Serves a handler over HTTP/1.1. */
export function serveHttp(handler: (request: Request) => Response | Promise<Response>): HostileServer {
  const lines: string[] = [];
  let sent = 0;
  const counted = (response: Response): Response => {
    if (response.body === null) return response;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        sent += value.length;
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
    return new Response(body, { status: response.status, headers: response.headers });
  };
  // A body that breaks off on purpose is no fault of the server's.
  const onError = (): Response => new Response(null, { status: 500 });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, onError }, async (request) => {
    const { pathname, search } = new URL(request.url);
    lines.push(`${request.method} ${pathname}${search}`);
    return counted(await handler(request));
  });
  return { address: `127.0.0.1:${server.addr.port}`, lines, sent: () => sent, stop: () => server.shutdown() };
}

/** Answers every connection with these very bytes once it has said something, and closes it. */
export function serveBytes(bytes: Uint8Array): HostileServer {
  const lines: string[] = [];
  let sent = 0;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answer = async (connection: Deno.Conn): Promise<void> => {
    using open = connection;
    lines.push("a connection");
    await open.read(new Uint8Array(4096));
    sent += await open.write(bytes);
  };
  const accepting = (async () => {
    for await (const connection of listener) await answer(connection).catch(() => {});
  })();
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    lines,
    sent: () => sent,
    async stop() {
      listener.close();
      await accepting;
    },
  };
}
