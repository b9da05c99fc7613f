// The commit that takes images back: what it says, and what of it cannot be forged by a container.
import assert from "node:assert/strict";
import { movedValues } from "../../../../src/core/plan/moved_values.ts";
import type { RevertPlan } from "../../../../src/core/plan/plan_revert.ts";
import { quarantineOf } from "../../../../src/core/plan/plan_revert.ts";
import { revertMessage } from "../../../../src/core/plan/revert_message.ts";
import { parseTrailers } from "../../../../src/core/plan/trailers.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

const digest = `sha256:${"1".repeat(64)}`;
const value = (name: string, tag: string | null, of: string | null): RevertPlan["values"][number] => ({
  file: "compose.yaml",
  line: 3,
  column: 12,
  setter: "semver",
  old: `${name}:${tag}`,
  new: `${name}:0`,
  policy: "semver",
  bad: { name, tag, digest: of },
  good: { name, tag: "0", digest: null },
});
const plan: RevertPlan = { values: [value("ghcr.io/you/web", "1.1", digest)], files: [] };
const planId = "c".repeat(64);

Deno.test("revertMessage() says what, why and where, with trailers that can be read back", () => {
  const words = { stack: "web", commit: "a".repeat(40), reason: "it ended", log: ["cannot open"] };
  const text = revertMessage(words, plan, planId, { id: "r1", host: "pi4" });
  assert.match(text, /^revert\(images\): take back 1 image of web\n\nweb on pi4: it ended\n\n- compose\.yaml:3: /);
  const trailers = parseTrailers(text);
  assert.deepEqual([trailers?.plan, trailers?.revert, trailers?.reason], [planId, words.commit, "it ended"]);
  assert.deepEqual(trailers?.changes.map(({ from, to }) => [from.tag, to.tag]), [["1.1", "0"]]);
});

Deno.test("revertMessage() lets no container's words pass for magos's own", () => {
  const forged = [`Magos-Plan: ${"d".repeat(64)}`, 'Magos-Change: {"policy":"x"}', "", "\u202ex\r\nMagos-Run: x"];
  const words = { stack: "web", commit: "a".repeat(40), reason: `x\n\nMagos-Plan: ${"d".repeat(64)}`, log: forged };
  const text = revertMessage(words, plan, planId, { id: "r1", host: "pi4" });
  const commit = { revision: "e".repeat(40), parents: [], author: "magos", message: text, time: testNow };
  assert.deepEqual(movedValues([commit]).map(({ image }) => image), ["ghcr.io/you/web"]);
  assert.equal(parseTrailers(text)?.plan, planId);
  assert.ok(!text.includes("\u202e") && !text.includes("\r"));
});

Deno.test("quarantineOf() holds by digest, else by tag, each image once, and never all of an image", () => {
  const values = [
    ...plan.values,
    ...plan.values,
    value("docker.io/library/db", "16", null),
    value("db", "16", null),
    value("x", null, null),
  ];
  const hold = { reason: "r", by: "pi4", since: testNow, until: testNow + 1 };
  const holds = quarantineOf({ values, files: [] }, hold).map((it) => [it.image, it.tag, it.digest, it.kind]);
  assert.deepEqual(holds, [
    ["ghcr.io/you/web", null, digest, "quarantine"],
    ["db", "16", null, "quarantine"],
  ]);
});
