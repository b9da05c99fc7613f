// An HTTP server by node:http: unlike Deno.serve it bounds how many connect, and how long they may take to say what they want.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { RunningServer, Serve } from "../../core/ports/serve.ts";

/** What a server bears of its clients: milliseconds, bytes. */
export interface ServeLimits {
  /** More are hung up on. */
  readonly connections: number;
  /** From the connection, or the request before, to the end of the head. */
  readonly head: number;
  /** To the end of the body. */
  readonly request: number;
  /** Between two requests: longer than proxies keep a connection, which would else use one that is being closed. */
  readonly idle: number;
  /** With nothing read or written. */
  readonly stalled: number;
}

const usual: ServeLimits = { connections: 256, head: 10_000, request: 20_000, idle: 65_000, stalled: 75_000 };
const largestHead = 16 * 1024;
const between = 1000;
/** Whether to answer to the name is for the handler to say; here it must only be one. */
const plainHost = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

/** Listens on this machine. Fails with `server.unusable` when the address is taken or not allowed. */
export const nodeServe: Serve = {
  start: (handler, address) => startServer(handler, address, usual),
};

type Handler = Parameters<Serve["start"]>[0];

/** The same with other limits. */
export async function startServer(
  handler: Handler,
  { hostname, port }: Parameters<Serve["start"]>[1],
  limits: ServeLimits,
): Promise<Result<RunningServer>> {
  const server = createServer({
    headersTimeout: limits.head,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.idle,
    connectionsCheckingInterval: Math.min(between, limits.head),
    maxHeaderSize: largestHead,
  }, (incoming, outgoing) => void answer(handler, incoming, outgoing));
  server.maxConnections = limits.connections;
  server.setTimeout(limits.stalled);
  try {
    await listen(server, hostname, port);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failure("server.unusable", `cannot listen on ${hostname}:${port}: ${why}`, {
      cure: "choose another address, or end the program that uses it",
    });
  }
  const address = server.address();
  return success({
    hostname,
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

function listen(server: Server, hostname: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answer(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const request = requestOf(incoming);
    const response = request === null ? new Response("not understood\n", { status: 400 }) : await handler(request);
    const body = new Uint8Array(await response.arrayBuffer());
    for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
    // node:http keeps the time of day in a timer of its own, which outlives the server.
    outgoing.sendDate = false;
    outgoing.setHeader("date", new Date().toUTCString());
    // What was not read of the request is not waited for.
    if (!incoming.complete) outgoing.setHeader("connection", "close");
    if (response.status !== 204 && response.status !== 304) outgoing.setHeader("content-length", body.length);
    outgoing.writeHead(response.status);
    outgoing.end(body);
  } catch {
    // The handler answers for its own failures: this is a client that went away.
    outgoing.destroy();
  }
}

/** Null for what no handler can be asked: a target that is no path, or a method that fetch forbids. */
function requestOf(incoming: IncomingMessage): Request | null {
  const { method = "GET", url = "", rawHeaders } = incoming;
  if (!url.startsWith("/")) return null;
  try {
    const headers = new Headers();
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
    }
    const hasBody = method !== "GET" && method !== "HEAD";
    const host = headers.get("host") ?? "";
    return new Request(`http://${plainHost.test(host) ? host : "localhost"}${url}`, {
      method,
      headers,
      ...hasBody ? { body: bodyOf(incoming) } : {},
    });
  } catch {
    return null;
  }
}

/** The body as it is asked for: nothing is read ahead of the handler. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  incoming.pause();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      incoming.on("data", (piece: Uint8Array) => {
        incoming.pause();
        controller.enqueue(new Uint8Array(piece));
      });
      incoming.once("end", () => controller.close());
      const broken = (): void => controller.error(new Error("the request broke off"));
      incoming.once("error", broken);
      incoming.once("close", () => incoming.complete || broken());
    },
    pull: () => void incoming.resume(),
    // The rest is taken and thrown away, within the time of a request.
    cancel: () => void incoming.removeAllListeners("data").resume(),
  }, { highWaterMark: 0 });
}
