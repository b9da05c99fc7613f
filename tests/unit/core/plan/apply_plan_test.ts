import assert from "node:assert/strict";
import type { Hold } from "../../../../src/core/model/hold.ts";
import type { StackContent, StackRow } from "../../../../src/core/model/stack.ts";
import { planApply } from "../../../../src/core/plan/apply_plan.ts";
import type { ApplyInput, StackPlan } from "../../../../src/core/plan/stack_plan.ts";
import type { Container } from "../../../../src/core/ports/engine.ts";
import { contentOf, runningAfter, sampleStack } from "../../../fakes/stack_tree.ts";
import { sampleStackRow } from "../../../fakes/sample_stack_row.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

function content(name: string, image = digest("a"), changes: Parameters<typeof sampleStack>[0] = {}): StackContent {
  const compose = `stacks/${name}/compose.yaml`;
  return contentOf(
    { [compose]: `services: { app: { image: 'ghcr.io/you/${name}@${image}' } }` },
    sampleStack({ name, compose, ...changes }),
  );
}

function row(of: StackContent, changes: Partial<StackRow> = {}): StackRow {
  const images = new Map(of.services.map(({ name, image }) => [
    name,
    { written: image, digests: image?.digest ? [image.digest] : [] },
  ]));
  const version = { revision: "a".repeat(40), hash: of.hash };
  return sampleStackRow(of.stack.name, { project: of.project, images, ...changes }, version);
}

function plan(input: Partial<ApplyInput>): readonly StackPlan[] {
  return planApply({
    host: "pi4",
    revision: "b".repeat(40),
    now,
    contents: [],
    broken: [],
    containers: [],
    rows: [],
    holds: { fault: null, listed: [] },
    self: null,
    prune: true,
    only: null,
    backup: null,
    ...input,
  }).stacks;
}

function only(stacks: readonly StackPlan[]): StackPlan {
  const [stack] = stacks;
  assert.ok(stack !== undefined && stacks.length === 1, JSON.stringify(stacks.map((it) => it.stack)));
  return stack;
}

function unlabelled(containers: readonly Container[]): readonly Container[] {
  return containers.map((it) => ({ ...it, labels: null }));
}

Deno.test("planApply() deploys a new stack: pull before anything is switched or started", () => {
  const web = content("web");
  const { action, reason, steps } = only(plan({ contents: [web] }));
  assert.deepEqual([action, reason], ["deploy", "it does not run yet"]);
  assert.deepEqual(steps, [
    { kind: "pull", subject: `ghcr.io/you/web@${digest("a")}` },
    { kind: "switch", subject: "stacks/web" },
    { kind: "start", subject: "web" },
    { kind: "probe", subject: "web" },
  ]);
});

Deno.test("planApply() does nothing for a stack that runs what git says", () => {
  const web = content("web");
  const planned = only(plan({ contents: [web], rows: [row(web)], containers: runningAfter(web) }));
  assert.deepEqual([planned.action, planned.state, planned.steps], ["none", "current", []]);
});

Deno.test("planApply() deploys a new digest and makes that service anew, its hooks and secrets in their places", () => {
  const old = content("web");
  const next: StackContent = {
    ...content("web", digest("b"), { hooks: { pre: "echo pre", post: "echo post" } }),
    secrets: [{
      source: "stacks/web/db.sops.env",
      name: "db.env",
      format: "dotenv",
      digest: digest("c"),
      use: "env",
      engineName: null,
    }],
  };
  const planned = only(plan({ contents: [next], rows: [row(old)], containers: runningAfter(old) }));
  assert.deepEqual(planned.recreate, ["app"]);
  assert.equal(planned.previousHash, old.hash);
  assert.deepEqual(planned.steps.map((step) => step.kind), [
    "hook",
    "decrypt",
    "pull",
    "switch",
    "start",
    "probe",
    "hook",
  ]);
});

for (
  const [what, change, kind] of [
    ["a container that is gone", () => [], "gone"],
    [
      "a container that was stopped",
      (all: readonly Container[]) => all.map((it) => ({ ...it, state: "exited", exitCode: 0 } as const)),
      "exited",
    ],
    [
      "a container of another image",
      (all: readonly Container[]) => all.map((it) => ({ ...it, digests: [digest("f")] })),
      "runs",
    ],
  ] as const
) {
  Deno.test(`planApply() repairs ${what}`, () => {
    const web = content("web");
    const planned = only(plan({ contents: [web], rows: [row(web)], containers: change(runningAfter(web)) }));
    assert.equal(planned.action, "repair");
    assert.deepEqual(planned.recreate, kind === "runs" ? ["app"] : []);
    assert.ok(planned.steps.some((step) => step.kind === "start"));
    assert.ok(planned.steps.every((step) => step.kind !== "switch" && step.kind !== "hook"));
  });
}

