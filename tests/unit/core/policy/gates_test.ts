import assert from "node:assert/strict";
import type { Gate } from "../../../../src/core/model/decision.ts";
import { parsePlatform, type Platform } from "../../../../src/core/model/platform.ts";
import type { Policy } from "../../../../src/core/model/policy.ts";
import type { Moments } from "../../../../src/core/policy/age.ts";
import { blocks, type Candidate, judge } from "../../../../src/core/policy/gates.ts";
import { sampleDigests, sampleTarget } from "../../../fakes/sample_decision.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

function platforms(...names: readonly string[]): readonly Platform[] {
  return names.map((name) => {
    const parsed = parsePlatform(name);
    assert.ok(parsed.ok);
    return parsed.value;
  });
}

function policy(more: Partial<Policy>): Policy {
  return { ...sampleTarget().policy, arch: [], minAgeSeconds: null, ...more };
}

function seen(firstSeen: number | null, more: Partial<Moments> = {}): Moments {
  return { firstSeen, pushedAt: null, created: null, ...more };
}

function candidate(more: Partial<Candidate> = {}): Candidate {
  return {
    tag: "2.0",
    digest: sampleDigests.new,
    platforms: platforms("amd64", "arm64"),
    moments: seen(testNow - 600_000),
    clockFault: null,
    repushed: false,
    ageExempt: null,
    ...more,
  };
}

function only(gates: readonly Gate[]): Gate {
  assert.equal(gates.length, 1);
  const [gate] = gates;
  assert.ok(gate);
  assert.deepEqual([gate.tag, gate.digest], ["2.0", sampleDigests.new], "the digest that is judged is named");
  return gate;
}

Deno.test("judge() asks nothing that the policy does not", () => {
  assert.deepEqual(judge(policy({}), candidate({ platforms: [], moments: seen(null) }), testNow), []);
});

Deno.test("judge() gives both gates in the order of the contract", () => {
  const gates = judge(policy({ arch: platforms("amd64"), minAgeSeconds: 1 }), candidate(), testNow);
  assert.deepEqual(gates.map(({ gate, verdict }) => [gate, verdict]), [["platforms", "pass"], ["minAge", "pass"]]);
});

Deno.test("the platforms gate wants every platform, variants by what runs where", () => {
  const cases: readonly (readonly [wanted: readonly string[], offered: readonly string[], verdict: Gate["verdict"]])[] =
    [
      [["amd64"], ["amd64", "arm64"], "pass"],
      [["amd64", "arm64"], ["amd64", "arm64"], "pass"],
      [["amd64", "arm64"], ["amd64"], "hold"],
      [["arm/v7"], ["arm/v6"], "pass"],
      [["arm/v6"], ["arm/v7"], "hold"],
      [["arm64/v8"], ["arm64"], "pass"],
      [["amd64"], ["amd64/v3"], "hold"],
      [["amd64/v3"], ["amd64"], "pass"],
      [["windows/amd64"], ["amd64"], "hold"],
      // Unknown never passes.
      [["amd64"], [], "unknown"],
    ];
  for (const [wanted, offered, verdict] of cases) {
    const gate = only(
      judge(policy({ arch: platforms(...wanted) }), candidate({ platforms: platforms(...offered) }), testNow),
    );
    assert.equal(gate.verdict, verdict, `${wanted} of ${offered}`);
    assert.equal(gate.until, null);
  }
});

Deno.test("the platforms gate names all that is missing", () => {
  const gate = only(
    judge(
      policy({ arch: platforms("amd64", "arm64", "arm/v7") }),
      candidate({ platforms: platforms("amd64") }),
      testNow,
    ),
  );
  assert.match(gate.message, /linux\/arm64, linux\/arm\/v7/);
});

Deno.test("the age gate opens at the very second, and says when", () => {
  const cases: readonly (readonly [seenMsAgo: number, verdict: Gate["verdict"]])[] = [
    [600_000, "pass"],
    [600_001, "pass"],
    [599_999, "hold"],
    [0, "hold"],
    [-1, "unknown"],
  ];
  for (const [ago, verdict] of cases) {
    const gate = only(judge(policy({ minAgeSeconds: 600 }), candidate({ moments: seen(testNow - ago) }), testNow));
    assert.equal(gate.verdict, verdict, String(ago));
    assert.equal(gate.until, verdict === "hold" ? testNow - ago + 600_000 : null);
  }
  const zero = only(judge(policy({ minAgeSeconds: 0 }), candidate({ moments: seen(testNow) }), testNow));
  assert.equal(zero.verdict, "pass");
});

Deno.test("the age gate lets nothing pass that was never seen, except what the file holds already", () => {
  const wanted = policy({ minAgeSeconds: 600 });
  assert.equal(only(judge(wanted, candidate({ moments: seen(null) }), testNow)).verdict, "unknown");
  assert.equal(
    only(judge(wanted, candidate({ moments: seen(null), ageExempt: "the file holds it already" }), testNow)).verdict,
    "pass",
  );
  assert.equal(
    only(judge(wanted, candidate({ moments: seen(testNow), ageExempt: "the file holds it already" }), testNow)).verdict,
    "pass",
  );
});

Deno.test("blocks() lets only a pass and an open gate through", () => {
  const gate = only(judge(policy({ minAgeSeconds: 600 }), candidate(), testNow));
  const verdicts: readonly Gate["verdict"][] = ["pass", "off", "hold", "refuse", "unknown"];
  assert.deepEqual(verdicts.map((verdict) => blocks({ ...gate, verdict })), [false, false, true, true, true]);
});

Deno.test("judge() counts the age from the server time of this digest, and from the builder's date only when trusted", () => {
  const day = 86_400_000;
  const moments = seen(testNow - day, { pushedAt: testNow - 3 * day, created: testNow - 9 * day });
  const server = only(judge(policy({ minAgeSeconds: 3 * 86_400 }), candidate({ moments }), testNow));
  assert.deepEqual([server.verdict, server.message], ["pass", "pushed 3d ago by the registry's clock"]);
  const wanted = policy({ minAgeSeconds: 4 * 86_400 });
  const young = only(judge(wanted, candidate({ moments }), testNow));
  assert.deepEqual([young.verdict, young.until], ["hold", testNow + day]);
  const trusted = only(judge({ ...wanted, trustCreated: true }, candidate({ moments }), testNow));
  assert.deepEqual([trusted.verdict, trusted.message], ["pass", "built 1w2d ago as its builder says"]);
});

Deno.test("judge() tells no age by a clock that is wrong, unless the age is nobody's concern", () => {
  const moments = seen(testNow - 900_000);
  const wanted = policy({ minAgeSeconds: 600 });
  const gate = only(judge(wanted, candidate({ moments, clockFault: "the clock is behind" }), testNow));
  assert.deepEqual([gate.verdict, gate.message], ["unknown", "its age is not known: the clock is behind"]);
  assert.ok(blocks(gate));
  const exempt = candidate({ moments, clockFault: "the clock is behind", ageExempt: "the file holds it already" });
  assert.equal(only(judge(wanted, exempt, testNow)).verdict, "pass");
});

Deno.test("judge() holds a tag that was pushed again where the policy says so, and nowhere else", () => {
  assert.deepEqual(judge(policy({}), candidate({ repushed: true }), testNow), []);
  const held = only(judge(policy({ repush: "hold" }), candidate({ repushed: true }), testNow));
  assert.deepEqual([held.gate, held.verdict, held.until], ["hold", "hold", null]);
  assert.equal(only(judge(policy({ repush: "hold" }), candidate(), testNow)).verdict, "pass");
});
