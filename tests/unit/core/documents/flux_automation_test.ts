// Flux's ImageUpdateAutomation, field by field, and what is told of one that is wrong.
import assert from "node:assert/strict";
import { normalisePath } from "../../../../src/core/documents/flux_automation.ts";
import type { Automation } from "../../../../src/core/model/automation.ts";
import { timeFunctions } from "../../../../src/core/template/calendar.ts";
import { parseTemplate } from "../../../../src/core/template/parse.ts";
import { renderTemplate } from "../../../../src/core/template/render.ts";
import { bookOf, short } from "./a_book.ts";
import { automationOf, automationText, seedAutomation } from "./an_automation.ts";

Deno.test("readFluxAutomation() reads an automation whole", () => {
  assert.deepEqual(automationOf(seedAutomation), {
    key: "flux-system:image-updates",
    file: "policies/p.yml",
    line: 1,
    path: "kubernetes/apps",
    namespace: "flux-system",
    name: "image-updates",
    apiVersion: "v1beta2",
    intervalSeconds: 43_200,
    suspended: false,
    source: "flux-system:flux-system",
    checkout: { kind: "branch", value: "main" },
    author: { name: "flux-image-bot", email: "flux@home-infra.net" },
    signingKey: null,
    message: {
      text: "chore(images): update {{range .Changed.Changes}}{{.OldValue}} -> {{.NewValue}} {{end}}\n",
      file: "policies/p.yml",
      line: 19,
    },
    values: {},
    push: {
      branch: { text: 'image-updates/{{ now "2006-w02" }}', file: "policies/p.yml", line: 22 },
      refspec: null,
      options: {},
    },
    selector: { labels: {}, expressions: [] },
  });
});

Deno.test("readFluxAutomation() notes that w02 is taken as the ISO week", () => {
  assert.deepEqual(bookOf(seedAutomation).problems.map((it) => [it.severity, short(it)]), [[
    "warning",
    '22:15 flux.week_layout "w02" is understood as the ISO week; to Go it is the day of the month after a w -> ' +
    'write "{{ isoYear }}-w{{ isoWeek }}" to say so',
  ]]);
});

const fields: readonly (readonly [spec: string, git: string, commit: string, expected: Partial<Automation>])[] = [
  ["", "", "", { path: "", checkout: null, message: null, intervalSeconds: 1800, apiVersion: "v1" }],
  ["", "", "", { author: { name: "bot", email: "bot@example.org" } }],
  [", suspend: true", "", "", { suspended: true }],
  [", update: { path: / }", "", "", { path: "" }],
  [", update: { path: ./a//b/../c/ }", "", "", { path: "a/c" }],
  [", update: { path: /apps }", "", "", { path: "apps" }],
  [", update: { strategy: Setters }", "", "", { path: "" }],
  ["", ", push: { branch: b, refspec: 'refs/heads/b:refs/heads/c', options: { merge_request.create: '' } }", "", {
    push: {
      branch: { text: "b", file: "policies/p.yml", line: 6 },
      refspec: "refs/heads/b:refs/heads/c",
      options: { "merge_request.create": "" },
    },
  }],
  ["", ", checkout: { ref: { branch: b, tag: v1, commit: abc } }, push: { branch: b }", "", {
    checkout: { kind: "commit", value: "abc" },
  }],
  ["", ", checkout: { ref: { branch: b, semver: '>=1 <2', tag: v1 } }, push: { branch: b }", "", {
    checkout: { kind: "tag", value: "v1" },
  }],
  ["", "", ", signingKey: { secretRef: { name: k } }", { signingKey: { type: "gpg", secret: "flux-system:k" } }],
  ["", "", ", signingKey: { type: ssh, secretRef: { name: k } }", {
    signingKey: { type: "ssh", secret: "flux-system:k" },
  }],
  ["", "", ", messageTemplateValues: { cluster: home }", { values: { cluster: "home" } }],
  [", policySelector: { matchLabels: { tier: web } }", "", "", {
    selector: { labels: { tier: "web" }, expressions: [] },
  }],
  [
    ", policySelector: { matchExpressions: [{ key: a, operator: In, values: [b] }, { key: c, operator: Exists }] }",
    "",
    "",
    {
      selector: {
        labels: {},
        expressions: [{ key: "a", operator: "In", values: ["b"] }, { key: "c", operator: "Exists", values: [] }],
      },
    },
  ],
];

for (const [spec, git, commit, expected] of fields) {
  Deno.test(`readFluxAutomation() reads ${spec}${git}${commit || "the least that it may say"}`, () => {
    const automation = automationOf(automationText(spec, git, commit));
    for (const [key, value] of Object.entries(expected)) {
      assert.deepEqual(automation[key as keyof Automation], value, key);
    }
  });
}

for (const version of ["v1beta1", "v1beta2", "v1"] as const) {
  Deno.test(`readFluxAutomation() reads ${version}`, () => {
    assert.equal(automationOf(automationText("", "", "", version)).apiVersion, version);
  });
}

