import assert from "node:assert/strict";
import { readConfigFile } from "../../../../src/core/documents/config_layer.ts";
import { branchPrefix, renderBranch } from "../../../../src/core/template/branch_template.ts";
import type { DeliveryMoment } from "../../../../src/core/template/delivery_functions.ts";

const usual = "image-updates/{{ isoYear }}-w{{ isoWeek }}";
const moment: DeliveryMoment = { now: Date.UTC(2026, 0, 20, 12), timeZone: "UTC", group: null };

function named(text: string, more: Partial<DeliveryMoment> = {}): string {
  const result = renderBranch(text, { ...moment, ...more });
  return result.ok ? result.value : result.failure.code;
}

Deno.test("renderBranch() writes the ISO week of the time zone, in two digits", () => {
  const rows: readonly (readonly [number, string, string])[] = [
    [Date.UTC(2026, 0, 20), "UTC", "2026-w04"],
    [Date.UTC(2026, 11, 31), "UTC", "2026-w53"],
    [Date.UTC(2027, 0, 3, 23), "UTC", "2026-w53"],
    [Date.UTC(2027, 0, 3, 23), "Europe/Berlin", "2027-w01"],
    [Date.UTC(2024, 11, 30), "UTC", "2025-w01"],
    [Date.UTC(2023, 0, 1), "UTC", "2022-w52"],
  ];
  for (const [now, timeZone, week] of rows) assert.equal(named(usual, { now, timeZone }), `image-updates/${week}`);
});

Deno.test("renderBranch() takes groups with what git would refuse replaced, and calls none `ungrouped`", () => {
  assert.equal(named("u/{{ group }}", { group: "web" }), "u/web");
  assert.equal(named("u/{{ group }}", { group: "my apps/../x.lock~1" }), "u/my-apps-x-lock-1");
  assert.equal(named("u/{{ group }}", { group: "überall_1-2" }), "u/überall_1-2");
  assert.equal(named("u/{{ group }}"), "u/ungrouped");
  assert.equal(named("u{{ if ne group `ungrouped` }}/{{ group }}{{ end }}"), "u");
});

Deno.test("renderBranch() refuses what git would, and what is no template", () => {
  for (const text of ["a..b", "-x", "a b", "x/", "@", "a.lock", "a\u0007", "refs~1", "{{ `` }}", "x".repeat(201)]) {
    assert.equal(named(text), "config.invalid_value", text);
  }
  assert.equal(named("{{ week }}"), "template.invalid");
  assert.equal(named("{{ index 1 2 }}"), "template.failed");
});

Deno.test("branchPrefix() is the text before the first action", () => {
  assert.equal(branchPrefix(usual), "image-updates/");
  assert.equal(branchPrefix("updates"), "updates");
  assert.equal(branchPrefix("{{ isoYear }}/x"), "");
});

Deno.test("readConfigFile() tells of a wrong template where it stands, in its own code", () => {
  const problemsOf = (text: string): unknown =>
    readConfigFile(text, "c.yaml", {}).problems.map(({ code, line, message }) => [code, line, message]);
  assert.deepEqual(problemsOf(`update: { branch: "${usual}", commit: { message: "{{ .x }}" } }\n`), []);
  assert.deepEqual(problemsOf('update:\n  branch: "x/{{ foo }}"\n'), [
    ["template.invalid", 2, '"update.branch": line 1, column 6: there is no function "foo"'],
  ]);
  assert.deepEqual(problemsOf('update:\n  branch: "x..{{ isoWeek }}"\n'), [
    ["config.invalid_value", 2, '"update.branch": "x..05" is not a branch name'],
  ]);
  assert.deepEqual(problemsOf("update:\n  commit:\n    message: |\n      a\n      {{ if }}\n"), [
    ["template.invalid", 3, '"update.commit.message": line 2, column 1: a value is missing'],
  ]);
});
