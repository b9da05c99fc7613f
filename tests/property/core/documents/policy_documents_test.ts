// Whatever stands in a repository: policy documents and cases give values or problems with a place, never an exception.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readPolicyBook } from "../../../../src/core/documents/policy_book.ts";
import { readPolicyCases } from "../../../../src/core/documents/policy_test_cases.ts";

const word = fc.constantFrom(
  "v1",
  "image.toolkit.fluxcd.io/v1",
  "ImagePolicy",
  "ImageRepository",
  "List",
  "app",
  "semver",
  "latest",
  ">=1.0.0",
  "10m",
  "amd64",
  "^v(?P<v>.*)$",
  "(",
  "__proto__",
  "constructor",
  "",
);
const key = fc.constantFrom(
  "apiVersion",
  "kind",
  "metadata",
  "name",
  "namespace",
  "spec",
  "selector",
  "semver",
  "range",
  "policy",
  "filterTags",
  "pattern",
  "image",
  "imageRepositoryRef",
  "constraints",
  "arch",
  "rollout",
  "minAge",
  "items",
  "annotations",
  "cases",
  "tags",
  "expect",
  "current",
  "__proto__",
  "toString",
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    word,
    fc.constantFrom(null, true, 1.5, 2 ** 60),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 5 }),
  ),
}));
const resource = fc.record({
  apiVersion: fc.constantFrom("v1", "image.toolkit.fluxcd.io/v1beta2", "image.toolkit.fluxcd.io/v1"),
  kind: fc.constantFrom("ImagePolicy", "ImageRepository", "List"),
  metadata: fc.oneof(tree, fc.constant({ name: "app", namespace: "apps" })),
  spec: tree,
});

Deno.test("readPolicyBook() gives policies or problems with a place, whatever the documents hold", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(resource, tree), { maxLength: 4 }), (documents) => {
      const text = documents.map((one) => JSON.stringify(one)).join("\n---\n");
      const { book, problems } = readPolicyBook([{ file: "p.yml", text, mayHoldPolicies: true }], {
        fluxVersioning: "flux",
      });
      for (const { file, line, message } of problems) {
        assert.ok(file === "p.yml" && line !== undefined && message !== "");
      }
      for (const { policy } of [...book.magos.values(), ...book.flux.values()]) assert.notEqual(policy.name, "");
    }),
    { numRuns: 300 },
  );
});

Deno.test("readPolicyBook() and readPolicyCases() survive any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      readPolicyBook([{ file: "p.yml", text, mayHoldPolicies: true }], { fluxVersioning: "flux" });
      readPolicyCases(text, "a.yaml");
      readPolicyCases(text, "a.json");
    }),
    { numRuns: 200 },
  );
});

Deno.test("readPolicyCases() gives cases or problems, whatever the document holds, and the same for JSON and YAML", () => {
  fc.assert(
    fc.property(tree, (value) => {
      const text = JSON.stringify(value);
      const { cases, problems } = readPolicyCases(text, "a.json");
      assert.equal(cases.length > 0, problems.length === 0, text);
      assert.equal(readPolicyCases(text, "a.yaml").problems.length === 0, problems.length === 0, text);
    }),
    { numRuns: 300 },
  );
});

Deno.test("readPolicyBook() finds the same policies in any order of the files", () => {
  const files = ["a", "b", "c"].map((name) => ({
    file: `${name}.yml`,
    text: `apiVersion: v1\nkind: ImagePolicy\nmetadata: { name: ${name} }\nspec: { selector: { semver: {} } }\n`,
    mayHoldPolicies: true,
  }));
  fc.assert(fc.property(fc.shuffledSubarray(files, { minLength: 3 }), (shuffled) => {
    const { book } = readPolicyBook(shuffled, { fluxVersioning: "flux" });
    assert.deepEqual([...book.magos.keys()].toSorted(), ["a", "b", "c"]);
  }));
});
