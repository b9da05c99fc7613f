import assert from "node:assert/strict";
import { distance, momentsAt } from "../../../../src/daemon/http/moment.tsx";

const at = "2026-01-20T12:00:00Z";
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

for (
  const [milliseconds, words] of [
    [0, "now"],
    [29_000, "now"],
    [-29_000, "now"],
    [minute, "in 1 minute"],
    [-5 * minute, "5 minutes ago"],
    [59 * minute, "in 59 minutes"],
    [hour, "in 1 hour"],
    [-35 * hour, "35 hours ago"],
    [36 * hour, "in 2 days"],
    [-400 * day, "400 days ago"],
  ] as const
) {
  Deno.test(`distance() of ${milliseconds} ms is "${words}"`, () => assert.equal(distance(milliseconds), words));
}

Deno.test("momentsAt() tells a moment in the zone, in words and for machines", async () => {
  const tell = momentsAt(at, "Europe/Berlin");
  const html = String(await tell("2026-01-20T14:05:00Z"));
  assert.match(html, /<time datetime="2026-01-20T14:05:00Z">Tue 20 Jan, 15:05<\/time>/);
  assert.match(html, />\(in 2 hours\)</);
  assert.equal(String(await tell(null)), "–");
});

Deno.test("momentsAt() names the year where it is another one in that zone", async () => {
  const newYear = "2026-01-01T04:30:00Z";
  assert.match(String(await momentsAt(at, "America/New_York")(newYear)), />Wed 31 Dec 2025, 23:30</);
  assert.match(String(await momentsAt(at, "UTC")(newYear)), />Thu 1 Jan, 04:30</);
});

Deno.test("momentsAt() writes midnight as 00:00, and a short form that keeps the whole time", async () => {
  const tell = momentsAt(at, "UTC");
  assert.match(String(await tell("2026-01-20T00:00:00Z")), />Tue 20 Jan, 00:00</);
  const short = String(await tell("2026-01-18T12:00:00Z", "short"));
  assert.match(short, /datetime="2026-01-18T12:00:00Z" title="Sun 18 Jan, 12:00">2 days ago</);
  assert.match(String(await tell("2026-01-18T12:00:00Z", "span")), />for 2 days</);
  assert.match(String(await tell(at, "span")), />since now</);
});
