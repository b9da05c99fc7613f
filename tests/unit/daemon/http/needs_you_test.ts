import assert from "node:assert/strict";
import { needsYou, type ProblemView, worthKnowing } from "../../../../src/daemon/http/needs_you.ts";
import type { StackView } from "../../../../src/daemon/http/stack_table.tsx";

function stack(name: string, more: Partial<StackView> = {}): StackView {
  return {
    name,
    kind: "compose",
    state: "current",
    running: "abc",
    since: "2026-01-20T12:00:00Z",
    reason: null,
    waitsFor: null,
    until: null,
    images: [],
    health: { state: "healthy", message: "" },
    ...more,
  };
}

const denied: ProblemView = { severity: "error", message: "the credentials may not push", cure: "a token that may" };

Deno.test("needsYou() is empty while all is well, under way or only worth knowing", () => {
  const stacks = [stack("a"), stack("b", { state: "deploying" }), stack("c", { state: "probing", health: null })];
  assert.deepEqual(needsYou([], [{ ...denied, severity: "warning" }], stacks), []);
});

Deno.test("needsYou() tells an error once, though the daemon is not ready because of it", () => {
  const notReady = ["the last update pass failed: the credentials may not push", "the daemon is stopping"];
  assert.deepEqual(needsYou(notReady, [denied, denied], []), [
    { where: null, what: "the daemon is stopping", cure: null },
    { where: null, what: "the credentials may not push", cure: "a token that may" },
  ]);
});

Deno.test("needsYou() names the place of an error unless its message does", () => {
  const wheres = [
    { ...denied, file: "a.yaml", line: 3 },
    { ...denied, file: "a.yaml" },
    { ...denied, image: "ghcr.io/you/app" },
    { ...denied, host: "ghcr.io", message: "ghcr.io: no such host" },
    { ...denied, host: "quay.io" },
  ].map((problem) => needsYou([], [problem], [])[0]?.where);
  assert.deepEqual(wheres, ["a.yaml:3", "a.yaml", "ghcr.io/you/app", null, "quay.io"]);
});

Deno.test("needsYou() tells of stacks in trouble, those that an error already names only by it", () => {
  const health = { state: "unhealthy", message: "web exited" };
  const stacks = [
    stack("a", { state: "rolled-back", health }),
    stack("b", { state: "rolled-back", health, running: null }),
    stack("c", { state: "failed", health }),
    stack("d", { state: "rolling-back", health: null }),
    stack("e", { health }),
    stack("f", { state: "failed", health }),
    stack("g", { state: "failed", reason: "the pull was refused" }),
    stack("h", { state: "waiting", reason: "its window is closed" }),
  ];
  const told = needsYou([], [{ ...denied, stack: "f" }], stacks);
  assert.deepEqual(told.map(({ where, what }) => `${where} ${what}`), [
    "a it was rolled back: web exited",
    "b nothing of it runs: web exited",
    "c it is not as git says: web exited",
    "d it is being rolled back",
    "e it is not healthy: web exited",
    "g it is not as git says: the pull was refused",
    "f the credentials may not push",
  ]);
});

Deno.test("worthKnowing() is what is no error, each once", () => {
  const note: ProblemView = { severity: "warning", message: "the clock differs" };
  assert.deepEqual(worthKnowing([denied, note, note]), [{ where: null, what: "the clock differs", cure: null }]);
});
