// Hostile and plain texts against the template language: bounded, and never an exception.
import assert from "node:assert/strict";
import fc from "fast-check";
import { templateFunctions } from "../../src/core/template/functions.ts";
import { parseTemplate } from "../../src/core/template/parse.ts";
import { renderTemplate } from "../../src/core/template/render.ts";
import { TemplateMap } from "../../src/core/template/value.ts";

const names = Object.keys(templateFunctions);
const word = fc.oneof(
  fc.constantFrom(
    ..."{{ }} {{- -}} | ( ) . .a .b $ $x := = , \" ` ' if else end range with define template block break continue nil true 1 -2 0x1f \n /* */"
      .split(" "),
  ),
  fc.constantFrom(...names),
  fc.string({ maxLength: 4 }),
);
const hostile = fc.array(word, { maxLength: 40 }).map((words) => words.join(" "));
const data = new TemplateMap([["a", "x"], ["b", ["1", new TemplateMap([["c", 2]])]]]);

Deno.test("templates of any text end in a bounded text or a failure, never in an exception", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const parsed = parseTemplate(text, { name: "t" }, templateFunctions);
      if (!parsed.ok) return parsed.failure.code === "template.invalid";
      const rendered = renderTemplate(parsed.value, data, "t");
      return rendered.ok ? rendered.value.length <= 256 * 1024 : rendered.failure.code === "template.failed";
    }),
    { numRuns: 3000 },
  );
});

Deno.test("text without actions is rendered as it is", () => {
  fc.assert(fc.property(fc.string().filter((text) => !text.includes("{{")), (text) => {
    const parsed = parseTemplate(text, { name: "t" }, templateFunctions);
    assert.ok(parsed.ok);
    assert.deepEqual(renderTemplate(parsed.value, null, "t"), { ok: true, value: text });
  }));
});
