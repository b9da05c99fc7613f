import assert from "node:assert/strict";
import { parseDotEnv } from "../../../../src/core/documents/dot_env.ts";

Deno.test("parseDotEnv() reads the simple lines as Compose and shells do", () => {
  const text = [
    "\ufeffA=1",
    "  export B = two words  ",
    "# C=no",
    "",
    "not a line",
    "1D=no",
    "E=",
    "F='single # kept' # comment",
    `G="double # kept" # "comment"`,
    "H=plain#kept",
    "I=cut # comment",
    "J= # only a comment",
    "K='it stays $open'",
    `L="a\\"b\\\\c"`,
    "M=https://x/?a=b=c",
    "N=first",
    "N=last",
    `O="open`,
    "P=a'b'c",
  ].join("\r\n");
  assert.deepEqual(parseDotEnv(text), {
    A: "1",
    B: "two words",
    E: "",
    F: "single # kept",
    G: "double # kept",
    H: "plain#kept",
    I: "cut",
    J: "",
    K: "it stays $open",
    L: `a"b\\c`,
    M: "https://x/?a=b=c",
    N: "last",
    O: `"open`,
    P: "a'b'c",
  });
});

Deno.test("parseDotEnv() takes a name like any other, and long lines in one go", () => {
  assert.equal(Object.getOwnPropertyDescriptor(parseDotEnv("__proto__=x"), "__proto__")?.value, "x");
  const blanks = " ".repeat(300_000);
  assert.deepEqual(parseDotEnv(`A=${blanks}x${blanks}\nB="${"\\".repeat(100_000)}\n`), {
    A: "x",
    B: `"${"\\".repeat(100_000)}`,
  });
});