Deno.test("planApply() adopts what already runs with the wanted digest, without a step (rulings 20)", () => {
  const web = content("web");
  const planned = only(plan({ contents: [web], containers: unlabelled(runningAfter(web)) }));
  assert.deepEqual([planned.action, planned.steps], ["adopt", []]);
  const other = only(plan({ contents: [content("web", digest("b"))], containers: unlabelled(runningAfter(web)) }));
  assert.equal(other.action, "deploy");
});

Deno.test("planApply() reads labels when the state is lost, and trusts no hash of another scheme", () => {
  const web = content("web");
  assert.equal(only(plan({ contents: [web], containers: runningAfter(web) })).action, "adopt");
  const stale = runningAfter(web).map((it) => ({
    ...it,
    labels: { stack: "web", host: "pi4", hash: "v1:0", revision: "", service: "v1:0" },
  }));
  assert.equal(only(plan({ contents: [web], containers: stale })).action, "deploy");
  const older = stale.map((it) => ({ ...it, labels: { ...it.labels, hash: "v0:0", service: "v0:0" } }));
  const version = { revision: "a", hash: "v0:0" };
  assert.equal(only(plan({ contents: [web], containers: older })).action, "adopt");
  assert.equal(
    only(plan({ contents: [web], containers: older, rows: [row(web, { wanted: version, applied: version })] })).action,
    "adopt",
  );
});

Deno.test("planApply() leaves a stack whose wanted hash is its bad one until git moves", () => {
  const bad = content("web", digest("b"));
  const good = content("web");
  const rows = [row(good, {
    phase: "rolled-back",
    wanted: { revision: "b", hash: bad.hash },
    bad: { revision: "b", hash: bad.hash },
    reason: "it exited with 1",
  })];
  const waiting = only(plan({ contents: [bad], rows, containers: runningAfter(good) }));
  assert.deepEqual([waiting.action, waiting.state, waiting.reason, waiting.steps], [
    "none",
    "rolled-back",
    "it exited with 1",
    [],
  ]);
  const mended = only(plan({ contents: [content("web", digest("c"))], rows, containers: runningAfter(good) }));
  assert.equal(mended.action, "deploy");
});

Deno.test("planApply() goes on with what was interrupted: deployment, roll-back, and the third time is enough", () => {
  const web = content("web");
  const interrupted = (changes: Partial<StackRow>): StackPlan =>
    only(plan({ contents: [web], containers: runningAfter(web), rows: [row(web, { applied: null, ...changes })] }));
  assert.equal(interrupted({ phase: "deploying", interruptions: 1 }).action, "deploy");
  assert.equal(interrupted({ phase: "probing", interruptions: 2 }).action, "deploy");
  assert.equal(interrupted({ phase: "deploying", interruptions: 3 }).action, "roll-back");
  const bad = { revision: "b", hash: web.hash };
  assert.deepEqual(interrupted({ phase: "rolling-back", bad }).steps.map((step) => step.kind), [
    "restore",
    "start",
    "probe",
  ]);
});

Deno.test("planApply() orders by after, and its own container comes last", () => {
  const contents = [
    content("a", digest("a"), { after: ["c"] }),
    content("b"),
    content("c"),
    content("magos", digest("a"), {}),
  ];
  const containers = runningAfter(content("magos", digest("0")));
  const self = containers[0]?.id.slice(0, 12) ?? "";
  assert.deepEqual(plan({ contents }).map((it) => it.stack), ["b", "c", "a", "magos"]);
  const early = [content("z"), content("own")];
  const own = runningAfter(content("own", digest("0")));
  assert.deepEqual(plan({ contents: early, containers: own, self: own[0]?.name ?? "" }).map((it) => it.stack), [
    "z",
    "own",
  ]);
  assert.deepEqual(plan({ contents, containers, self }).map((it) => it.stack).at(-1), "magos");
});

