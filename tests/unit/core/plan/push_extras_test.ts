import assert from "node:assert/strict";
import type { Automation } from "../../../../src/core/model/automation.ts";
import { everything } from "../../../../src/core/documents/label_selector.ts";
import { automationBase } from "../../../../src/core/plan/automation_base.ts";
import { joinExtras, pushExtras } from "../../../../src/core/plan/push_extras.ts";

function automation(more: Partial<Automation> = {}): Automation {
  return {
    key: "flux-system:a",
    file: "a.yaml",
    line: 1,
    path: "",
    namespace: "flux-system",
    name: "a",
    apiVersion: "v1",
    intervalSeconds: 60,
    suspended: false,
    source: "flux-system:flux-system",
    checkout: null,
    author: { name: "bot", email: "bot@example.org" },
    signingKey: null,
    message: null,
    values: {},
    push: { branch: null, refspec: null, options: {} },
    selector: everything,
    ...more,
  };
}

function refsOf(refspec: string, branch = "updates"): readonly string[] | string {
  const read = pushExtras(automation({ push: { branch: null, refspec, options: {} } }), branch);
  return read.ok ? read.value.refs : read.failure.code;
}

Deno.test("pushExtras() takes a refspec that gives the new commit a second place", () => {
  assert.deepEqual(refsOf("HEAD:refs/for/main"), ["refs/for/main"]);
  assert.deepEqual(refsOf("updates:copy"), ["refs/heads/copy"]);
  assert.deepEqual(refsOf("refs/heads/updates:refs/heads/copy"), ["refs/heads/copy"]);
  assert.deepEqual(refsOf("HEAD:updates"), [], "the branch itself is pushed anyway");
  assert.deepEqual(refsOf("updates"), []);
});

Deno.test("pushExtras() refuses to force, delete, mirror, or push what it has not made", () => {
  for (
    const refspec of ["+HEAD:copy", ":copy", "main:copy", "refs/*:refs/*", "HEAD:a:b", "HEAD:..", "HEAD:-f", "HEAD:"]
  ) {
    assert.equal(refsOf(refspec), "flux.unsupported", refspec);
  }
});

Deno.test("pushExtras() writes options as git sends them, and none that would break a line", () => {
  const options = { "merge_request.create": "", topic: "a=b" };
  const read = pushExtras(automation({ push: { branch: null, refspec: null, options } }), "updates");
  assert.deepEqual(read.ok && read.value.options, ["merge_request.create", "topic=a=b"]);
  for (const odd of [{ "a\nb": "" }, { a: "b\0c" }, { "": "x" }, { "": "" }, { a: "x".repeat(1000) }] as const) {
    assert.ok(!pushExtras(automation({ push: { branch: null, refspec: null, options: odd } }), "updates").ok);
  }
  const extras = [{ options: ["a"], refs: [] }, { options: ["a", "b"], refs: ["refs/heads/x"] }];
  assert.deepEqual(joinExtras(extras), { options: ["a", "b"], refs: ["refs/heads/x"] });
});

Deno.test("automationBase() begins at branches, by name or whole ref, and nowhere else", () => {
  const at = (kind: "commit" | "name" | "tag" | "semver" | "branch", value: string): string | null | undefined => {
    const base = automationBase(automation({ checkout: { kind, value } }));
    return base.kind === "branch" ? base.branch : undefined;
  };
  assert.deepEqual(automationBase(automation()), { kind: "branch", branch: null });
  assert.equal(at("branch", "staging"), "staging");
  assert.equal(at("name", "refs/heads/a/b"), "a/b");
  for (
    const [kind, value] of [["name", "refs/tags/v1"], ["tag", "v1"], ["semver", "1.x"], ["branch", "a..b"]] as const
  ) {
    assert.equal(at(kind, value), undefined, `${kind} ${value}`);
  }
});