const wrong: readonly (readonly [spec: string, git: string, commit: string, problem: string])[] = [
  [", updates: {}", "", "", '6:62 flux.unknown_key unknown key "spec.updates" -> did you mean "update"?'],
  ["", ", pusch: {}", "", '6:60 flux.unknown_key unknown key "spec.git.pusch" -> did you mean "push"?'],
  ["", ", push: { branche: x }", "", 'unknown key "spec.git.push.branche" -> did you mean "branch"?'],
  [", update: { strategy: Kustomize }", "", "", '"spec.update.strategy": must be "Setters"'],
  [", update: { path: ../other }", "", "", 'file.outside "spec.update.path": ../other leads out of the repository'],
  [", policySelector: { matchExpressions: [{ key: a, operator: In }] }", "", "", "In needs values"],
  [
    ", policySelector: { matchExpressions: [{ key: a, operator: Exists, values: [b] }] }",
    "",
    "",
    "Exists takes no values",
  ],
  ["", "", ", messageTemplateValues: { n: 1 }", "put it in quotes"],
  ["", ", checkout: { ref: { tag: v1 } }", "", 'no branch to push to: what is checked out is a tag, and "push.branch"'],
  [
    "",
    ", push: { branch: '{{ nosuch }}' }",
    "",
    '6:80 template.invalid spec.git.push.branch: line 6, column 80: there is no function "nosuch"',
  ],
  [
    "",
    "",
    ', messageTemplate: "{{ uuidv4 }}"',
    "6:79 template.invalid spec.git.commit.messageTemplate: line 6, column 79: there is no function",
  ],
];

for (const [spec, git, commit, problem] of wrong) {
  Deno.test(`readFluxAutomation() refuses ${spec}${git}${commit}, and keeps what it claims`, () => {
    const { automations, problems } = bookOf(automationText(spec, git, commit));
    assert.ok(problems.map(short).join("\n").includes(problem), problems.map(short).join("\n"));
    assert.deepEqual(automations.automations, []);
    assert.deepEqual(automations.broken, [{ key: "flux-system:auto", file: "policies/p.yml", line: 1, path: "" }]);
  });
}

Deno.test("readFluxAutomation() wants a GitRepository as its source", () => {
  const { problems } = bookOf(seedAutomation.replace("GitRepository", "OCIRepository"));
  assert.match(problems.map(short).join("\n"), /9:11 flux\.invalid "spec\.sourceRef\.kind": must be "GitRepository"/);
});

Deno.test("readFluxAutomation() tells a slip in a block by its line and column in the file", () => {
  const { problems } = bookOf(seedAutomation.replace("chore(images): update", "one\n\n        two {{ lowr `A` }}"));
  const [problem] = problems.filter(({ code }) => code === "template.invalid");
  assert.ok(problem !== undefined);
  assert.deepEqual([problem.line, problem.column], [22, 16]);
});

for (
  const [template, line, column] of [["{{ .Updated.Files }}", 20, 12], [
    "{{ if true }}{{ $.Updated }}{{ end }}",
    20,
    26,
  ]] as const
) {
  Deno.test(`readFluxAutomation() refuses ${template} in v1, where Flux removed it, and takes it in older ones`, () => {
    const text = seedAutomation.replace("chore(images): update", template);
    const [problem] = bookOf(text.replace("v1beta2", "v1")).problems.filter(({ code }) => code === "template.invalid");
    assert.deepEqual([problem?.line, problem?.column], [line, column]);
    assert.match(problem?.message ?? "", /v1 of Flux has no \.Updated/);
    assert.equal(automationOf(text).apiVersion, "v1beta2");
  });
}

Deno.test("readPolicyBook() takes the ref of the GitRepository where the automation says none", () => {
  const source = `---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: flux-system, namespace: flux-system }
spec: { interval: 1m, url: "https://example.org/r.git", ref: { branch: trunk } }
`;
  const { automations, problems } = bookOf(automationText() + source);
  assert.deepEqual(automations.automations[0]?.checkout, { kind: "branch", value: "trunk" });
  assert.match(
    problems.map(short).join(),
    /^11:28 flux\.ignored "spec\.url" of GitRepository is left out: .*repo\.url/,
  );
  assert.deepEqual(bookOf(source).problems, []);
});

Deno.test("readPolicyBook() uses neither of two automations of one name, and keeps what both claim", () => {
  const text = [", update: { path: a }", ", update: { path: b }"].map((spec) => automationText(spec)).join("---\n");
  const { automations, problems } = bookOf(text);
  assert.deepEqual(problems.map(({ code }) => code), ["policy.duplicate"]);
  assert.deepEqual(automations.automations, []);
  assert.deepEqual(automations.broken.map(({ path }) => path), ["a", "b"]);
});

Deno.test("readPolicyBook() lets nothing else take what an automation in a broken file may govern", () => {
  const { automations } = bookOf(`${automationText()}broken: [`);
  assert.deepEqual(automations.broken, [
    { key: "an automation in policies/p.yml", file: "policies/p.yml", line: 1, path: "" },
  ]);
});

Deno.test("normalisePath() keeps to the repository", () => {
  const rows = [["", ""], [".", ""], ["./", ""], ["a/./b/", "a/b"], ["a/..", ""], ["..", null], [
    "a/../..",
    null,
  ]] as const;
  for (const [path, normal] of rows) assert.equal(normalisePath(path), normal, path);
});

Deno.test("a branch with w02 in its layout is that of the ISO week, across new years", () => {
  const branch = automationOf(seedAutomation).push.branch?.text ?? "";
  const weeks = [["2026-01-20", "2026-w04"], ["2027-01-03", "2026-w53"], ["2027-01-04", "2027-w01"], [
    "2025-12-29",
    "2026-w01",
  ]] as const;
  for (const [day, week] of weeks) {
    const functions = timeFunctions(Date.parse(`${day}T12:00:00Z`), "UTC");
    const parsed = parseTemplate(branch, { name: "branch" }, functions);
    assert.ok(parsed.ok);
    assert.deepEqual(renderTemplate(parsed.value, null, "branch"), { ok: true, value: `image-updates/${week}` });
  }
});