Deno.test("planApply() touches no stack of a circle, and says which", () => {
  const contents = [
    content("a", digest("a"), { after: ["b"] }),
    content("b", digest("a"), { after: ["a"] }),
    content("c"),
  ];
  const planned = planApply({
    host: "pi4",
    revision: "b",
    now,
    contents,
    broken: [],
    containers: [],
    rows: [],
    holds: { fault: null, listed: [] },
    self: null,
    prune: true,
    only: null,
    backup: null,
  });
  assert.deepEqual(planned.stacks.map(({ stack, state }) => [stack, state]), [["c", "planned"], ["a", "failed"], [
    "b",
    "failed",
  ]]);
  assert.deepEqual(planned.problems.map(({ code, stack }) => [code, stack]), [["stack.cycle", "a"], [
    "stack.cycle",
    "b",
  ]]);
});

Deno.test("planApply() waits for a forerunner that does not run and will not be started", () => {
  const db = content("db", digest("b"));
  const web = content("web", digest("a"), { after: ["db"] });
  const bad = { revision: "b", hash: db.hash };
  const rows = [row(db, { phase: "rolled-back", applied: null, lastGood: null, bad })];
  const planned = plan({ contents: [db, web], rows });
  assert.deepEqual(planned.map(({ stack, state, waitsFor }) => [stack, state, waitsFor]), [
    ["db", "rolled-back", null],
    ["web", "waiting", "db"],
  ]);
  const running = plan({ contents: [db, web], rows, containers: runningAfter(content("db")) });
  assert.deepEqual(running.map(({ state }) => state), ["rolled-back", "planned"], "the last good one runs");
});

Deno.test("planApply() holds a change back while the window is closed, but starts what is down", () => {
  const windows = [{ days: ["sun" as const], from: 60, to: 120, timeZone: "UTC" }];
  const web = content("web", digest("a"), { windows });
  const next = content("web", digest("b"), { windows });
  const held = only(plan({ contents: [next], rows: [row(web)], containers: runningAfter(web) }));
  assert.deepEqual([held.state, held.waitsFor, held.until, held.steps], [
    "waiting",
    "window",
    Date.parse("2026-11-22T01:00:00Z"),
    [],
  ]);
  assert.equal(only(plan({ contents: [web], rows: [row(web)] })).action, "repair");
});

Deno.test("planApply() waits until a failed stack may be tried again, unless git moved", () => {
  const web = content("web");
  const rows = [row(web, { phase: "settled", applied: null, retryAt: now + 1000, reason: "the registry is down" })];
  const waiting = only(plan({ contents: [web], rows }));
  assert.deepEqual([waiting.state, waiting.until, waiting.reason], ["waiting", now + 1000, "the registry is down"]);
  assert.equal(only(plan({ contents: [content("web", digest("b"))], rows })).action, "deploy");
});

Deno.test("planApply() removes what left git by our label and host, never another's", () => {
  const gone = content("gone");
  const foreign = unlabelled(runningAfter(content("foreign")));
  const elsewhere = runningAfter(content("elsewhere"), { host: "nas" });
  const containers = [...runningAfter(gone), ...foreign, ...elsewhere];
  const planned = only(plan({ containers }));
  assert.deepEqual([planned.stack, planned.action, planned.remove], ["gone", "remove", [containers[0]?.id]]);
  assert.deepEqual(planned.steps.map((step) => step.kind), ["stop", "remove"]);
  assert.deepEqual(plan({ containers, prune: false }), []);
  assert.deepEqual(plan({ containers, broken: ["gone"] }), [], "a stack that cannot be read stays");
});

Deno.test("planApply() leaves the containers of a stack that only got another name", () => {
  const compose = "stacks/web/compose.yaml";
  const tree = { [compose]: "name: shop\nservices: { app: { image: 'web:1' } }" };
  const before = contentOf(tree, sampleStack({ name: "old" }));
  const after = contentOf(tree, sampleStack({ name: "new" }));
  const planned = plan({ contents: [after], containers: runningAfter(before), rows: [row(before)] });
  assert.deepEqual(planned.map(({ stack, action, remove }) => [stack, action, remove]), [
    ["new", "deploy", []],
    ["old", "remove", []],
  ]);
  assert.deepEqual(planned[0]?.recreate, ["app"], "its mounts lie in the folder of the old name, which goes");
  assert.deepEqual(planned[1]?.steps, [], "and the networks of the project are the new one's");
});

