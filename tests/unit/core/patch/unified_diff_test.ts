// The diff against git's own, byte for byte but for git's index lines and function names, and applied by git.
import assert from "node:assert/strict";
import { unifiedDiff } from "../../../../src/core/patch/unified_diff.ts";
import { needs } from "../../../fakes/needs.ts";
import { runGitAs } from "../../../fakes/run_git.ts";

const { ignore, suffix } = needs("git");

/** What git prints for the change of one file, from its `---` line on. */
async function gitDiff(folder: string): Promise<string> {
  const text = await runGitAs(folder, ["-c", "core.autocrlf=false", "diff", "--no-color", "--text"]);
  return `${text.slice(text.indexOf("\n--- ") + 1)}\n`.replaceAll(/^(@@ .*? @@).*$/gm, "$1");
}

async function inRepository(file: string, before: string, test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await runGitAs(folder, ["init", "-q"]);
    await Deno.writeTextFile(`${folder}/${file}`, before);
    await runGitAs(folder, ["-c", "core.autocrlf=false", "add", "-A"]);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");

function changeLines(text: string, ...numbers: readonly number[]): string {
  return numbers.reduce((changed, number) => changed.replace(`line ${number}\n`, `line ${number} new\n`), text);
}

function addBefore(text: string, ...numbers: readonly number[]): string {
  return numbers.reduce((changed, number) => changed.replace(`line ${number}\n`, `added\nline ${number}\n`), text);
}

const cases: Readonly<Record<string, readonly [file: string, before: string, after: string]>> = {
  "one line": ["f.yaml", "a: 1\n", "a: 2\n"],
  "the first and the last line": ["f.yaml", numbered(20), changeLines(numbered(20), 1, 20)],
  "neighbours": ["f.yaml", numbered(20), changeLines(numbered(20), 9, 10, 12)],
  "hunks that touch": ["f.yaml", numbered(30), changeLines(numbered(30), 5, 12)],
  "hunks one line apart": ["f.yaml", numbered(30), changeLines(numbered(30), 5, 13)],
  "no final newline, changed": ["f.yaml", "a: 1\nb: 2", "a: 1\nb: 3"],
  "no final newline, as context": ["f.yaml", "a: 1\nb: 2", "a: 9\nb: 2"],
  "CRLF and BOM": ["f.yaml", "\ufeffa: 1\r\nb: 2\r\n", "\ufeffa: 1\r\nb: 3\r\n"],
  "a line added": ["f.yaml", numbered(20), addBefore(numbered(20), 10)],
  "lines added at the start and before the end": ["f.yaml", numbered(20), addBefore(numbered(20), 1, 20)],
  "an added line that equals its neighbour": ["f.yaml", "a\nb\nb\n", "a\nb\nb\nb\n"],
  "a line added above one without an end": ["f.yaml", "a: 1\nb: 2", "a: 1\n# new\nb: 2"],
  "lines added that make hunks touch": ["f.yaml", numbered(30), addBefore(numbered(30), 5, 12)],
  "lines added in hunks apart": ["f.yaml", numbered(30), addBefore(numbered(30), 5, 25)],
  "lines added to CRLF": ["f.yaml", "a: 1\r\nb: 2\r\n", "a: 1\r\n# new\r\nb: 2\r\n"],
  "a name with blanks": ["my file.yaml", "a: 1\n", "a: 2\n"],
  "a name with quotes and tabs": ['q"\\\t.yaml', "a: 1\n", "a: 2\n"],
  "a name in another script": ["ü 😀.yaml", "a: 1\n", "a: 2\n"],
};

for (const [name, [file, before, after]] of Object.entries(cases)) {
  Deno.test({
    name: `unifiedDiff() prints what git prints, and git applies it: ${name}${suffix}`,
    ignore,
    fn: () =>
      inRepository(file, before, async (folder) => {
        const diff = unifiedDiff(file, before, after);

        const patch = `${folder}.patch`;
        await Deno.writeTextFile(patch, diff);
        try {
          await runGitAs(folder, ["apply", "--whitespace=nowarn", "--check", patch]);
          await runGitAs(folder, ["apply", "--whitespace=nowarn", patch]);
          assert.equal(await Deno.readTextFile(`${folder}/${file}`), after);
          assert.equal(diff, await gitDiff(folder));
        } finally {
          await Deno.remove(patch);
        }
      }),
  });
}

Deno.test("unifiedDiff() is empty for equal texts", () => {
  assert.equal(unifiedDiff("f.yaml", "a: 1\n", "a: 1\n"), "");
  assert.equal(unifiedDiff("f.yaml", "", ""), "");
});

Deno.test("unifiedDiff() of a new file is what git prints for one", () => {
  assert.equal(
    unifiedDiff("f.yaml", null, "a: 1\nb: 2\n"),
    "--- /dev/null\n+++ b/f.yaml\n@@ -0,0 +1,2 @@\n+a: 1\n+b: 2\n",
  );
});

Deno.test("unifiedDiff() throws where a line was removed, which no part of magos does", () => {
  assert.throws(() => unifiedDiff("f.yaml", "a\nb\n", "a\n"), TypeError);
  assert.throws(() => unifiedDiff("f.yaml", "a\nb\n", "a\nc\nd\n"), TypeError);
});
