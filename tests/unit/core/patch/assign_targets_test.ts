// Which automation of Flux a marked value belongs to.
import assert from "node:assert/strict";
import type { Automation, AutomationClaim } from "../../../../src/core/model/automation.ts";
import type { Target } from "../../../../src/core/model/decision.ts";
import type { LabelExpression, Labels } from "../../../../src/core/model/labels.ts";
import { assignTargets, missingPaths } from "../../../../src/core/patch/assign_targets.ts";
import { governs } from "../../../../src/core/patch/governs.ts";
import { sampleTarget } from "../../../fakes/sample_decision.ts";
import { automationOf, automationText } from "../documents/an_automation.ts";
import { fluxPolicy } from "./flux_cases.ts";

const plain = automationOf(automationText());

function automation(more: Partial<Automation> = {}): Automation {
  return { ...plain, ...more };
}

function target(file: string, name = "app", namespace = "flux-system", marker: Target["marker"] = "flux"): Target {
  return sampleTarget({ file, marker, policy: fluxPolicy({ name, namespace }).policy });
}

const paths: readonly (readonly [path: string, file: string, isGoverned: boolean])[] = [
  ["", "compose.yaml", true],
  ["apps", "apps/web/deploy.yaml", true],
  ["apps", "apps.yaml", false],
  ["apps", "apps2/web.yaml", false],
  ["apps/web.yaml", "apps/web.yaml", true],
  ["apps/web.yaml", "apps/web.yaml.d/a.yaml", false],
];

for (const [path, file, isGoverned] of paths) {
  Deno.test(`governs() is ${isGoverned} for ${file} and the path "${path}"`, () => {
    assert.equal(governs(automation({ path }), target(file), {}), isGoverned);
  });
}

Deno.test("governs() takes Flux markers alone", () => {
  assert.ok(!governs(plain, target("a.yaml", "app", "flux-system", "magos"), {}));
  assert.ok(!governs(plain, target("a.yaml", "app", "flux-system", "app"), {}));
});

Deno.test("governs() asks for the automation's own namespace only when it is to be strict", () => {
  assert.ok(governs(plain, target("a.yaml", "app", "other"), {}));
  assert.ok(!governs(plain, target("a.yaml", "app", "other"), {}, true));
  assert.ok(governs(plain, target("a.yaml"), {}, true));
});

const selectors:
  readonly (readonly [operator: LabelExpression["operator"], values: string[], labels: Labels, boolean])[] = [
    ["In", ["web", "db"], { tier: "db" }, true],
    ["In", ["web"], { tier: "db" }, false],
    ["In", ["web"], {}, false],
    ["NotIn", ["web"], { tier: "db" }, true],
    ["NotIn", ["web"], { tier: "web" }, false],
    ["NotIn", ["web"], {}, true],
    ["Exists", [], { tier: "" }, true],
    ["Exists", [], {}, false],
    ["DoesNotExist", [], {}, true],
    ["DoesNotExist", [], { tier: "x" }, false],
  ];

for (const [operator, values, labels, isGoverned] of selectors) {
  Deno.test(`governs() is ${isGoverned} for ${JSON.stringify(labels)} where tier is ${operator} [${values}]`, () => {
    const selector = { labels: {}, expressions: [{ key: "tier", operator, values }] };
    assert.equal(governs(automation({ selector }), target("a.yaml"), labels), isGoverned);
  });
}

Deno.test("governs() wants all labels that matchLabels names, and finds none in what objects inherit", () => {
  const selector = { labels: { a: "1", b: "2" }, expressions: [] };
  assert.ok(governs(automation({ selector }), target("a.yaml"), { a: "1", b: "2", c: "3" }));
  assert.ok(!governs(automation({ selector }), target("a.yaml"), { a: "1" }));
  const inherited = { labels: {}, expressions: [{ key: "constructor", operator: "Exists" as const, values: [] }] };
  assert.ok(!governs(automation({ selector: inherited }), target("a.yaml"), {}));
});

const policies = new Map(
  ["flux-system:app", "flux-system:db", "other:app"].map((key) => {
    const [namespace = "", name = ""] = key.split(":");
    const labels: Labels = name === "db" ? { tier: "db" } : {};
    const { flux: _, ...named } = fluxPolicy({ namespace, name });
    const origin = { repository: key, scanSeconds: null, digestSeconds: null, insecure: false, secret: null };
    return [key, { ...named, flux: { ...origin, labels, certSecret: null } }] as const;
  }),
);

