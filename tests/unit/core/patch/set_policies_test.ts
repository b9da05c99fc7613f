import assert from "node:assert/strict";
import { parseSetting, type PolicySetting, setPolicies } from "../../../../src/core/patch/set_policies.ts";
import { digestA, digestB, marker } from "./cases.ts";
import { fluxMarker } from "./flux_cases.ts";

function setting(text: string): PolicySetting {
  const parsed = parseSetting(text);
  assert.ok(parsed.ok, text);
  return parsed.value;
}

function set(
  text: string,
  settings: readonly string[],
  siblings: Readonly<Record<string, string>> = {},
  file = "f.yaml",
) {
  return setPolicies([{ file, text }], settings.map(setting), {
    defaultPin: "both",
    readSibling: (path) => siblings[path] ?? null,
  });
}

Deno.test("parseSetting() reads names of both kinds of policy", () => {
  assert.deepEqual(setting("flux-system:app=ghcr.io/you/app:1.4.2"), {
    name: "flux-system:app",
    image: { name: "ghcr.io/you/app", tag: "1.4.2", digest: null },
  });
  assert.deepEqual(setting(`guilliman=reg.lan:5000/a/b:1@${digestA}`), {
    name: "guilliman",
    image: { name: "reg.lan:5000/a/b", tag: "1", digest: digestA },
  });
});

Deno.test("parseSetting() refuses what it cannot be", () => {
  for (
    const text of [
      "",
      "x",
      "=a:1",
      "a=",
      "a:b=",
      "a:b=x",
      `a:b=x@${digestA}`,
      "a:b:tag=x:1",
      "a b=x:1",
      "a:=x:1",
      "semver=x:1",
      "latest=x:1",
      "digest=x:1",
      "a:b=x:1@sha256:abc",
      "a:b=X Y:1",
    ]
  ) {
    const parsed = parseSetting(text);
    assert.equal(parsed.ok ? "accepted" : parsed.failure.code, "usage.invalid", text);
  }
});

Deno.test("setPolicies() sets every part that a Flux marker asks for", () => {
  const text = `a: x ${fluxMarker("ns:app")}\nb: x ${fluxMarker("ns:app:name")}\nc: 1.36 ${
    fluxMarker("ns:app:tag")
  }\nd: '' ${fluxMarker("ns:app:digest")}\n`;
  const [patch] = set(text, [`ns:app=you/app:1.37@${digestB}`]);
  assert.deepEqual(patch?.changes.map(({ line, setter, old, new: next }) => [line, setter, old, next]), [
    [1, "ns:app", "x", `you/app:1.37@${digestB}`],
    [2, "ns:app:name", "x", "you/app"],
    [3, "ns:app:tag", "1.36", "1.37"],
    [4, "ns:app:digest", "", digestB],
  ]);
  assert.equal(patch?.problems.length, 0);
  // Without a digest that one value stays, said as a warning: the others are set as Flux sets them.
  const [bare] = set(text, ["ns:app=you/app:1.37"]);
  assert.deepEqual(bare?.changes.map(({ new: next }) => next), ["you/app:1.37", "you/app", "1.37"]);
  assert.deepEqual(bare?.problems.map(({ code, severity, line }) => [code, severity, line]), [
    ["marker.no_digest", "warning", 4],
  ]);
});

Deno.test("setPolicies() leaves the markers of other policies alone, whatever is wrong with them", () => {
  const text = [
    `a: x ${fluxMarker("ns:other")}`,
    `g: x ${fluxMarker("ns:app2")}`,
    `b: x:1 ${marker()}`,
    `c: x:1 ${marker({ policy: "unknown" })}`,
    `d: x:1 ${marker({ plicy: "unknown" })}`,
    `e: x ${fluxMarker("other")}`,
    `f: old ${fluxMarker("ns:app")}`,
  ].join("\n");
  const [patch] = set(text, ["ns:app=you/app:1"]);
  assert.deepEqual(patch?.changes.map(({ line }) => line), [7]);
  assert.deepEqual(patch?.problems, []);
});

Deno.test("setPolicies() says when a marker of its policy cannot be read", () => {
  const [typo] = set(`a: x ${fluxMarker("ns:app:TAG")}\nb: x ${fluxMarker("ns:app")}\n`, ["ns:app=you/app:1"]);
  assert.deepEqual(typo?.problems.map(({ code, severity }) => [code, severity]), [["marker.invalid", "warning"]]);
  assert.equal(typo?.changes.length, 1);
  const [broken] = set(
    `a: x:1 ${marker({ policy: "gil", rnage: "x" })}\nb: x:1 ${marker({ policy: "gil" })}\n`,
    ["gil=x:2"],
  );
  assert.deepEqual(broken?.problems.map(({ code, severity }) => [code, severity]), [["marker.invalid", "error"]]);
  assert.deepEqual([broken?.changes, broken?.text], [[], null]);
});

Deno.test("setPolicies() never changes the name under a marker of magos, nor keeps an old digest", () => {
  const text = `a: mirror.lan/app:1.0@${digestA} ${marker({ policy: "gil" })}\n`;
  assert.match(set(text, ["gil=you/app:2.0"])[0]?.text ?? "", /^a: mirror\.lan\/app:2\.0 #/);
  assert.equal(
    set(text, [`gil=you/app:2.0@${digestB}`])[0]?.changes[0]?.new,
    `mirror.lan/app:2.0@${digestB}`,
  );
  const [pinned] = set(`a: app@${digestA} ${marker({ policy: "gil", pin: "digest" })}\n`, ["gil=app:2.0"]);
  assert.deepEqual(pinned?.problems.map(({ code }) => code), ["marker.no_digest"]);
  assert.deepEqual(pinned?.changes, []);
});

Deno.test("setPolicies() follows variables for magos, and never for Flux", () => {
  const env = { "s/.env": "TAG=1.0\n" };
  const magos = `services:\n  web:\n    image: a/b:\${TAG} ${marker({ policy: "gil" })}\n`;
  assert.deepEqual(set(magos, ["gil=a/b:2.0"], env, "s/c.yaml").map(({ file, text }) => [file, text]), [
    ["s/c.yaml", null],
    ["s/.env", "TAG=2.0\n"],
  ]);
  const flux = `services:\n  web:\n    image: a/b:\${TAG} ${fluxMarker()}\n`;
  const [patch, ...more] = set(flux, ["ns:app=a/b:2.0"], env, "s/c.yaml");
  assert.equal(patch?.changes[0]?.new, "a/b:2.0");
  assert.deepEqual(more, []);
});

Deno.test("setPolicies() leaves a file with an error as it is, and does the others", () => {
  const good = { file: "good.yaml", text: `a: x ${fluxMarker()}\n` };
  const bad = { file: "bad.yaml", text: `a: x ${fluxMarker()}\n{{- if .x }}\n` };
  const twice = { file: "twice.yaml", text: `a: "x\n  y" ${fluxMarker()}\nb: x ${fluxMarker()}\n` };
  const patches = setPolicies([bad, good, twice], [setting("ns:app=a/b:2")], {
    defaultPin: "both",
    readSibling: () => null,
  });
  assert.deepEqual(
    patches.map(({ file, changes, problems }) => [file, changes.length, problems.map(({ code }) => code)]),
    [
      ["bad.yaml", 0, ["file.template"]],
      ["good.yaml", 1, []],
      ["twice.yaml", 0, ["file.unpatchable"]],
    ],
  );
});
