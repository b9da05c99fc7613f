import assert from "node:assert/strict";
import { formatTime, formatTimeOrNull, parseTime } from "../../../../src/core/model/time.ts";

const noon = Date.UTC(2026, 0, 20, 12);

Deno.test("formatTime() writes RFC 3339 in UTC with whole seconds", () => {
  assert.equal(formatTime(noon), "2026-01-20T12:00:00Z");
  assert.equal(formatTime(noon + 999), "2026-01-20T12:00:00Z");
  assert.equal(formatTimeOrNull(null), null);
  assert.equal(formatTimeOrNull(0), "1970-01-01T00:00:00Z");
});

Deno.test("parseTime() reads RFC 3339 with fractions and offsets", () => {
  for (
    const text of [
      "2026-01-20T12:00:00Z",
      "2026-01-20t12:00:00z",
      "2026-01-20T13:00:00+01:00",
      "2026-01-20T06:30:00.000000000-05:30",
    ]
  ) assert.equal(parseTime(text), noon, text);
  assert.equal(parseTime("2026-01-20T12:00:00.123456789Z"), noon + 123);
  assert.equal(parseTime("2024-02-29T00:00:00Z"), Date.UTC(2024, 1, 29));
});

Deno.test("parseTime() refuses every other way to write a moment, and days that no calendar has", () => {
  for (
    const text of [
      "",
      "2026-01-20",
      "2026-01-20 12:00:00Z",
      "2026-01-20T12:00:00",
      "2026-01-20T12:00Z",
      "2026-1-20T12:00:00Z",
      "2026-02-30T00:00:00Z",
      "2025-02-29T00:00:00Z",
      "2026-04-31T00:00:00Z",
      "2026-00-10T00:00:00Z",
      "2026-13-10T00:00:00Z",
      "2026-01-20T24:00:00Z",
      "2026-01-20T12:60:00Z",
      "2026-01-20T12:00:00+25:00",
      "2026-01-20T12:00:00.1234567890Z",
      " 2026-01-20T12:00:00Z",
      "2026-01-20T12:00:00Z\n",
      "Tue, 20 Jan 2026 12:00:00 GMT",
    ]
  ) assert.equal(parseTime(text), null, text);
});
