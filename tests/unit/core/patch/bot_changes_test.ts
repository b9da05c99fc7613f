import assert from "node:assert/strict";
import type { FileVersion } from "../../../../src/core/ports/git.ts";
import { refuseShape, refuseText } from "../../../../src/core/patch/bot_changes.ts";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { contextOf, digestA, digestB, marker, plainContext } from "./cases.ts";
import { fluxContext, fluxMarker } from "./flux_cases.ts";

const plainFile: FileVersion = { mode: "100644", object: "a".repeat(40) };

function refusal(before: string, after: string, path = "c.yaml"): string | null {
  return refuseText(path, before, after, findTargets(path, before, plainContext).found);
}

const compose = [
  "services:",
  `  web: { image: ghcr.io/you/web:1.0, restart: always } ${marker()}`,
  "  job:",
  `    image: "ghcr.io/you/job:2.0" ${marker()}`,
  "    command: sleep 1",
  "",
].join("\n");

Deno.test("refuseShape() lets bots change plain files in place", () => {
  assert.equal(refuseShape({ path: "c.yaml", before: plainFile, after: { ...plainFile, object: "b" } }), null);
});

Deno.test("refuseShape() refuses new, removed, turned and executable files", () => {
  assert.match(refuseShape({ path: "run.sh", before: null, after: plainFile }) ?? "", /adds run\.sh/);
  assert.match(refuseShape({ path: "c.yaml", before: plainFile, after: null }) ?? "", /removes c\.yaml/);
  for (const mode of ["100755", "120000", "160000"]) {
    assert.notEqual(refuseShape({ path: "c.yaml", before: plainFile, after: { ...plainFile, mode } }), null, mode);
  }
  const link = { ...plainFile, mode: "120000" };
  assert.match(refuseShape({ path: "l", before: link, after: { ...link, object: "b" } }) ?? "", /no plain file/);
});

Deno.test("refuseShape() lets bots begin the holds file, as a plain file, and nothing else under .magos", () => {
  assert.equal(refuseShape({ path: ".magos/holds.yaml", before: null, after: plainFile }), null);
  assert.notEqual(refuseShape({ path: ".magos/holds.yaml", before: plainFile, after: null }), null);
  const link = { ...plainFile, mode: "120000" };
  assert.notEqual(refuseShape({ path: ".magos/holds.yaml", before: null, after: link }), null);
  assert.notEqual(refuseShape({ path: ".magos/other.yaml", before: null, after: plainFile }), null);
});

Deno.test("refuseText() takes new tags and digests in marked values", () => {
  assert.equal(refusal(compose, compose.replace("web:1.0", `web:1.1@${digestA}`)), null);
  assert.equal(refusal(compose, compose.replace("web:1.0", "web:1.1").replace("job:2.0", `job:3@${digestB}`)), null);
  assert.equal(refusal(compose, compose), null);
});

Deno.test("refuseText() refuses another image, and what is none", () => {
  for (const value of ["ghcr.io/evil/web:1.1", "web:1.1", "ghcr.io/you/web", "ghcr.io/you/web:1.1 ", ""]) {
    assert.notEqual(refusal(compose, compose.replace("ghcr.io/you/web:1.0", value)), null, value);
  }
  assert.match(
    refusal(compose, compose.replace("ghcr.io/you/web:1.0", "ghcr.io/evil/web:1.1")) ?? "",
    /writes "ghcr\.io\/evil\/web:1\.1" into c\.yaml:2/,
  );
});

Deno.test("refuseText() refuses a change beside a good one", () => {
  const good = compose.replace("web:1.0", "web:1.1");
  const bad = [
    good.replace("sleep 1", "rm -rf /"),
    good.replace("restart: always", "privileged: true"),
    good + "# more\n",
    good.replace("services:", "services: "),
    good.replace("web:1.1", "web:1.1, privileged: true"),
    good.replace("web:1.1", "'ghcr.io/you/web:1.1'"),
    good.replace('{"policy":"semver"}', '{"policy":"latest"}'),
    good.replaceAll("\n", "\r\n"),
  ];
  for (const after of bad) assert.notEqual(refusal(compose, after), null, after);
});

Deno.test("refuseText() refuses a marked value in other quotes or with escapes: magos writes none of them", () => {
  const forms = ["'ghcr.io/you/web:1.1'", '"ghcr.io/you/web:1.1"', '"ghcr.io\\u002fyou/web:1.1"'];
  for (const form of forms) {
    assert.match(refusal(compose, compose.replace("ghcr.io/you/web:1.0", form)) ?? "", /outside/, form);
  }
  const single = compose.replace('"ghcr.io/you/job:2.0"', "'ghcr.io/you/job:2.1'");
  assert.match(refusal(compose, single) ?? "", /outside/);
});

Deno.test("refuseText() believes the markers of the old text alone", () => {
  const before = "a: ghcr.io/you/app:1.0\n";
  const after = `a: ghcr.io/you/app:1.1 ${marker()}\n`;
  assert.match(refusal(before, after) ?? "", /outside/);
});

Deno.test("refuseText() follows a variable into the .env file beside", () => {
  const text = `services: { a: { image: "ghcr.io/you/app:\${TAG}" } } ${marker()}\n`;
  const env = "SECRET=x\nTAG=1.0\n";
  const { found } = findTargets("s/c.yaml", text, contextOf({ pin: "tag", siblings: { "s/.env": env } }));
  assert.equal(refuseText("s/.env", env, "SECRET=x\nTAG=1.1\n", found), null);
  assert.match(refuseText("s/.env", env, "SECRET=y\nTAG=1.1\n", found) ?? "", /outside/);
  assert.match(refuseText("s/.env", env, "SECRET=x\nTAG=1.1 evil\n", found) ?? "", /writes/);
  assert.notEqual(refuseText("s/c.yaml", text, text.replace("${TAG}", "1.1"), found), null);
});

Deno.test("refuseText() lets a Flux name become the policy's and no other", () => {
  const before = `a: old/name ${fluxMarker("ns:app:name")}\nb: "1.0" ${fluxMarker("ns:app:tag")}\n`;
  const { found } = findTargets("f.yaml", before, fluxContext);
  assert.equal(found.length, 2);
  const wanted = found.find((it) => it.target.part === "name")?.target.writes.name ?? "";
  assert.notEqual(wanted, "");
  assert.equal(refuseText("f.yaml", before, before.replace("old/name", wanted), found), null);
  assert.notEqual(refuseText("f.yaml", before, before.replace("old/name", "evil/name"), found), null);
  assert.equal(refuseText("f.yaml", before, before.replace("1.0", "1.1"), found), null);
  assert.notEqual(refuseText("f.yaml", before, before.replace("1.0", "1.1 --x"), found), null);
});
