// What push --porcelain reports, line by line.
import assert from "node:assert/strict";
import { readPushReport } from "../../../../src/adapters/git/push_report.ts";

const line = (flag: string, summary: string, to = "refs/heads/main"): string =>
  `To https://x/\n${flag}\t${"1".repeat(40)}:${to}\t${summary}\nDone\n`;

Deno.test("readPushReport() tells moved, raced and refused apart", () => {
  const kinds: readonly (readonly [string, string, string, string])[] = [
    [" ", "1111111..2222222", "", "moved"],
    ["*", "[new branch]", "", "moved"],
    ["=", "[up to date]", "", "moved"],
    ["!", "[rejected] (stale info)", "", "raced"],
    ["!", "[rejected] (non-fast-forward)", "", "raced"],
    ["!", "[rejected] (fetch first)", "", "raced"],
    ["!", "[remote rejected] (cannot lock ref 'refs/heads/main': is at 2 but expected 1)", "", "raced"],
    ["!", "[remote rejected] (incorrect old value provided)", "", "raced"],
    [
      "!",
      "[remote rejected] (failed to update ref)",
      "remote: error: cannot lock ref 'refs/heads/main': is at 2",
      "raced",
    ],
    [
      "!",
      "[remote rejected] (failed to update ref)",
      "remote: error: cannot lock ref 'refs/heads/main': 'refs/heads/main/x' exists; cannot create 'refs/heads/main'",
      "refused",
    ],
    ["!", "[remote rejected] (failed to update ref)", "remote: error: unable to write", "refused"],
    ["!", "[remote rejected] (pre-receive hook declined)", "remote: cannot lock ref, says my hook", "refused"],
  ];
  for (const [flag, summary, stderr, kind] of kinds) {
    assert.equal(readPushReport(line(flag, summary), stderr, "refs/heads/main").kind, kind, summary + stderr);
  }
});

Deno.test("readPushReport() reads only the line of its own branch", () => {
  assert.equal(
    readPushReport(line("!", "[rejected] (stale info)", "refs/heads/x/main"), "", "refs/heads/main").kind,
    "none",
  );
  assert.equal(
    readPushReport(line("!", "[rejected] (stale info)", "refs/heads/maint"), "", "refs/heads/main").kind,
    "none",
  );
  assert.equal(readPushReport("", "fatal: unable to access", "refs/heads/main").kind, "none");
});
