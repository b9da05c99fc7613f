// Which deployments export volumes first (contracts.md 2.2, `apply.backup`).
import assert from "node:assert/strict";
import type { StackContent, StackRow } from "../../../../src/core/model/stack.ts";
import { planBackup } from "../../../../src/core/plan/plan_backup.ts";
import {
  deployingRow,
  freshRow,
  rolledBackRow,
  rollingBackRow,
  settledRow,
} from "../../../../src/core/plan/stack_rows.ts";
import { contentOf, runningAfter } from "../../../fakes/stack_tree.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

function content(image: string, more = ""): StackContent {
  return contentOf({
    "stacks/web/compose.yaml": `services: { db: { image: '${image}' }, ${more} }\nvolumes: { data: {} }\n`,
  });
}

function settled(of: StackContent): StackRow {
  const version = { revision: "a".repeat(40), hash: of.hash };
  return settledRow(freshRow(of, version, 0), of, version, runningAfter(of), 0);
}

/** Why `major` exports when the image goes from one to another; null: it does not. */
function reason(from: string, to: string): string | null {
  const [before, after] = [content(from), content(to)];
  return planBackup("major", after, settled(before), runningAfter(before))?.reason ?? null;
}

for (
  const [from, to] of [
    ["postgres:15.4", "postgres:15.5"],
    ["postgres:v15.4", "postgres:15.5"],
    ["postgres:16", `postgres:16@${digest("b")}`],
    [`postgres:16@${digest("a")}`, `docker.io/library/postgres:16@${digest("b")}`],
    ["lscr.io/x/y:4.0.1-ls12", "lscr.io/x/y:4.1.0-ls99"],
    ["postgres:15.4-alpine3.18", "postgres:15.5-alpine3.19"],
    [`postgres@${digest("a")}`, `postgres@${digest("a")}`],
    [`postgres:15@${digest("a")}`, `postgres:16@${digest("a")}`],
  ] as const
) {
  Deno.test(`planBackup() exports nothing from ${from} to ${to}`, () => assert.equal(reason(from, to), null));
}

for (
  const [from, to, why] of [
    ["postgres:15.4", "postgres:16.0", "15.4 and 16.0 are different major versions"],
    ["postgres:16.0", "postgres:15.4", "16.0 and 15.4 are different major versions"],
    ["y:2025.12.1", "y:2026.1.0", "2025.12.1 and 2026.1.0 are different major versions"],
    ["postgres:15.4", "postgres:latest", "postgres:15.4 and postgres:latest cannot be compared"],
    ["postgres:15.4-bookworm", "postgres:15.5-alpine", "cannot be compared"],
    ["postgres:15.4", "pgvector/pgvector:15.4", "cannot be compared"],
    [`x:latest@${digest("a")}`, `x:latest@${digest("b")}`, "cannot be compared"],
    [`x@${digest("a")}`, `x@${digest("b")}`, "cannot be compared"],
    ["x", "x:1.0", "cannot be compared"],
  ] as const
) {
  Deno.test(`planBackup() exports from ${from} to ${to}, and says why`, () => {
    assert.match(reason(from, to) ?? "", new RegExp(`^db: .*${why.replaceAll(".", "\\.")}$`));
  });
}

Deno.test("planBackup() with `always` exports before every deployment of a stack that ran", () => {
  const before = content("postgres:15.4");
  const plan = planBackup("always", before, settled(before), runningAfter(before));
  assert.deepEqual(plan, { reason: "apply.backup is for every deployment", volumes: ["web_data"] });
});

Deno.test("planBackup() exports nothing without the key, without volumes, or before a stack ran", () => {
  const [before, after] = [content("postgres:15"), content("postgres:16")];
  assert.equal(planBackup(null, after, settled(before), runningAfter(before)), null);
  assert.equal(planBackup("always", after, null, []), null);
  const none = { ...after, volumes: [] };
  assert.equal(planBackup("always", none, settled(before), runningAfter(before)), null);
});

Deno.test("planBackup() knows a stack whose containers are gone, and one whose row was lost", () => {
  const [before, after] = [content("postgres:15.4"), content("postgres:16.0")];
  assert.match(planBackup("major", after, settled(before), [])?.reason ?? "", /major/);
  const lost = runningAfter(before).map((it) => ({ ...it, image: "docker.io/library/postgres:15.4" }));
  assert.match(planBackup("major", after, null, lost)?.reason ?? "", /15\.4 and 16\.0/);
  assert.match(planBackup("major", after, null, lost.map((it) => ({ ...it, image: "" })))?.reason ?? "", /be told$/);
});

