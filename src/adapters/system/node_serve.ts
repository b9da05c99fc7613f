// An HTTP server by node:http: unlike Deno.serve it bounds how many connect, and how long they may take to say what they want.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
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
/** Questions that a connection may ask before the first is answered; browsers and proxies ask one. */
const mostInLine = 8;

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
  }, oneByOne(listenerOf(handler)));
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

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/**
 * Asks for the next answer of a connection when the one before is sent. node:http would have all made that a client asks
 * for in one breath, and keep them as long as it does not read: a hundred thousand short questions took a gigabyte.
 */
function oneByOne(listener: Listener): Listener {
  const lines = new WeakMap<IncomingMessage["socket"], (() => void)[]>();
  const begin = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    // Named here, for it is taken from a request whose connection has ended.
    const { socket } = incoming;
    outgoing.once("close", () => {
      const next = socket.destroyed ? undefined : lines.get(socket)?.shift();
      if (next === undefined) lines.delete(socket);
      else next();
    });
    listener(incoming, outgoing);
  };
  return (incoming, outgoing) => {
    const { socket } = incoming;
    const line = lines.get(socket);
    if (line === undefined) {
      lines.set(socket, []);
      begin(incoming, outgoing);
    } else if (line.length >= mostInLine) socket.destroy();
    else line.push(() => begin(incoming, outgoing));
  };
}

/** Tells the library that nothing is left to send. */
const sent = new Response(null, { headers: { "x-hono-already-sent": "true" } });

/** The handler as node:http asks it. */
function listenerOf(handler: Handler): Listener {
  const answer = getRequestListener(async (request, { incoming, outgoing }) => {
    // Neither can be a Request of fetch, and both would pass for one: a whole address is asked of proxies.
    if (request.method === "TRACE" || !incoming.url?.startsWith("/")) throw new RequestError("not understood");
    const response = await handler(request);
    // Whole, and not by the library: of an answer that breaks off it tells the client why, and it copies each twice.
    const body = response.body === null ? null : await response.bytes();
    outgoing.statusCode = response.status;
    for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
    // What was not read of the request is not waited for.
    if (!incoming.complete) outgoing.setHeader("connection", "close");
    if (body === null) outgoing.end();
    else {
      outgoing.setHeader("content-length", body.length);
      outgoing.end(body);
    }
    return sent;
  }, {
    // For a request without a Host: whether to answer to a name is for the handler to say.
    hostname: "localhost",
    errorHandler: refusal,
    overrideGlobalObjects: false,
    // It reads on after the answer, by timers that outlive the server: here the connection ends instead.
    autoCleanupIncoming: false,
  });
  return (incoming, outgoing) => {
    // node:http keeps the time of day in a timer of its own, which outlives the server.
    outgoing.sendDate = false;
    outgoing.setHeader("date", new Date().toUTCString());
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  };
}

/** For what no handler can be asked. A handler answers for its own failures, and tells of them. */
function refusal(error: unknown): Response {
  const [status, text] = error instanceof RequestError ? [400, "not understood\n"] : [500, "failed\n"];
  return new Response(text, { status, headers: { connection: "close" } });
}
