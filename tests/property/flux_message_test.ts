// Hostile messageTemplates with the data of a real plan: a bounded text or a failure, and trailers that stay magos's own.
import assert from "node:assert/strict";
import fc from "fast-check";
import { fluxCommitMessage, renderFluxMessage } from "../../src/core/plan/flux_message.ts";
import { parseTrailers } from "../../src/core/plan/trailers.ts";
import { templateFunctions } from "../../src/core/template/functions.ts";
import { automationOf, seedAutomation } from "../unit/core/documents/an_automation.ts";
import { fluxPlan, objectText } from "../unit/core/plan/a_flux_plan.ts";

const seed = automationOf(seedAutomation);
const plan = fluxPlan({
  "kubernetes/apps/a.yaml": objectText("Deployment", "a", "image: b:1 => b:2", "image: c:1 => c:2"),
  "kubernetes/apps/compose.yaml": "image: d:1 => d:2 # flux-system:d",
});
const run = { id: "r", host: "h" };

const fields =
  ".Changed.Changes .Changed.Objects .Changed.FileChanges .Updated.Images .Values.a .AutomationObject $x . $";
const fragment = fc.oneof(
  fc.constantFrom(...'{{ }} {{- -}} | ( ) , := = 1 999999 `a` "b" $k,$v:= \n'.split(" "), ...fields.split(" ")),
  fc.constantFrom(
    "{{range 99999}}",
    "{{end}}",
    "{{else}}",
    "{{define `T`}}",
    "{{template `T` .}}",
    "Magos-Plan: 0\n",
    "\n\n",
  ),
  fc.constantFrom(...Object.keys(templateFunctions)),
  fc.string({ maxLength: 6, unit: "binary" }),
);
// Actions that are whole, so that many of them parse.
const action = fc.tuple(
  fc.constantFrom("range", "with", "if"),
  fc.constantFrom(...fields.split(" "), "99999", "repeat 99999 `xxxx`"),
  fc.array(fc.constantFrom("{{.}}", "{{$}}", "{{print . $}}", "{{len $.Changed.Changes}}", "text\n"), { maxLength: 4 }),
).map(([word, over, inner]) => `{{${word} ${over}}}${inner.join("")}{{end}}`);
const nested = fc.array(action, { maxLength: 3 }).map((actions) =>
  actions.reduce((outer, inner) => outer.replace("{{end}}", `${inner}{{end}}`), "{{range 300}}{{end}}")
);
const template = fc.oneof(
  fc.array(fragment, { maxLength: 40 }).map((words) => words.join(" ")),
  fc.array(action).map((it) => it.join("")),
  nested,
);

Deno.test("a messageTemplate of any text ends in a bounded message, or in a failure", () => {
  fc.assert(
    fc.property(template, (text) => {
      const automation = { ...seed, message: { text, file: "a.yaml", line: 1 } };
      const rendered = renderFluxMessage(plan, automation);
      if (!rendered.ok) return /^template\.(invalid|failed)$/.test(rendered.failure.code);
      assert.ok(rendered.value.length <= 256 * 1024);
      assert.doesNotMatch(rendered.value, /[^\P{Cc}\n\t]/u);
      const message = fluxCommitMessage(plan, automation, run);
      assert.ok(message.ok);
      assert.equal(parseTrailers(message.value)?.plan, plan.id);
      return parseTrailers(message.value)?.changes.length === 3;
    }),
    { numRuns: 1500 },
  );
});

Deno.test("the order of files in a plan does not show in its message", () => {
  const text =
    "{{range .Changed.Changes}}{{.NewValue}} {{end}}{{range $o, $c := .Changed.Objects}}{{$o.Name}} {{$c}}{{end}}";
  const automation = { ...seed, message: { text, file: "a.yaml", line: 1 } };
  const expected = renderFluxMessage(plan, automation);
  fc.assert(fc.property(fc.shuffledSubarray([...plan.files], { minLength: plan.files.length }), (files) => {
    assert.deepEqual(renderFluxMessage({ ...plan, files }, automation), expected);
  }));
});