Deno.test("planBackup() looks at every service, and a new one alone is no reason", () => {
  const before = content("postgres:15.4");
  const grown = content("postgres:15.4", "web: { image: 'app:2.0' }");
  assert.equal(planBackup("major", grown, settled(before), runningAfter(before)), null);
  const next = content("postgres:15.4", "web: { image: 'app:3.0' }");
  assert.match(planBackup("major", next, settled(grown), runningAfter(grown))?.reason ?? "", /^web: 2\.0 and 3\.0/);
});

Deno.test("planBackup() takes a service under another name for one that may have the data of the one that goes", () => {
  const before = content("postgres:15");
  const renamed = contentOf({
    "stacks/web/compose.yaml": "services: { database: { image: 'postgres:17' } }\nvolumes: { data: {} }\n",
  });
  const plan = planBackup("major", renamed, settled(before), runningAfter(before));
  assert.equal(plan?.reason, "database: it is new, and db goes");
});

Deno.test("planBackup() trusts no tag that is not a version once its container is made anew", () => {
  const before = content("postgres:latest");
  const changed = content("postgres:latest", "other: { image: 'x:1' }");
  const redefined = contentOf({
    "stacks/web/compose.yaml": "services: { db: { image: 'postgres:latest', tty: true } }\nvolumes: { data: {} }\n",
  });
  const ask = (of: StackContent) => planBackup("major", of, settled(before), runningAfter(before))?.reason;
  assert.equal(ask(before), undefined);
  assert.equal(ask(changed), undefined, "a container that stays keeps its image");
  assert.equal(ask(redefined), "db: postgres:latest may be another version by now");
});

Deno.test("planBackup() takes a service that is built here for one that cannot be compared, once it changed", () => {
  const built = (key: string): StackContent =>
    contentOf({
      "stacks/web/compose.yaml":
        `services: { web: { build: ., environment: { A: ${key} } } }\nvolumes: { data: { name: plain } }\n`,
      "stacks/web/Dockerfile": "FROM scratch\n",
    });
  const [before, after] = [built("a"), built("b")];
  assert.equal(planBackup("major", before, settled(before), runningAfter(before)), null);
  const plan = planBackup("major", after, settled(before), runningAfter(before));
  assert.deepEqual(plan?.volumes, ["plain"]);
  assert.match(plan?.reason ?? "", /built here/);
});

Deno.test("planBackup() exports once for a deployment, however often it is taken up again", () => {
  const [before, after] = [content("postgres:15"), content("postgres:16")];
  const backup = { folder: "/backups/web/x", volumes: ["web_data"], isDue: false, isTouched: true };
  const wanted = { revision: "b".repeat(40), hash: after.hash };
  const row: StackRow = { ...settled(before), phase: "deploying", wanted, backup };
  assert.equal(planBackup("always", after, row, runningAfter(after)), null);
  const going = rollingBackRow(row, "it exits", 1);
  assert.deepEqual(going.backup, { ...backup, isDue: true });
  const given = { ...going, backup: { ...backup, isTouched: false } };
  assert.equal(rollingBackRow(given, "it was interrupted", 2).backup?.isDue, false, "what was given back stays so");
  assert.equal(rolledBackRow(given, 3).backup, null);
  assert.notEqual(planBackup("always", after, rolledBackRow(given, 3), runningAfter(before)), null);
});

Deno.test("planBackup() exports anew while nothing new has touched the volumes: what ran before may have written on", () => {
  const [before, after] = [content("postgres:15"), content("postgres:16")];
  const backup = { folder: "/backups/web/x", volumes: ["web_data"], isDue: false, isTouched: false };
  const wanted = { revision: "b".repeat(40), hash: after.hash };
  const killed: StackRow = { ...settled(before), phase: "deploying", wanted, backup };
  assert.notEqual(planBackup("major", after, killed, runningAfter(before)), null);
  assert.equal(deployingRow(killed, after, wanted, 1).backup, null);
  assert.equal(rollingBackRow(killed, "it was interrupted 3 times", 1).backup, null, "nothing old is given back");
  const given: StackRow = { ...killed, phase: "rolling-back" };
  assert.notEqual(
    planBackup("major", after, given, runningAfter(before)),
    null,
    "what was given back was written on too",
  );
});
