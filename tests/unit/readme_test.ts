// README.md tells users what each problem code means; it must name the same codes in the same words as the code.
import assert from "node:assert/strict";
import { problemCodes } from "../../src/core/model/problem_codes.ts";

const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
// Keys of the configuration look like codes; only the table of codes counts.
const [, codes = ""] = readme.split("\n## Problem codes\n");

/** Lines like `| `git.denied` | the credentials may not push |`. */
function codeRows(text: string): readonly string[] {
  return [...text.matchAll(/^\| `[a-z]+\.[a-z_]+` +\|.*$/gm)].map((row) => row[0].replace(/ +\|/g, " |"));
}

function expectedRows(): readonly string[] {
  return Object.entries(problemCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
}

Deno.test("README.md lists every problem code with its meaning, and no other", () => {
  assert.deepEqual(codeRows(codes).toSorted(), expectedRows().toSorted());
});

Deno.test("codeRows() finds the rows of codes, padded or not, and no other table's", () => {
  const text = [
    "| code | meaning |",
    "| --- | --- |",
    "| `git.denied`        | the credentials may not push   |",
    "| `lock.held` | another pass is running |",
    "| `repo.auth` H | not a code |",
    "| `deno.json` and more | not a code |",
    "see `git.denied`",
  ].join("\n");
  assert.deepEqual(codeRows(text), [
    "| `git.denied` | the credentials may not push |",
    "| `lock.held` | another pass is running |",
  ]);
});
