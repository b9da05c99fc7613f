// Many documents in many files to one book of policies.
import assert from "node:assert/strict";
import { type PolicyFile, readPolicyBook } from "../../../../src/core/documents/policy_book.ts";
import { bookOf, fluxPolicy, fluxRepository, magosPolicy, short } from "./a_book.ts";

const semver = 'policy: { semver: { range: ">=1.0.0" } }';
const any = "{ selector: { semver: {} } }";

function read(files: Readonly<Record<string, string>>, elsewhere: Readonly<Record<string, string>> = {}) {
  const list: PolicyFile[] = [
    ...Object.entries(files).map(([file, text]) => ({ file, text, mayHoldPolicies: true })),
    ...Object.entries(elsewhere).map(([file, text]) => ({ file, text, mayHoldPolicies: false })),
  ];
  return readPolicyBook(list, { fluxVersioning: "flux" });
}

Deno.test("readPolicyBook() reads both forms side by side, many documents a file", () => {
  const { book, problems } = read({
    "policies/a.yml": `${magosPolicy(any, "a")}---\n${magosPolicy(any, "b")}---\n${fluxPolicy(semver)}`,
    "policies/b.yml": magosPolicy(any, "c"),
  });
  assert.deepEqual(problems, []);
  assert.deepEqual([...book.magos.keys()], ["a", "b", "c"]);
  assert.deepEqual([...book.flux.keys()], ["apps:app"]);
  assert.equal(book.magos.get("b")?.policy.source, "policies/a.yml:6");
});

Deno.test("readPolicyBook() ignores other kinds, other groups and documents that are no resources", () => {
  const text = `services: { web: { image: "ghcr.io/you/app:1" } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: a }
spec: {}
---
apiVersion: config.openshift.io/v1alpha1
kind: ImagePolicy
metadata: { name: a }
spec: { scopes: [] }
---
- a list
---
just text
---
`;
  const { book, problems } = bookOf(text);
  assert.deepEqual([problems, book.magos.size, book.flux.size], [[], 0, 0]);
});

Deno.test("readPolicyBook() tells the kind that was probably meant, and a version that does not exist", () => {
  const slip = magosPolicy(any).replace("kind: ImagePolicy", "kind: ImagePolcy");
  assert.deepEqual(bookOf(slip).problems.map(short), [
    '2:7 policy.invalid unknown kind "ImagePolcy" -> did you mean "ImagePolicy"?',
  ]);
  const version = magosPolicy(any).replace("apiVersion: v1", "apiVersion: v2");
  assert.match(bookOf(version).problems.map(short).join(), /^1:13 policy\.invalid "v2" is no version of ImagePolicy/);
});

