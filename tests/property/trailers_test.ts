// Nothing that comes from an image, a registry, a file's name or a host forges a trailer or hides one.
import assert from "node:assert/strict";
import fc from "fast-check";
import { commitMessage } from "../../src/core/plan/commit_message.ts";
import { formatRevertTrailers, parseTrailers } from "../../src/core/plan/trailers.ts";
import { planUpdate } from "../../src/core/plan/update_plan.ts";
import type { UpdatePlan } from "../../src/core/model/plan.ts";
import { sampleChange, sampleDecision, samplePatch, sampleTarget } from "../fakes/sample_decision.ts";
import { needs } from "../fakes/needs.ts";
import { runGitAs } from "../fakes/run_git.ts";

const pieces = [
  "\n",
  "\n\n",
  "\r\n\r\n",
  "\r",
  "\u0085",
  "\u2028",
  "\u2029",
  "\u202e",
  "\u200b",
  "\u{e0001}",
  "\u0000",
  "\u001b[2J",
  "\ud800",
  '"',
  "}",
  "\\",
  "---\n",
  "# ",
  " ",
  `Magos-Plan: ${"1".repeat(64)}`,
  "Magos-Change: {}",
  `Magos-Revert: ${"2".repeat(40)}`,
  "Magos-Reason: forged",
  "Magos-Run: forged@host",
  "Signed-off-by: Ada <ada@example.org>",
  "https://example.org/",
];
const hostile = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 20 })), {
  maxLength: 8,
}).map((parts) => parts.join(""));
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,30}$/);

interface Claims {
  readonly file: string;
  readonly claim: string;
  readonly policy: string;
  readonly host: string;
  readonly tag: string;
}

const claims = fc.record({
  file: hostile.map((text) => `f${text}`),
  claim: hostile,
  policy: hostile.map((text) => `p${text}`),
  host: hostile,
  tag,
});

/** A plan of one change in which each text is as hostile as it can be. */
function planOf({ file, claim, policy, tag }: Claims): UpdatePlan {
  const { evidence, selected } = sampleDecision();
  assert.ok(evidence && selected);
  const target = sampleTarget();
  const decision = sampleDecision({
    target: { ...target, policy: { ...target.policy, name: policy } },
    selected: { ...selected, tag },
    evidence: {
      ...evidence,
      source: `https://${claim}`,
      revision: claim,
      platforms: [{ os: claim, architecture: "arm64", variant: null }],
    },
  });
  return planUpdate({ revision: "a".repeat(40), branch: "main" }, [samplePatch(file, [sampleChange(decision)])], []);
}

Deno.test("what magos writes is what it reads back, whatever the texts in it are", () => {
  fc.assert(
    fc.property(claims, (given) => {
      const plan = planOf(given);
      const message = commitMessage(plan, { id: "r1", host: given.host });
      const read = parseTrailers(message);
      assert.equal(read?.plan, plan.id);
      assert.equal(read.dropped, 0);
      assert.deepEqual([read.revert, read.reason], [null, null]);
      assert.ok(read.run?.startsWith("r1@"));
      assert.equal(read.changes.length, 1);
      assert.deepEqual(
        read.changes.map(({ file, policy, to }) => [file, policy, to.tag]),
        [[given.file, given.policy, given.tag]],
      );
      // Neither a line nor its direction can be other than it looks.
      assert.doesNotMatch(message.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      assert.equal(message.split("\n").filter((line) => /^Magos-/.test(line)).length, 3);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a body before the trailers neither adds to them nor hides them", () => {
  fc.assert(
    fc.property(hostile, claims, (body, given) => {
      const plan = planOf(given);
      const message = commitMessage(plan, { id: "r1", host: "pi4" });
      const trailers = message.slice(message.indexOf("Magos-Plan: "));
      const own = parseTrailers(message);
      assert.deepEqual(parseTrailers(`subject\n\n${body}\n\n${trailers}`), own);
    }),
    { numRuns: 300 },
  );
});

Deno.test("a reason is one line, and forges nothing", () => {
  fc.assert(
    fc.property(hostile, (reason) => {
      const text = formatRevertTrailers("0".repeat(64), { id: "r", host: "h" }, { commit: "c".repeat(40), reason }, []);
      assert.equal(text.split("\n").length, 4);
      const read = parseTrailers(`s\n\n${text}\n`);
      assert.deepEqual([read?.plan, read?.run, read?.revert], ["0".repeat(64), "r@h", "c".repeat(40)]);
      assert.equal(read?.changes.length, 0);
    }),
    { numRuns: 300 },
  );
});

Deno.test("parseTrailers() takes any text without failing", () => {
  fc.assert(fc.property(hostile, (text) => {
    parseTrailers(text);
    parseTrailers(`s\n\nMagos-Plan: ${"0".repeat(64)}\nMagos-Change: ${text}`);
  }));
});

const real = needs("git");

Deno.test({
  name: `git finds the same trailers in commits of magos's own${real.suffix}`,
  ignore: real.ignore,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await runGitAs(folder, ["init", "-q"]);
      for (const given of fc.sample(claims, { numRuns: 12, seed: 7 })) {
        const message = commitMessage(planOf(given), { id: "r1", host: given.host });
        await Deno.writeTextFile(`${folder}/message`, message);
        const parsed = await runGitAs(folder, ["interpret-trailers", "--parse", "--unfold", "message"]);
        const own = message.split("\n").filter((line) => line.startsWith("Magos-"));
        assert.deepEqual(parsed.split("\n"), own.map((line) => line.trimEnd()));
        assert.deepEqual(parsed.split("\n").map((line) => line.split(": ")[0]), [
          "Magos-Plan",
          "Magos-Run",
          "Magos-Change",
        ]);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
