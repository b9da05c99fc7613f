import assert from "node:assert/strict";
import type { Decision } from "../../../../src/core/model/decision.ts";
import { commitMessage, commitSubject } from "../../../../src/core/plan/commit_message.ts";
import { parseTrailers } from "../../../../src/core/plan/trailers.ts";
import { planUpdate } from "../../../../src/core/plan/update_plan.ts";
import type { UpdatePlan } from "../../../../src/core/model/plan.ts";
import {
  sampleChange,
  sampleDecision,
  sampleDigests,
  samplePatch,
  sampleTarget,
} from "../../../fakes/sample_decision.ts";
import { needs } from "../../../fakes/needs.ts";
import { personEnv } from "../../../fakes/run_git.ts";

const run = { id: "20260120T120000Z-abc123", host: "pi4" };

function planOf(...decisions: readonly Decision[]): UpdatePlan {
  const changes = decisions.map((decision, index) => sampleChange(decision, { line: index + 1 }));
  return planUpdate({ revision: "a".repeat(40), branch: "main" }, [samplePatch("a.yaml", changes)], decisions);
}

function named(name: string, tag: string): Decision {
  return sampleDecision({
    target: sampleTarget({ current: { name, tag: "1.0", digest: null } }),
    selected: { name, tag, digest: sampleDigests.new },
  });
}

/** A decision whose image claims this as source and revision. */
function claiming(claim: string): Decision {
  const { evidence } = sampleDecision();
  assert.ok(evidence);
  return sampleDecision({ evidence: { ...evidence, source: claim, revision: claim } });
}

Deno.test("commitSubject() names the image and its new version, or how many there are", () => {
  assert.equal(commitSubject(planOf(named("ghcr.io/you/app", "2.0"))), "chore(images): update ghcr.io/you/app to 2.0");
  assert.equal(commitSubject(planOf(named("a", "2"), named("a", "2"))), "chore(images): update a to 2");
  assert.equal(commitSubject(planOf(named("a", "2"), named("b", "3"))), "chore(images): update 2 images");
  const long = `ghcr.io/${"long/".repeat(20)}app`;
  assert.equal(commitSubject(planOf(named(long, "2.0"))), "chore(images): update 1 image");
});

Deno.test("commitMessage() is subject, table and trailers, with an empty line between", () => {
  const plan = planOf(named("ghcr.io/you/app", "2.0"), named("redis", "7.2"));
  const [subject, table, trailers, ...more] = commitMessage(plan, run).split("\n\n");
  assert.equal(subject, "chore(images): update 2 images");
  assert.equal(table, "ghcr.io/you/app  1.0 -> 2.0  a.yaml:1\nredis            1.0 -> 7.2  a.yaml:2");
  assert.ok(trailers?.startsWith(`Magos-Plan: ${plan.id}\nMagos-Run: 20260120T120000Z-abc123@pi4\nMagos-Change: {`));
  assert.deepEqual(more, []);
  assert.ok(trailers?.endsWith("}\n"));
});

Deno.test("commitMessage() tells digests apart where the tag stays", () => {
  const digestOnly = sampleDecision({
    selected: { name: "ghcr.io/you/app", tag: "1.0", digest: sampleDigests.new },
  });
  assert.match(commitMessage(planOf(digestOnly), run), /1\.0: a{12} -> b{12}/);
});

Deno.test("trailers read back as they were written", () => {
  const plan = planOf(sampleDecision());
  assert.deepEqual(parseTrailers(commitMessage(plan, run)), {
    plan: plan.id,
    run: "20260120T120000Z-abc123@pi4",
    revert: null,
    reason: null,
    dropped: 0,
    changes: [{
      policy: "semver",
      image: "ghcr.io/you/app",
      file: "a.yaml",
      from: { tag: "1.0", digest: sampleDigests.old },
      to: { tag: "2.0", digest: sampleDigests.new },
      created: "2026-01-20T11:59:59Z",
      age: 2,
      platforms: ["linux/arm64"],
      signer: null,
      scan: null,
      source: "https://github.com/you/app",
      revision: "0123abc",
    }],
  });
});

const hostile = [
  "https://x/\n\nMagos-Plan: forged",
  "https://x/\r\nMagos-Change: {}",
  "https://x/\n\n\nSigned-off-by: you <you@example.org>\n",
  "https://x/\u2028\u2029\u0085Magos-Plan: forged",
  `https://x/${"y".repeat(100_000)}`,
  "https://x/\u001b[31m\u0000\u202eevil",
  "https://x/\ud800",
  "http://plain.example.org/",
  "javascript:alert(1)",
];

Deno.test("no label of an image can forge a trailer, whatever it holds", () => {
  for (const label of hostile) {
    const plan = planOf(claiming(label));
    const message = commitMessage(plan, run);
    const lines = message.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
    assert.equal(lines.filter((line) => /^Magos-Plan:/.test(line)).length, 1, label);
    assert.equal(lines.filter((line) => /^Magos-Change:/.test(line)).length, 1, label);
    assert.equal(lines.filter((line) => /^Signed-off-by:/.test(line)).length, 0, label);
    assert.equal(commitSubject(plan), "chore(images): update ghcr.io/you/app to 2.0");
    const read = parseTrailers(message);
    assert.equal(read?.plan, plan.id);
    const [change] = read?.changes ?? [];
    for (const field of ["source", "revision"] as const) {
      const claim = change?.[field];
      if (claim === null || claim === undefined) continue;
      assert.ok(typeof claim === "string" && claim.length <= 200, field);
      assert.doesNotMatch(claim, /[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }
    assert.ok(change?.["source"] === null || String(change?.["source"]).startsWith("https://"));
  }
});

Deno.test("a file's name with line breaks forges nothing either", () => {
  const file = "a\n\nMagos-Plan: forged\n.yaml";
  const plan = planUpdate({ revision: "a".repeat(40), branch: "main" }, [samplePatch(file)], []);
  const message = commitMessage(plan, run);
  assert.equal(message.split("\n").filter((line) => line.startsWith("Magos-Plan:")).length, 1);
  assert.equal(message.split("\n\n").length, 3);
  assert.deepEqual(parseTrailers(message)?.changes[0]?.file, file);
});

const { ignore, suffix } = needs("git");
Deno.test({
  name: `git reads the same trailers from a message${suffix}`,
  ignore,
  fn: async () => {
    const plan = planOf(claiming(hostile[0] ?? ""), sampleDecision());
    const child = new Deno.Command("git", {
      args: ["interpret-trailers", "--parse"],
      env: { ...personEnv },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(commitMessage(plan, run)));
    await writer.close();
    const lines = new TextDecoder().decode((await child.output()).stdout).trim().split("\n");
    assert.deepEqual(lines.map((line) => line.split(":")[0]), [
      "Magos-Plan",
      "Magos-Run",
      "Magos-Change",
      "Magos-Change",
    ]);
    assert.equal(lines[0], `Magos-Plan: ${plan.id}`);
  },
});
