// The table of hostile behaviours, fourth part: redirects, and answers that are slow, cut short or no HTTP at all
// (registries 3.5, 4.6 and 9.2). Where a row is about waiting, a wait is a two-hundredth of the real one.
import { gzipSync } from "node:zlib";
import { type Fault, on, redirects } from "../../fakes/fake_registry.ts";
import { serveBytes } from "./hostile_server.ts";
import { type HostileRow, hostileTest } from "./row.ts";

const encoder = new TextEncoder();
const lost = { code: "registry.unreachable" } as const;
const refused = { code: "registry.refused", message: /redirect/ } as const;

/** The headers never come. */
const noHeaders: Fault = (request) =>
  new Promise<Response>((resolve) => {
    request.signal.addEventListener("abort", () => resolve(new Response(null)), { once: true });
  });

/** A byte now and then, for ever: never silent, never done. */
const drips: Fault = () => {
  let timer: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode("{"));
      timer = setInterval(() => controller.enqueue(encoder.encode(" ")), 20);
    },
    cancel: () => clearInterval(timer),
  });
  return new Response(body, { headers: { "Content-Type": "application/json" } });
};

function raw(text: string): () => ReturnType<typeof serveBytes> {
  return () => serveBytes(encoder.encode(text));
}

const rows: readonly HostileRow[] = [
  { does: "never sends its headers", faults: () => [noHeaders], hurry: 200, ends: lost },
  { does: "drips its answer byte by byte", faults: () => [drips], hurry: 200, ends: lost },
  {
    does: "breaks off in the middle of a body",
    serve: raw('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"tags":["1.1.0"]'),
    ends: lost,
  },
  {
    does: "breaks off in the middle of a chunk",
    serve: raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"tags":["1.1.0"]}'),
    ends: lost,
  },
  {
    does: "breaks off in the middle of a list that could be a whole one",
    serve: raw('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"tags":["1.0.0","1.1.0"]}'),
    ends: lost,
  },
  { does: "answers nothing", serve: raw(""), ends: lost },
  { does: "answers in words", serve: raw("go away\r\n\r\n"), ends: lost },
  { does: "answers in broken HTTP/1.0", serve: raw("HTTP/1.0 abc ???\nServer\r\n: x\r\n\r\n"), ends: lost },
  { does: "answers with a negative length", serve: raw("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}"), ends: lost },
  {
    does: "answers with two lengths",
    serve: raw('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 26\r\n\r\n{"tags":["1.0.0","1.1.0"]}'),
    ends: lost,
  },
  {
    does: "answers with headers of two megabytes",
    serve: raw(`HTTP/1.1 200 OK\r\n${`X-Long: ${"x".repeat(8000)}\r\n`.repeat(256)}\r\n{}`),
    ends: lost,
    bytes: 8 * 1024 * 1024,
  },
  {
    does: "labels plain text as gzip",
    faults: () => [on("/tags/", () => new Response('{"tags":[]}', { headers: { "Content-Encoding": "gzip" } }))],
    ends: lost,
  },
  {
    does: "breaks off in the middle of gzip",
    faults: () => [
      on("/tags/", () => {
        const packed = Uint8Array.from(gzipSync('{"tags":["1.0.0","1.1.0"]}'));
        return new Response(packed.subarray(0, packed.length - 9), { headers: { "Content-Encoding": "gzip" } });
      }),
    ],
    ends: lost,
  },
  {
    does: "redirects to this machine",
    faults: ({ victim }) => [redirects(`https://${victim}/v2/you/app/tags/list`)],
    ends: refused,
    requests: 1,
  },
  {
    does: "redirects to this machine without TLS",
    faults: ({ victim }) => [redirects(`http://${victim}/v2/you/app/tags/list`, 302)],
    ends: refused,
    requests: 1,
  },
  {
    does: "redirects to the inner network",
    faults: () => [redirects("https://192.168.1.1/v2/you/app/tags/list", 301)],
    ends: refused,
    requests: 1,
  },
  {
    does: "redirects to the metadata service",
    faults: () => [redirects("https://169.254.169.254/latest/meta-data", 308)],
    ends: refused,
    requests: 1,
  },
  {
    does: "redirects to plain HTTP",
    faults: () => [redirects("http://hostile.example/v2/you/app/tags/list")],
    ends: refused,
    requests: 1,
  },
  {
    does: "redirects to a file",
    faults: () => [redirects("file:///etc/passwd")],
    ends: refused,
    requests: 1,
  },
  {
    does: "redirects with a login in the address",
    faults: () => [redirects("https://you:secret@hostile.example/v2/")],
    ends: refused,
    requests: 1,
  },
  {
    does: "redirects in a circle",
    faults: () => [(request, next) => redirects(new URL(request.url).pathname)(request, next)],
    ends: { code: "registry.refused", message: /more than 5 times/ },
    requests: 6,
  },
  {
    does: "redirects blobs to this machine",
    faults: ({ victim }) => [on("/blobs/", redirects(`https://${victim}/blob`))],
    // The honest image is an index, so its config is not wanted: nothing is asked of /blobs/.
    ends: { value: /hostile\.example\/you\/app:1\.1\.0@sha256:[a-f0-9]{64} # / },
  },
  {
    does: "redirects to an address of 64 KiB",
    faults: () => [redirects(`https://hostile.example/v2/${"x".repeat(65_536)}`)],
    ends: refused,
    requests: 1,
  },
];

for (const row of rows) hostileTest(row);
