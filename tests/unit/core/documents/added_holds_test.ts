import assert from "node:assert/strict";
import { refuseHoldsChange } from "../../../../src/core/documents/added_holds.ts";

const one =
  "# kept by people\nholds:\n  - image: ghcr.io/you/app\n    since: 2026-01-01T00:00:00Z\n    reason: broken\n";
const two = `${one}  - image: ghcr.io/you/web\n    since: 2026-02-01T00:00:00Z\n`;

function refusal(before: string | null, after: string): string | null {
  return refuseHoldsChange(".magos/holds.yaml", before, after);
}

Deno.test("refuseHoldsChange() lets holds be added, at the end, at the front, to none", () => {
  assert.equal(refusal(one, two), null);
  assert.equal(refusal(null, one), null);
  assert.equal(refusal("", one), null);
  assert.equal(refusal("holds: []\n", one), null);
  const front = one.replace("holds:\n", "holds:\n  - image: ghcr.io/you/web\n    since: 2026-02-01T00:00:00Z\n");
  assert.equal(refusal(one, front), null);
});

Deno.test("refuseHoldsChange() refuses a hold that is taken out, shortened or lifted", () => {
  assert.match(refusal(two, one) ?? "", /takes out or changes a hold/);
  assert.match(refusal(one, `${one}    until: 2020-01-01T00:00:00Z\n`) ?? "", /takes out or changes a hold/);
  assert.notEqual(refusal(one, one.replace("you/app", "you/other")), null);
  assert.notEqual(refusal(one, "holds: []\n"), null);
  assert.notEqual(refusal(one, ""), null);
  // Two equal holds are two.
  const entry = one.slice(one.indexOf("  - "));
  assert.notEqual(refusal(one + entry, one), null);
});

Deno.test("refuseHoldsChange() refuses to mend or break a file, which holds everything", () => {
  assert.notEqual(refusal("holds: [", one), null);
  assert.notEqual(refusal(one, "holds: ["), null);
  assert.notEqual(refusal("holds: yes\n", one), null);
  assert.notEqual(refusal(one, `${one}other: 1\n`), null);
  assert.notEqual(refusal(one, `${one}---\nholds: []\n`), null);
  assert.notEqual(refusal("- 1\n", one), null);
});
