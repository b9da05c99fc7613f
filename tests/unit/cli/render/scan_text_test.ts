import assert from "node:assert/strict";
import { renderScan, requestsLine } from "../../../../src/cli/render/scan_text.ts";
import type { RequestCount } from "../../../../src/core/ports/registry.ts";
import type { ScannedImage } from "../../../../src/reconcile/scan_images.ts";

const plain = (_colour: string, text: string): string => text;
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const image: ScannedImage = {
  image: "ghcr.io/you/app",
  tags: ["1", "2", "3", "4"],
  complete: true,
  scannedAt: Date.UTC(2026, 0, 20, 12),
  digests: new Map([["1", digest("a")], ["2", digest("b")], ["3", digest("c")], ["4", digest("d")]]),
  newest: "4",
  problems: [],
};

function count(host: string, requests: number, more: Partial<RequestCount> = {}): RequestCount {
  return { host, requests, cached: 0, limit: null, remaining: null, resetAt: null, ...more };
}

Deno.test("renderScan() shows three digests and counts the others", () => {
  const [, row] = renderScan([image], [], plain).split("\n");
  assert.equal(
    row,
    "ghcr.io/you/app  4     4       1@aaaaaaaaaaaa 2@bbbbbbbbbbbb 3@cccccccccccc +1  2026-01-20T12:00:00Z  complete",
  );
});

Deno.test("renderScan() tells a list that is older than the failure from one that never was", () => {
  const problem = { code: "registry.unreachable", severity: "error", message: "no" } as const;
  const states = [
    { ...image, problems: [problem] },
    { ...image, complete: false, problems: [problem] },
    { ...image, complete: false, scannedAt: null, tags: [], problems: [problem] },
  ].map((it) => renderScan([it], [], plain).split("\n")[1]?.split("  ").at(-1));
  assert.deepEqual(states, ["a digest is unknown", "unknown, the last list is shown", "unknown"]);
});

Deno.test("requestsLine() counts by host, with what is left of a quota", () => {
  assert.equal(requestsLine([count("ghcr.io", 0)]), "");
  assert.equal(requestsLine([count("ghcr.io", 1)]), "\n1 request: ghcr.io 1\n");
  assert.equal(
    requestsLine([count("docker.io", 4, { limit: 100, remaining: 76 }), count("ghcr.io", 2, { remaining: 3 })]),
    "\n6 requests: docker.io 4 (76 of 100 pulls left), ghcr.io 2 (3 pulls left)\n",
  );
});
