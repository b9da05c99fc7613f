// The table of hostile behaviours, first part: lists of tags (registries 2.2, 2.6, 9.4, 9.6 and 9.7).
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { answers, endlessPages, type Fault, hugeBody, on, refuses } from "../../fakes/fake_registry.ts";
import { type HostileRow, hostileTest } from "./row.ts";

const mebibyte = 1024 * 1024;

/** Always this text in place of the list. */
function list(body: string, headers: Readonly<Record<string, string>> = {}): Fault {
  return on("/tags/", answers(200, body, { "Content-Type": "application/json", ...headers }));
}

/** A list of these names, with the honest ones. */
function names(...more: readonly unknown[]): Fault {
  return list(JSON.stringify({ name: "you/app", tags: ["1.0.0", ...more, "1.1.0"] }));
}

const moved = { value: /hostile\.example\/you\/app:1\.1\.0@sha256:[a-f0-9]{64} # / };
const link = (target: string): Readonly<Record<string, string>> => ({ Link: `<${target}>; rel="next"` });

function bomb(): Fault {
  const packed = Uint8Array.from(gzipSync(new Uint8Array(128 * mebibyte).fill(0x20)));
  return on("/tags/", () => new Response(packed, { headers: { "Content-Encoding": "gzip" } }));
}

function manyNames(count: number): string {
  return JSON.stringify({ tags: Array.from({ length: count }, (_, index) => index.toString(36)) });
}

const rows: readonly HostileRow[] = [
  {
    does: "lists pages for ever",
    faults: () => [on("/tags/", endlessPages())],
    ends: { code: "registry.too_large", message: /more than 1000 pages/ },
    requests: 1000,
  },
  {
    does: "links to the same page for ever",
    faults: () => [list('{"tags":["1.0.0","1.1.0"]}', link("/v2/you/app/tags/list?n=1000&last=1.1.0"))],
    ends: moved,
  },
  {
    does: "lists ten gibibytes",
    faults: () => [on("/tags/", hugeBody(10 * 1024).fault)],
    ends: { code: "registry.too_large", message: /more than 8192 KiB/ },
    bytes: 24 * mebibyte,
  },
  {
    does: "lists a thousandfold compressed nothing",
    faults: () => [bomb()],
    ends: { code: "registry.too_large", message: /more than 8192 KiB/ },
  },
  {
    does: "lists 600,000 tags",
    faults: () => [list(manyNames(600_000))],
    ends: { code: "registry.too_large", message: /more than 500000 tags/ },
    bytes: 8 * mebibyte,
  },
  {
    does: "links to another origin",
    faults: (
      { victim },
    ) => [list('{"tags":["1.0.0","1.1.0"]}', link(`http://${victim}/v2/you/app/tags/list?last=1.1.0`))],
    ends: moved,
  },
  {
    does: "hides the next page behind a Link of 64 KiB",
    faults: () => [list('{"tags":["1.0.0","1.1.0"]}', link(`/v2/you/app/tags/list?last=${"x".repeat(65_536)}`))],
    ends: { code: "registry.protocol", message: /Link header/ },
  },
  {
    does: "names tags that are none",
    faults:
      () => [names("2.0.0\n", "2.0.1\u001b[2J", "../2.0.2", "2.0.3%2f", "$(reboot)", "2.0.4;id", "<b>2.0.5</b>", "")],
    ends: moved,
  },
  { does: "names tags that are no text", faults: () => [names(2, null, { a: 1 }, ["2.0.0"], true)], ends: moved },
  {
    does: "invents a version that no range allows",
    faults: () => [names("9999.0.0", "v9999", "1.9999999999999999999999")],
    marker: { policy: "semver", range: ">=1.0 <1.2" },
    ends: moved,
  },
  {
    does: "names its keys twice and after prototypes",
    faults: () => [
      list('{"tags":["6.6.6"],"__proto__":{"tags":["7.7.7"]},"constructor":{},"tags":["1.0.0","1.1.0","__proto__"]}'),
    ],
    ends: moved,
  },
  {
    does: "hides its list in a prototype",
    faults: () => [list('{"__proto__":{"tags":["7.7.7"]}}')],
    ends: { code: "registry.protocol" },
  },
  {
    does: "nests a million brackets",
    faults: () => [list(`{"tags":${"[".repeat(1_000_000)}`)],
    ends: { code: "registry.protocol" },
    bytes: 4 * mebibyte,
  },
  {
    does: "answers with a page of HTML",
    faults: () => [list("<!doctype html><title>Sign in</title>", { "Content-Type": "text/html" })],
    ends: { code: "registry.protocol", message: /no tag list/ },
  },
  {
    does: "answers with bytes that are no UTF-8",
    faults: () => [on("/tags/", () => new Response(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])))],
    ends: { code: "registry.protocol" },
  },
  { does: "fails for ever", faults: () => [refuses(503, "UNAVAILABLE")], ends: { code: "registry.unavailable" } },
  {
    does: "fails with ten gibibytes of words",
    faults: () => [(request, next) => on("/tags/", withStatus(500, hugeBody(10 * 1024).fault))(request, next)],
    ends: { code: "registry.unavailable" },
    bytes: 48 * mebibyte,
  },
  {
    does: "wants to be left alone for a day",
    faults: () => [answers(429, "", { "Retry-After": "86400" })],
    ends: { code: "registry.rate_limited" },
    requests: 1,
    check(_homelab, report) {
      const wait = Date.parse(report.problems[0]?.retryAt ?? "") - Date.now();
      assert.ok(wait > 5.9 * 3_600_000 && wait <= 6 * 3_600_000, `it is asked again in ${wait} ms`);
    },
  },
  {
    does: "says its own name in colours",
    faults: () => [refuses(403, "\u001b[31mDENIED\u0007\u009b2J")],
    ends: { code: "registry.unauthorized" },
  },
];

function withStatus(status: number, fault: Fault): Fault {
  return async (request, next) => {
    const response = await fault(request, next);
    return new Response(response.body, { status, headers: response.headers });
  };
}

for (const row of rows) hostileTest(row);
