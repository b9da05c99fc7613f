import assert from "node:assert/strict";
import * as fc from "fast-check";
import { commitMessage } from "../../../../src/core/plan/commit_message.ts";
import { type MessageFacts, renderMessage } from "../../../../src/core/plan/render_message.ts";
import { parseTrailers } from "../../../../src/core/plan/trailers.ts";
import { planUpdate } from "../../../../src/core/plan/update_plan.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { sampleDigests, samplePatch } from "../../../fakes/sample_decision.ts";

const plan = planUpdate({ revision: "a".repeat(40), branch: "main" }, [samplePatch("a.yaml")], []);
const run = { id: "20260120T120000Z-abc123", host: "pi4" };
const facts: MessageFacts = { run, branch: "updates/x", group: null, now: testNow, timeZone: "UTC" };

function rendered(template: string, more: Partial<MessageFacts> = {}): string {
  const result = renderMessage(template, plan, { ...facts, ...more });
  return result.ok ? result.value : `${result.failure.code}: ${result.failure.message}`;
}

Deno.test("renderMessage() gives every field that README.md lists", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["{{ .plan }} {{ .plan.id }} {{ .plan.revision }}", `${plan.id} ${plan.id} ${"a".repeat(40)}`],
    ["{{ .run }} {{ .run.id }} {{ .run.host }}", `${run.id} ${run.id} pi4`],
    ["{{ .base }} {{ .branch }} [{{ .group }}]", "main updates/x []"],
    ["{{ range .changes }}{{ . }}{{ end }}", "ghcr.io/you/app:1.0 -> ghcr.io/you/app:2.0"],
    [
      "{{ range .changes }}{{ .file }}:{{ .line }} {{ .setter }} {{ .old }} {{ .new }}{{ end }}",
      "a.yaml:3 semver ghcr.io/you/app:1.0 ghcr.io/you/app:2.0",
    ],
    ["{{ range .changes }}{{ .image }} {{ .policy }} [{{ .group }}]{{ end }}", "ghcr.io/you/app semver []"],
    [
      "{{ range .images }}{{ . }} {{ .name }} {{ .from.tag }} {{ .to.tag }}{{ end }}",
      "ghcr.io/you/app ghcr.io/you/app 1.0 2.0",
    ],
    ["{{ range .images }}{{ .to }}{{ end }}", `ghcr.io/you/app:2.0@${sampleDigests.new}`],
    ["{{ isoYear }}-w{{ isoWeek }} {{ group }} {{ now `2006-01-02` }}", "2026-w04 ungrouped 2026-01-20"],
  ];
  for (const [template, text] of rows) assert.equal(rendered(template), text, template);
  assert.equal(rendered("{{ .group }} {{ group }}", { group: "web" }), "web web");
});

Deno.test("renderMessage() fails with the place for what it cannot do, and for an empty message", () => {
  assert.match(rendered("{{ .change }}"), /^template\.failed: .*line 1, column \d+: .*\.changes/);
  assert.match(rendered("{{ nonsense }}"), /^template\.invalid: .*line 1, column 4/);
  for (const empty of ["{{ if false }}x{{ end }}", " \n\t", "\u0007"]) {
    assert.match(rendered(empty), /^template\.failed: .*empty/, JSON.stringify(empty));
  }
  assert.match(rendered(`{{ repeat 200000 "xy" }}`), /^template\.failed/);
  assert.match(rendered(`s\n{{ repeat 60000 "xy" }}`), /^template\.failed: .*longer/);
});

Deno.test("renderMessage() makes plain lines of whatever comes, with a subject that lists can show", () => {
  assert.equal(rendered("\n\n  subject  \r\n\r\nbody\u0000\u001b[31m \u2028x\n\n"), "subject\n\nbody[31m\nx");
  const [subject, ...rest] = rendered(`${"s".repeat(500)}\nbody`).split("\n");
  assert.equal(subject, `${"s".repeat(197)}...`);
  assert.deepEqual(rest, ["body"]);
});

Deno.test("no message of a template changes what the trailers of the commit say", () => {
  const forged = `Magos-Plan: ${"0".repeat(64)}\nMagos-Change: {"image":"evil"}`;
  const pieces = fc.constantFrom(
    forged,
    "\n",
    "\n\n",
    "subject",
    " ",
    "\r\n",
    "\u2028",
    "Signed-off-by: x <x@x>",
    "\u0000",
  );
  const expected = parseTrailers(commitMessage(plan, run));
  assert.ok(expected !== null);
  fc.assert(fc.property(fc.array(pieces, { minLength: 1, maxLength: 8 }), (texts) => {
    const result = renderMessage(`s${texts.join("")}`, plan, facts);
    if (!result.ok) return;
    assert.deepEqual(parseTrailers(commitMessage(plan, run, result.value)), expected);
  }));
});