Deno.test("planApply() removes a service that left its stack, when the stack is deployed", () => {
  const compose = "stacks/web/compose.yaml";
  const before = contentOf({ [compose]: "services: { a: { image: 'a:1' }, b: { image: 'b:1' } }" });
  const after = contentOf({ [compose]: "services: { a: { image: 'a:1' } }" });
  const containers = runningAfter(before);
  const planned = only(plan({ contents: [after], containers, rows: [row(before)] }));
  assert.deepEqual(planned.remove, [containers.find((it) => it.service === "b")?.id]);
  assert.deepEqual(planned.recreate, []);
});

Deno.test("planApply() touches neither of two stacks with one Compose project", () => {
  const one = content("shop");
  const two = contentOf(
    { "x/compose.yaml": "name: shop\nservices: { a: { image: 'a:1' } }" },
    sampleStack({ name: "x", compose: "x/compose.yaml" }),
  );
  const planned = plan({ contents: [one, two] });
  assert.deepEqual(planned.map((it) => it.state), ["failed", "failed"]);
  assert.deepEqual(planned.flatMap((it) => it.steps), []);
});

Deno.test("planApply() narrows to the stacks that were named", () => {
  const planned = plan({
    contents: [content("a"), content("b")],
    containers: runningAfter(content("gone")),
    only: ["b"],
  });
  assert.deepEqual(planned.map((it) => it.stack), ["b"]);
});

Deno.test("planApply() waits behind what is not healthy, and behind what cannot be read and does not run", () => {
  const db = content("db", digest("b"));
  const web = content("web", digest("a"), { after: ["db"] });
  const [before, old] = [content("db"), runningAfter(content("db"))];
  const wanted = { revision: "b", hash: db.hash };
  const later = { failures: 1, retryAt: now + 1, reason: "the registry is down" };
  const states = (known: StackRow, containers: readonly Container[], first = db) =>
    plan({ contents: [first, web], rows: [known], containers }).map(({ state, reason }) => [state, reason]);
  assert.deepEqual(states(row(before, { wanted, ...later }), old), [
    ["waiting", "the registry is down"],
    ["planned", "it does not run yet"],
  ], "what ran before is healthy");
  assert.deepEqual(states(row(before, { wanted, ...later }), []), [
    ["waiting", "the registry is down"],
    ["waiting", "db does not run"],
  ]);
  const sick = runningAfter(db).map((it) => ({ ...it, health: "unhealthy" as const }));
  for (const known of [row(db), row(db, { ...later, reason: "it is ill" })]) {
    assert.deepEqual(states(known, sick)[1], ["waiting", "db is not healthy"]);
  }
  const starting = runningAfter(db).map((it) => ({ ...it, health: "starting" as const }));
  assert.deepEqual(states(row(db), starting)[1], ["planned", "it does not run yet"]);
  assert.deepEqual(states(row(db, later), starting)[1], ["waiting", "db is not healthy"], "it never came up");
  const unread = (containers: readonly Container[]) => only(plan({ contents: [web], broken: ["db"], containers }));
  assert.deepEqual([unread([]).state, unread([]).waitsFor], ["waiting", "db"]);
  assert.equal(unread(old).state, "planned");
});

Deno.test("planApply() knows the stacks of one project, and gives no warning of an unknown name", () => {
  const shop = content("shop");
  const x = contentOf(
    { "x/compose.yaml": "name: shop\nservices: { a: { image: 'a:1' } }" },
    sampleStack({ name: "x", compose: "x/compose.yaml" }),
  );
  const web = content("web", digest("a"), { after: ["x"] });
  const given = { host: "pi4", revision: "b", now, contents: [shop, x, web], broken: [], containers: [], rows: [] };
  const { problems, stacks } = planApply({
    ...given,
    holds: { fault: null, listed: [] },
    self: null,
    prune: true,
    only: null,
    backup: null,
  });
  assert.deepEqual(problems.map(({ code }) => code), ["stack.duplicate", "stack.duplicate"]);
  assert.deepEqual(stacks.find(({ stack }) => stack === "web")?.waitsFor, "x");
});

Deno.test("planApply() does not call current what runs and was not healthy", () => {
  const web = content("web");
  const ill = row(web, { failures: 1, retryAt: now + 1, reason: "the health check fails" });
  const waiting = only(plan({ contents: [web], rows: [ill], containers: runningAfter(web) }));
  assert.deepEqual([waiting.state, waiting.waitsFor, waiting.reason], ["waiting", "retry", "the health check fails"]);
  const due = only(plan({ contents: [web], rows: [{ ...ill, retryAt: now }], containers: runningAfter(web) }));
  assert.deepEqual([due.action, due.recreate], ["repair", []]);
});