Deno.test("readPolicyBook() unpacks lists and tells places inside of them", () => {
  const text = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ImagePolicy
    metadata: { name: good }
    spec: { selector: { semver: {} } }
  - apiVersion: v1
    kind: ImagePolicy
    metadata: { name: bad }
    spec:
      selector: { semver: { rang: "1" } }
`;
  const { book, problems } = bookOf(text);
  assert.deepEqual([...book.magos.keys()], ["good"]);
  assert.equal(book.magos.get("good")?.line, 4);
  assert.deepEqual(problems.map(short), [
    '12:29 policy.unknown_key unknown key "spec.selector.semver.rang" -> did you mean "range"?',
  ]);
});

Deno.test("readPolicyBook() is not led astray by lists of lists", () => {
  let text = "apiVersion: v1\nkind: ImagePolicy\nmetadata: { name: deep }\nspec: { selector: { semver: {} } }";
  for (let depth = 0; depth < 60; depth++) {
    text = `kind: List\nitems:\n- ${text.split("\n").join("\n  ")}`;
  }
  assert.equal(bookOf(text).book.magos.size, 0);
});

Deno.test("readPolicyBook() lets a bad document hide no other", () => {
  const { book, problems } = bookOf(`${magosPolicy("{}", "bad")}---\n${magosPolicy(any, "good")}`);
  assert.deepEqual([...book.magos.keys()], ["good"]);
  assert.deepEqual(problems.map(({ code, policy, line }) => [code, policy, line]), [["policy.invalid", "bad", 4]]);
});

Deno.test("readPolicyBook() tells a file of policies that does not parse, and reads the others", () => {
  const { book, problems } = read({ "policies/a.yml": "kind: [", "policies/b.yml": magosPolicy(any) });
  assert.deepEqual(problems.map(({ code, file }) => [code, file]), [["file.unparsable", "policies/a.yml"]]);
  assert.equal(book.magos.size, 1);
});

Deno.test("readPolicyBook() reads Flux resources of any file, and policies of magos only where policies are kept", () => {
  const { book, problems } = read({}, {
    "apps/flux.yaml": fluxPolicy(semver),
    "apps/magos.yaml": magosPolicy(any),
    "apps/chart.yaml": "{{ helm }}: [",
  });
  assert.deepEqual(problems, []);
  assert.deepEqual([book.magos.size, book.flux.size], [0, 1]);
});

Deno.test("readPolicyBook() uses neither of two policies of one name that differ", () => {
  const { book, problems } = read({
    "policies/a.yml": magosPolicy(any),
    "policies/b.yml": magosPolicy("{ selector: { semver: { range: ^1 } } }"),
  });
  assert.equal(book.magos.size, 0);
  assert.deepEqual(problems.map(({ code, severity, file, line, column }) => [code, severity, file, line, column]), [
    ["policy.duplicate", "error", "policies/b.yml", 3, 19],
  ]);
  assert.match(problems[0]?.message ?? "", /policies\/a\.yml:1/);
});

Deno.test("readPolicyBook() uses the first of two policies that say the same, and says so", () => {
  const { book, problems } = read({ "policies/a.yml": magosPolicy(any), "policies/b.yml": magosPolicy(any) });
  assert.equal(book.magos.get("app")?.file, "policies/a.yml");
  assert.deepEqual(problems.map(({ code, severity }) => [code, severity]), [["policy.duplicate", "warning"]]);
});

Deno.test("readPolicyBook() holds repositories and policies of Flux apart by namespace", () => {
  const other = fluxPolicy(semver).replaceAll("namespace: apps", "namespace: media");
  assert.deepEqual([...bookOf(`${fluxPolicy(semver)}---\n${other}`).book.flux.keys()], ["apps:app", "media:app"]);
});

Deno.test("readPolicyBook() finds the repository in another file and another namespace", () => {
  const [repository = "", policy = ""] = fluxPolicy(semver, "name: app, namespace: media").split("---\n");
  const { book, problems } = read({}, { "z.yaml": repository, "a.yaml": policy });
  assert.deepEqual(problems, []);
  assert.equal(book.flux.get("media:app")?.image, "ghcr.io/you/app");
});

const unbound: readonly (readonly [what: string, repository: string, message: RegExp])[] = [
  ["is not there", "", /there is no ImageRepository apps:app$/],
  ["has another name", fluxRepository("image: ghcr.io/you/app", "apq"), /there is no ImageRepository apps:app$/],
  ["is not valid", fluxRepository("image: https://x"), /the ImageRepository apps:app cannot be used$/],
  [
    "stands there twice, differently",
    `${fluxRepository("image: you/a")}---\n${fluxRepository("image: you/b")}`,
    /the ImageRepository apps:app cannot be used$/,
  ],
];

for (const [what, repository, message] of unbound) {
  Deno.test(`readPolicyBook() does not use a policy of Flux whose repository ${what}`, () => {
    const policy = fluxPolicy(semver).split("---\n")[1] ?? "";
    const { book, problems } = bookOf(`${repository}---\n${policy}`);
    assert.equal(book.flux.size, 0);
    const told = problems.filter(({ code }) => code === "policy.unknown_repository");
    assert.equal(told.length, 1);
    assert.match(told[0]?.message ?? "", message);
    assert.equal(told[0]?.policy, "app");
  });
}

Deno.test("readPolicyBook() expands aliases, and refuses a document in which they run wild", () => {
  const alias = `apiVersion: v1
kind: ImagePolicy
metadata: { name: app }
x: 1
`.replace("x: 1\n", "spec: { selector: { semver: { range: &r ^1 } }, filterTags: { pattern: *r } }\n");
  assert.equal(bookOf(alias).book.magos.get("app")?.policy.filter, "^1");
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
kind: ImagePolicy
spec: *d
`;
  const { book, problems } = bookOf(`${bomb}---\n${magosPolicy(any)}`);
  assert.deepEqual(problems.map(({ code }) => code), ["file.unparsable"]);
  assert.equal(book.magos.size, 1);
});
