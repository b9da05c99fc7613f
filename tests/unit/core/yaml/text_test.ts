import assert from "node:assert/strict";
import { decodeText, LineIndex } from "../../../../src/core/yaml/text.ts";

Deno.test("decodeText() keeps a byte order mark and every line end", () => {
  const text = "\ufeffa: 1\r\nb: ü😀\n\rc\r\n";
  assert.deepEqual(decodeText(new TextEncoder().encode(text), "f.yaml"), { ok: true, value: text });
});

Deno.test("decodeText() refuses bytes that are no UTF-8 instead of replacing them", () => {
  const cases = [[0xff, 0xfe, 0x61, 0x00], [0xc3, 0x28], [0x61, 0xe4], [0xed, 0xa0, 0x80], [0xc0, 0x80]];
  for (const bytes of cases) {
    const decoded = decodeText(new Uint8Array(bytes), "dir/f.yaml");
    assert.ok(!decoded.ok);
    assert.equal(decoded.failure.code, "file.unparsable");
    assert.equal(decoded.failure.file, "dir/f.yaml");
    assert.match(decoded.failure.message, /dir\/f\.yaml/);
  }
});

Deno.test("LineIndex counts lines and columns from 1, at LF and CRLF alike", () => {
  const lf = new LineIndex("ab\ncd\n\ne");
  assert.deepEqual([0, 1, 2, 3, 6, 7, 8].map((offset) => lf.at(offset)), [
    { line: 1, column: 1 },
    { line: 1, column: 2 },
    { line: 1, column: 3 },
    { line: 2, column: 1 },
    { line: 3, column: 1 },
    { line: 4, column: 1 },
    { line: 4, column: 2 },
  ]);
  const crlf = new LineIndex("ab\r\ncd");
  assert.deepEqual(crlf.at(4), { line: 2, column: 1 });
  assert.deepEqual(new LineIndex("").at(0), { line: 1, column: 1 });
});

Deno.test("LineIndex gives a byte order mark no column", () => {
  const index = new LineIndex("\ufeffab\nc");
  assert.deepEqual([0, 1, 2, 4].map((offset) => index.at(offset)), [
    { line: 1, column: 1 },
    { line: 1, column: 1 },
    { line: 1, column: 2 },
    { line: 2, column: 1 },
  ]);
});

Deno.test("LineIndex counts an emoji as the two UTF-16 units it is", () => {
  assert.deepEqual(new LineIndex("x\n😀b").at(4), { line: 2, column: 3 });
});