Deno.test("planApply() starts no quarantined image, and leaves one alone that runs", () => {
  const before = content("web");
  const bad = content("web", digest("b"));
  const hold = {
    image: "ghcr.io/you/web",
    tag: null,
    digest: digest("b"),
    above: null,
    kind: "quarantine" as const,
    reason: "it exited with 7",
    by: "pi4",
    since: 0,
    until: now + 1,
  };
  const input = { contents: [bad], rows: [row(before)], containers: runningAfter(before) };
  const held = (listed: readonly Hold[], fault: string | null = null): StackPlan =>
    only(plan({ ...input, holds: { fault, listed } }));
  const told = held([hold]);
  assert.deepEqual([told.action, told.state, told.steps, told.until], ["none", "held", [], now + 1]);
  assert.match(told.reason, /^the image of app is quarantined, held by pi4 until .*: it exited with 7$/);
  assert.equal(held([{ ...hold, digest: digest("c") }]).action, "deploy");
  assert.equal(held([{ ...hold, image: "ghcr.io/you/other" }]).action, "deploy");
  assert.equal(held([{ ...hold, kind: "manual" }]).action, "deploy", "a person's hold is about updates");
  assert.equal(held([], "the list cannot be read").state, "held", "unknown never passes");
  const runs = only(plan({ ...input, containers: runningAfter(bad), holds: { fault: null, listed: [hold] } }));
  assert.notEqual(runs.state, "held");
});

Deno.test("planApply() finishes at any hour what stands still since it was interrupted", () => {
  const windows = [{ days: ["sun" as const], from: 60, to: 120, timeZone: "UTC" }];
  const [old, next] = [content("web", digest("a"), { windows }), content("web", digest("b"), { windows })];
  const version = { revision: "b".repeat(40), hash: next.hash };
  const rows = [row(old, { phase: "deploying", wanted: version, interruptions: 1 })];
  const stopped = runningAfter(old).map((it) => ({ ...it, state: "exited", exitCode: 0 } as const));
  assert.equal(only(plan({ contents: [next], rows, containers: stopped })).action, "deploy");
  const planned = only(plan({ contents: [next], rows, containers: runningAfter(old) }));
  assert.deepEqual([planned.action, planned.waitsFor], ["none", "window"], "what still runs can wait");
});

Deno.test("planApply() shows what is stopped and exported between pull and switch, and why", () => {
  const [old, next] = [
    withVolume(content("web", digest("a"))),
    withVolume(content("web", digest("b"))),
  ];
  const input = { contents: [next], rows: [row(old)], containers: runningAfter(old) };
  assert.deepEqual(only(plan({ ...input, backup: "always" })).steps.slice(1, 4), [
    { kind: "stop", subject: "web" },
    { kind: "export", subject: "web_data", message: "apply.backup is for every deployment" },
    { kind: "switch", subject: "stacks/web" },
  ]);
  assert.ok(!only(plan(input)).steps.some(({ kind }) => kind === "export"), "without the key nothing is");
});

Deno.test("planApply() shows the volumes that a roll-back owes, and none that it gave back", () => {
  const [old, bad] = [withVolume(content("web", digest("a"))), withVolume(content("web", digest("b")))];
  const backup = { folder: "/backups/web/x", volumes: ["web_data"], isDue: true, isTouched: true };
  const version = { revision: "b".repeat(40), hash: bad.hash };
  const going = row(old, { phase: "rolling-back", wanted: version, bad: version, backup });
  const kinds = (rows: readonly StackRow[]): readonly string[] =>
    only(plan({ contents: [bad], rows, containers: runningAfter(bad) })).steps.map(({ kind, subject }) =>
      `${kind} ${subject}`
    );
  assert.deepEqual(kinds([going]), ["restore web", "stop web", "restore web_data", "start web", "probe web"]);
  const given = { ...going, backup: { ...backup, isDue: false, isTouched: false } };
  assert.deepEqual(kinds([given]), ["restore web", "start web", "probe web"]);
  const thrice = row(old, { phase: "probing", wanted: version, interruptions: 3, backup: { ...backup, isDue: false } });
  assert.deepEqual(kinds([thrice]), kinds([going]), "the third interruption begins a roll-back");
});

function withVolume(of: StackContent): StackContent {
  return { ...of, volumes: ["web_data"] };
}
