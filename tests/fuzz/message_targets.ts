// Commit messages: what strangers claim about an image cannot forge a trailer, and all of it can be read back.
import assert from "node:assert/strict";
import { commitMessage } from "../../src/core/plan/commit_message.ts";
import { parseTrailers } from "../../src/core/plan/trailers.ts";
import { digestB, marker, onlyTarget, selecting } from "../unit/core/patch/cases.ts";
import type { FuzzTarget } from "./target.ts";

const target = onlyTarget(`image: nginx:1.27 ${marker()}\n`);
const decision = selecting(target, "1.28", digestB);
const id = "0".repeat(64);

/** A message as a whole, and the same text as the claims that go into one. */
export const trailers: FuzzTarget = {
  name: "trailers",
  seeds: [
    `chore: x\n\na\n\nMagos-Plan: ${id}\nMagos-Run: r@h\nMagos-Change: {"policy":"semver"}\n`,
    "https://github.com/you/app",
    "7ca5933",
  ],
  words: [
    `Magos-Plan: ${"1".repeat(64)}`,
    "Magos-Change: {}",
    "Magos-Run: ",
    "https://",
    "\n\n",
    "\n \n",
    "\n",
    "\u2028",
    "\r",
    "{",
    "}",
    '"',
  ],
  longest: 2048,
  check: (text) => {
    const read = parseTrailers(text);
    if (read !== null) assert.match(read.plan, /^[0-9a-f]{64}$/);
    const evidence = {
      digest: digestB,
      created: null,
      firstSeen: null,
      ageSeconds: null,
      platforms: [],
      source: `https://${text}`,
      revision: text,
      repushed: false,
      gates: [],
    };
    const change = { line: 1, column: 1, setter: "semver", old: "a", new: "b", decision: { ...decision, evidence } };
    const files = [{ file: `f${text}`, changes: [change], problems: [], diff: "", text: "b" }];
    const plan = { id, revision: "c".repeat(40), files } as unknown as Parameters<typeof commitMessage>[0];
    const message = commitMessage(plan, { id: "run", host: "host" });
    const back = parseTrailers(message);
    assert.equal(back?.plan, id);
    assert.equal(back.run, "run@host");
    assert.equal(back.changes.length, 1);
    assert.equal(back.dropped, 0);
    const [record] = back.changes;
    assert.equal(record?.file, `f${text}`, "the file's name does not come back");
    assert.ok(!/\p{Cc}/u.test(record.revision ?? ""));
  },
};
