import assert from "node:assert/strict";
import type { Decision } from "../../../../src/core/model/decision.ts";
import type { FoundTarget, MarkedFile } from "../../../../src/core/patch/find_context.ts";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { patchFiles } from "../../../../src/core/patch/patch_file.ts";
import { settleShared } from "../../../../src/core/patch/settle_shared.ts";
import { contextOf, digestA, digestB, marker, moveAll, selecting } from "./cases.ts";

function compose(value: string, keys: Readonly<Record<string, unknown>> = {}): string {
  return `services:\n  web:\n    image: ${value} ${marker(keys)}\n`;
}

function find(text: string, env: string | null = null): MarkedFile {
  return findTargets("s/compose.yaml", text, contextOf({ siblings: env === null ? {} : { "s/.env": env } }));
}

/** The value and the .env after a move to a tag at `digestB`. */
function moved(
  value: string,
  options: { readonly env?: string; readonly tag?: string; readonly keys?: Readonly<Record<string, unknown>> } = {},
): readonly (string | null)[] {
  const text = compose(value, options.keys);
  const marked = find(text, options.env ?? null);
  assert.deepEqual(marked.problems, [], value);
  const patches = patchFiles([marked], moveAll(marked, options.tag ?? "2.0", digestB));
  assert.deepEqual(patches.flatMap((it) => it.problems), [], value);
  const after = (file: string): string | null => patches.find((it) => it.file === file)?.text ?? null;
  const line = after("s/compose.yaml")?.split("\n")[2];
  return [line === undefined ? null : line.slice(11).replace(/ # .*/, ""), after("s/.env")];
}

Deno.test("a default is edited inside its braces", () => {
  const cases: readonly (readonly [value: string, after: string, keys?: Readonly<Record<string, unknown>>])[] = [
    ["you/app:${TAG:-1.0}", "you/app:${TAG:-2.0}"],
    ["you/app:${TAG-1.0}", "you/app:${TAG-2.0}"],
    ['"you/app:${TAG:-1.0}"', '"you/app:${TAG:-2.0}"'],
    ["${IMAGE:-you/app:1.0}", `\${IMAGE:-you/app:2.0@${digestB}}`],
    ["${TAG:-1.0}", "${TAG:-2.0}", { repo: "you/app" }],
    ["you/app:${TAG:-1.0}", `you/app:\${TAG:-2.0@${digestB}}`, { pin: "both" }],
    [`you/app:\${TAG:-1.0@${digestA}}`, `you/app:\${TAG:-2.0@${digestB}}`],
    ["${REGISTRY:-ghcr.io}/you/app:1.0", `\${REGISTRY:-ghcr.io}/you/app:2.0@${digestB}`],
    ["${REGISTRY:-ghcr.io}/you/app:${TAG:-1.0}", "${REGISTRY:-ghcr.io}/you/app:${TAG:-2.0}"],
    ["${IMAGE:-you/app}:1.0", `\${IMAGE:-you/app}:2.0@${digestB}`],
    [`you/app@\${D:-${digestA}}`, `you/app@\${D:-${digestB}}`, { policy: "digest" }],
  ];
  for (const [value, after, keys] of cases) assert.deepEqual(moved(value, { keys: keys ?? {} }), [after, null], value);
});

Deno.test("text around a variable inside the tag stays", () => {
  assert.deepEqual(moved("postgres:${PG:-16.1}-alpine", { tag: "17.0-alpine" }), ["postgres:${PG:-17.0}-alpine", null]);
  assert.deepEqual(moved("you/app:v${V-1.0}", { tag: "v1.1" }), ["you/app:v${V-1.1}", null]);
  const marked = find(compose("postgres:${PG:-16.1}-alpine"));
  const [patch] = patchFiles([marked], moveAll(marked, "17.0", digestB));
  assert.deepEqual(patch?.problems.map(({ code }) => code), ["marker.variable"]);
  assert.equal(patch?.text, null);
});

Deno.test("the .env beside the Compose file wins over the default, and is edited where it does", () => {
  const cases: readonly (readonly [value: string, env: string, after: readonly (string | null)[]])[] = [
    ["a/b:${TAG:-1.0}", "TAG=1.5\n", [null, "TAG=2.0\n"]],
    ["a/b:${TAG}", "X=1\nTAG='1.5' # x", [null, "X=1\nTAG='2.0' # x"]],
    ["a/b:$TAG", 'export TAG="1.5"\r\n', [null, 'export TAG="2.0"\r\n']],
    ["$IMAGE", "IMAGE=a/b:1.5\n", [null, `IMAGE=a/b:2.0@${digestB}\n`]],
    // A later line wins.
    ["a/b:$TAG", "TAG=1.4\nTAG=1.5\n", [null, "TAG=1.4\nTAG=2.0\n"]],
    // `:-` takes its default for an empty text as well.
    ["a/b:${TAG:-1.0}", "TAG=\n", ["a/b:${TAG:-2.0}", null]],
    ["a/b:${TAG:-1.0}", "OTHER=1\n", ["a/b:${TAG:-2.0}", null]],
  ];
  for (const [value, env, after] of cases) assert.deepEqual(moved(value, { env }), after, `${value} ${env}`);
});

Deno.test("a followed target says where its value is", () => {
  const [found] = find(compose("a/b:${TAG:-1.0}"), "X=1\nTAG=1.5\n").found;
  assert.deepEqual(
    [found?.target.file, found?.target.line, found?.target.part, found?.target.value],
    ["s/compose.yaml", 3, "tag", { file: "s/.env", line: 2, column: 5 }],
  );
  assert.deepEqual(found?.target.current, { name: "a/b", tag: "1.5", digest: null });
  const [inline] = find(compose("a/b:${TAG:-1.0}")).found;
  assert.deepEqual(inline?.target.value, { file: "s/compose.yaml", line: 3, column: 12 + "a/b:${TAG:-".length });
});

Deno.test("findTargets() reports variables that lead to no one place", () => {
  const cases: readonly (readonly [value: string, env: string | null])[] = [
    ["a/b:${TAG}", null],
    ["a/b:${TAG}", "OTHER=1\n"],
    ["a/b:${TAG:?must be set}", "TAG=1.0\n"],
    ["a/b:${TAG?must be set}", "TAG=1.0\n"],
    ["a/b:${TAG:+1.0}", null],
    ["a/b:${A:-${B:-1.0}}", null],
    ["a/b:${A:-$B}", null],
    ["a/b:$$TAG", null],
    ["a/b:${MAJOR:-1}.${MINOR:-0}", null],
    ["a/b:$", null],
    ["a/b:${1}", null],
    ["a/b:${TAG}", "TAG=${OTHER}\n"],
    ["a/b:${TAG}", 'TAG="1.0\n2.0"\n'],
    [`a/b:\${TAG:-1.0}@${digestA}`, null],
    ["a/b:1.0@${D}", `D=${digestA}\n`],
  ];
  for (const [value, env] of cases) {
    const marked = find(compose(value), env);
    assert.deepEqual(marked.found, [], value);
    assert.deepEqual(marked.problems.map(({ code, line }) => [code, line]), [["marker.variable", 3]], value);
  }
});

Deno.test("only a Compose file is led to .env", () => {
  const text = `image: a/b:\${TAG:-1.0} ${marker()}\n`;
  const context = contextOf({ siblings: { "s/.env": "TAG=1.5\n" } });
  const [found] = findTargets("s/values.yaml", text, context).found;
  assert.equal(found?.target.value.file, "s/values.yaml");
});

const twoServices = `services:
  web:
    image: a/web:\${TAG:-1.0} ${marker()}
  worker:
    image: a/worker:\${TAG:-1.0} ${marker()}
`;

function decide(marked: MarkedFile, states: readonly Decision["state"][], tags: readonly string[]) {
  return new Map(marked.found.map((found, index): [FoundTarget, Decision] => {
    const decision = selecting(found.target, tags[index] ?? "", digestB);
    return [found, states[index] === "selected" ? decision : { ...decision, state: "held", selected: null }];
  }));
}

Deno.test("two images on one variable move by one edit when they agree", () => {
  const marked = find(twoServices, "TAG=1.0\n");
  const decisions = settleShared(decide(marked, ["selected", "selected"], ["2.0", "2.0"]));
  const patches = patchFiles([marked], decisions);
  const env = patches.find((it) => it.file === "s/.env");
  assert.equal(env?.text, "TAG=2.0\n");
  assert.equal(env?.changes.length, 2);
  assert.deepEqual(patches.flatMap((it) => it.problems), []);
});

Deno.test("two images on one variable that want different values stay, and so do they when one is held", () => {
  for (
    const [states, tags, errors] of [
      [["selected", "selected"], ["2.0", "2.1"], 2],
      [["selected", "held"], ["2.0", "2.0"], 1],
    ] as const
  ) {
    const marked = find(twoServices, "TAG=1.0\n");
    const decisions = settleShared(decide(marked, states, tags));
    assert.equal([...decisions.values()].filter((it) => it.state === "error").length, errors);
    const codes = [...decisions.values()].flatMap((it) => it.problems.map(({ code, severity }) => [code, severity]));
    assert.deepEqual(codes, Array(errors).fill(["marker.conflict", "error"]));
    assert.deepEqual(patchFiles([marked], decisions).flatMap((it) => it.changes), []);
  }
});

Deno.test("a held image and one that wants what is there already are no conflict", () => {
  const marked = find(twoServices, "TAG=1.0\n");
  const decisions = settleShared(decide(marked, ["selected", "held"], ["1.0", "2.0"]));
  assert.deepEqual([...decisions.values()].map(({ state }) => state), ["selected", "held"]);
});

Deno.test("two defaults of one variable are two values", () => {
  const marked = find(twoServices);
  const [patch] = patchFiles([marked], settleShared(decide(marked, ["selected", "selected"], ["2.0", "2.1"])));
  assert.equal(
    patch?.text,
    twoServices.replace("web:${TAG:-1.0}", "web:${TAG:-2.0}").replace("worker:${TAG:-1.0}", "worker:${TAG:-2.1}"),
  );
});
