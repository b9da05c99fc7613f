import assert from "node:assert/strict";
import { recipientsOf } from "../../../../src/adapters/secrets/recipients.ts";

const [one, two] = [`age1${"q".repeat(58)}`, `age1${"z".repeat(58)}`];

for (
  const [form, text] of [
    ["YAML", `sops:\n    age:\n        - recipient: ${one}\n          enc: |\n        - recipient: ${two}\n`],
    ["JSON", `{"sops": {"age": [{"recipient": "${one}"}, {"recipient": "${two}"}]}}`],
    ["dotenv", `sops_age__list_0__map_recipient=${one}\nsops_age__list_1__map_recipient=${two}\n`],
    ["ini", `[sops]\nage__list_0__map_recipient = ${one}\nage__list_1__map_recipient = ${two}\n`],
  ] as const
) {
  Deno.test(`recipientsOf() reads the metadata of ${form}`, () => assert.deepEqual(recipientsOf(text), [one, two]));
}

Deno.test("recipientsOf() names PGP keys by fingerprint, and nobody where nobody is named", () => {
  assert.deepEqual(recipientsOf("sops:\n  pgp:\n    - fp: FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4\n"), [
    "PGP FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4",
  ]);
  assert.deepEqual(recipientsOf("a: b"), []);
});
