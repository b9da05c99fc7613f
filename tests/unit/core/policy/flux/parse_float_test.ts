// Numbers by the grammar of Go's ParseFloat (Flux semantics 1.6).
import assert from "node:assert/strict";
import { parseFloat64 } from "../../../../../src/core/policy/flux/parse_float.ts";

Deno.test("parseFloat64() takes what Go takes", () => {
  const rows: readonly (readonly [string, number])[] = [
    ["0", 0],
    ["42", 42],
    ["007", 7],
    [".5", 0.5],
    ["7.", 7],
    ["+1.5", 1.5],
    ["-2", -2],
    ["1e3", 1000],
    ["1E-2", 0.01],
    ["1_000.5", 1000.5],
    ["2025_09_07", 20250907],
    ["9007199254740993", 9007199254740992],
    ["1e-400", 0],
    ["inf", Infinity],
    ["+Inf", Infinity],
    ["-INFINITY", -Infinity],
    ["nan", NaN],
    ["NaN", NaN],
    ["0x1p4", 16],
    ["0X1.8P+1", 3],
    ["-0x.8p0", -0.5],
    ["0x_1_Fp0", 31],
    ["0x0p99999", 0],
    ["0x1p-99999", 0],
    // Half way between two floats: to the even one; a last digit above it tips it.
    ["0x1.00000000000008p0", 1],
    ["0x1.00000000000018p0", 1 + 2 ** -51],
    ["0x1.000000000000080001p0", 1 + 2 ** -52],
    ["0x1p-1074", 5e-324],
    ["0x1p-1075", 0],
    ["0x1.8p-1075", 5e-324],
    ["0x1.fffffffffffffp1023", Number.MAX_VALUE],
  ];
  for (const [text, value] of rows) assert.equal(parseFloat64(text), value, text);
});

Deno.test("parseFloat64() refuses what Go refuses, though Number() may not", () => {
  const refused = [
    ["", " ", " 1", "1 ", "latest", "1.2.3", "v1", "--1", "+", ".", "e1", "1e", "1e+", "1,5", "1e400", "-1e400", "٣"],
    ["0x1F", "0x", "0xp1", "0x.p1", "0x1p", "0x1p1024", "0x1.fffffffffffff8p1023", "0x1e3", "0b101", "0o17", "1p3"],
    ["1__0", "_1", "1_", "1_.5", "1._5", "1_e5", "1e_5", "1e5_", "_", "0x1_p1", "0x__1p1", "0x1p_1"],
    ["+nan", "-nan", "infin", "infinityx", "in", "1n", "Infinity1"],
  ].flat();
  for (const text of refused) assert.equal(parseFloat64(text), null, text);
});
