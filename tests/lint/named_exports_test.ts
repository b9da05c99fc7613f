// Exports of src have names, and the file that declares a name is the one to import it from.
import assert from "node:assert/strict";
import { plugin } from "./plugin.ts";

function findings(source: string, file: string): string[] {
  const filename = new URL(`../../${file}`, import.meta.url).pathname;
  return Deno.lint.runPlugin(plugin, filename, source).map((one) => one.message);
}

for (
  const [source, message] of [
    ["export default function scan() {}", "a default export has no name of its own"],
    ["export default 1;", "a default export has no name of its own"],
    ["export * from './scan.ts';", "`export *` hides where a name comes from"],
    ["export * as all from './scan.ts';", "`export *` hides where a name comes from"],
    ["export type * from './scan.ts';", "`export *` hides where a name comes from"],
  ] as const
) {
  Deno.test(`named-exports refuses ${source}`, () => {
    assert.deepEqual(findings(source, "src/adapters/system/scan.ts"), [message]);
    assert.deepEqual(findings(source, "tests/fakes/scan.ts"), []);
  });
}

Deno.test("named-exports allows exports by name", () => {
  const source = "export function scan() {} export type { Tag } from './tag.ts'; const a = 1; export { a };";
  assert.deepEqual(findings(source, "src/core/plan/scan.ts"), []);
});