function assigned(
  targets: readonly Target[],
  automations: readonly Automation[],
  isStrict = false,
  broken: readonly AutomationClaim[] = [],
): {
  readonly runs: readonly string[][];
  readonly staying: string[];
  readonly rest: string[];
  readonly problems: string[];
} {
  const found = targets.map((one) => ({ target: one }));
  const { runs, staying, rest, problems } = assignTargets(found, { automations, broken }, policies, isStrict);
  const named = (list: readonly { readonly target: Target }[]): string[] => list.map((it) => it.target.file);
  return {
    runs: runs.map((run) => [run.automation.key, ...named(run.found)]),
    staying: named(staying),
    rest: named(rest),
    problems: problems.map(({ severity, code, file }) => `${severity} ${code} ${file}`),
  };
}

Deno.test("assignTargets() gives each value to every automation that covers it, and the rest to update", () => {
  const one = automation({ key: "ns:one", path: "apps" });
  const two = automation({ key: "ns:two", path: "apps/db" });
  const targets = [
    target("apps/a.yaml"),
    target("apps/db/b.yaml"),
    target("c.yaml"),
    target("apps/m.yaml", "app", "x", "magos"),
  ];
  assert.deepEqual(assigned(targets, [one, two]), {
    runs: [["ns:one", "apps/a.yaml", "apps/db/b.yaml"], ["ns:two", "apps/db/b.yaml"]],
    staying: [],
    rest: ["c.yaml", "apps/m.yaml"],
    problems: [],
  });
});

Deno.test("assignTargets() leaves values alone whose automation is suspended or broken", () => {
  const suspended = automation({ key: "ns:s", path: "s", suspended: true });
  const broken = { key: "ns:b", file: "f.yaml", line: 1, path: "b" };
  const targets = [target("s/a.yaml"), target("b/a.yaml"), target("b/m.yaml", "app", "x", "magos"), target("c.yaml")];
  assert.deepEqual(assigned(targets, [suspended], false, [broken]), {
    runs: [],
    staying: ["s/a.yaml", "b/a.yaml"],
    rest: ["b/m.yaml", "c.yaml"],
    problems: [],
  });
  const well = automation({ key: "ns:w" });
  assert.deepEqual(assigned(targets.slice(0, 2), [suspended, well], false, [broken]).runs, [[
    "ns:w",
    "s/a.yaml",
    "b/a.yaml",
  ]]);
});

Deno.test("assignTargets() warns once of a policy in another namespace, and refuses it when it is to be strict", () => {
  const targets = [target("a.yaml", "app", "other"), target("b.yaml", "app", "other"), target("c.yaml")];
  assert.deepEqual(assigned(targets, [plain]), {
    runs: [["flux-system:auto", "a.yaml", "b.yaml", "c.yaml"]],
    staying: [],
    rest: [],
    problems: ["warning flux.foreign_namespace a.yaml"],
  });
  assert.deepEqual(assigned(targets, [plain], true), {
    runs: [["flux-system:auto", "c.yaml"]],
    staying: ["a.yaml", "b.yaml"],
    rest: [],
    problems: ["error flux.foreign_namespace a.yaml", "error flux.foreign_namespace b.yaml"],
  });
});

Deno.test("assignTargets() tells of a policy that the selector leaves out", () => {
  const selector = { labels: { tier: "db" }, expressions: [] };
  assert.deepEqual(assigned([target("a.yaml"), target("b.yaml"), target("c.yaml", "db")], [automation({ selector })]), {
    runs: [["flux-system:auto", "c.yaml"]],
    staying: [],
    rest: ["a.yaml", "b.yaml"],
    problems: ["warning flux.not_selected a.yaml"],
  });
});

Deno.test("missingPaths() names automations whose path is not there", () => {
  const book = { automations: [automation({ path: "apps" }), automation({ path: "", key: "ns:all" })], broken: [] };
  assert.deepEqual(missingPaths(book, ["apps/a.yaml"]), []);
  assert.deepEqual(missingPaths(book, ["app/a.yaml"]).map(({ code, file, line }) => [code, file, line]), [
    ["flux.missing_path", "policies/p.yml", 1],
  ]);
});
