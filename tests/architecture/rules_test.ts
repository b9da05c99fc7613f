// The architecture's rules, each shown a small project that breaks it.
import assert from "node:assert/strict";
import { fileProblems, isBarrel, topLevelProblems } from "./files.ts";
import { findCycles, type Module, modulesOf, readGraph } from "./graph.ts";
import { importProblems } from "./import_table.ts";
import { mapProblems } from "./source_map.ts";

function graphOf(imports: Readonly<Record<string, readonly string[]>>): readonly Module[] {
  return Object.entries(imports).map(([path, targets]) => ({ path, imports: targets }));
}

const allowed: readonly (readonly [from: string, to: string])[] = [
  ["main.ts", "src/cli/cli.ts"],
  ["main.ts", "src/adapters/system/clock.ts"],
  ["src/core/ports/git.ts", "src/core/model/digest.ts"],
  ["src/core/report/plan.ts", "src/core/model/digest.ts"],
  ["src/core/policy/loose/parse.ts", "src/core/policy/rank.ts"],
  ["src/adapters/git/push.ts", "src/core/plan/trailers.ts"],
  ["src/adapters/git/push.ts", "src/adapters/git/run.ts"],
  ["src/adapters/state/open.ts", "src/adapters/state/schema.sql"],
  ["src/reconcile/update_pass.ts", "src/core/ports/git.ts"],
  ["src/daemon/http/page.tsx", "src/reconcile/update_pass.ts"],
  ["src/daemon/http/page.tsx", "src/daemon/scheduler.ts"],
  ["src/daemon/http/page.tsx", "src/core/report/status.ts"],
  ["src/cli/verbs/plan.ts", "src/reconcile/update_pass.ts"],
  ["src/cli/verbs/run.ts", "src/daemon/scheduler.ts"],
  ["src/cli/verbs/run.ts", "src/core/report/status.ts"],
  ["src/cli/wire.ts", "src/adapters/git/push.ts"],
  ["src/cli/verbs/version.ts", "deno.json"],
  ["src/cli/verbs/init.ts", "policies/semver.yml"],
  ["src/core/yaml/parse.ts", "yaml"],
  ["src/core/yaml/issue.ts", "zod"],
  ["src/core/documents/config.ts", "zod"],
  ["src/adapters/registry/answer.ts", "zod"],
  ["src/core/model/pattern.ts", "re2js"],
  ["src/core/model/schedule.ts", "croner"],
  ["src/core/model/digest.ts", "node:crypto"],
  ["src/core/documents/registries_conf.ts", "smol-toml"],
  ["src/core/patch/paths.ts", "picomatch"],
  ["src/adapters/state/open.ts", "node:sqlite"],
  ["src/adapters/state/tag_list.ts", "node:zlib"],
  ["src/adapters/system/log.ts", "@logtape/logtape"],
  ["src/adapters/system/serve.ts", "@hono/node-server"],
  ["src/adapters/forge/app.ts", "@octokit/auth-app"],
  ["src/adapters/verify/bundle.ts", "@sigstore/bundle"],
  ["src/daemon/http/page.tsx", "hono/jsx/jsx-runtime"],
  ["src/cli/demo/registry.ts", "hono"],
  ["src/cli/cli.ts", "commander"],
  ["src/cli/verbs/plan.ts", "@commander-js/extra-typings"],
];

Deno.test("the import table allows what the design allows", () => {
  for (const [from, to] of allowed) assert.deepEqual(importProblems(graphOf({ [from]: [to] })), [], `${from} ${to}`);
});

const refused: readonly (readonly [from: string, room: string, to: string])[] = [
  ["main.ts", "main.ts", "src/core/model/digest.ts"],
  ["main.ts", "main.ts", "src/adapters/git/push.ts"],
  ["main.ts", "main.ts", "src/daemon/scheduler.ts"],
  ["main.ts", "main.ts", "commander"],
  ["src/core/model/digest.ts", "core/model", "src/core/ports/git.ts"],
  ["src/core/policy/rank.ts", "core/policy", "src/core/patch/marker.ts"],
  ["src/core/policy/loose/parse.ts", "core/policy", "src/core/plan/trailers.ts"],
  ["src/core/plan/update_plan.ts", "core/plan", "src/adapters/git/push.ts"],
  ["src/core/plan/update_plan.ts", "core/plan", "src/reconcile/update_pass.ts"],
  ["src/core/plan/update_plan.ts", "core/plan", "src/core/documents/policy.schema.json"],
  ["src/core/plan/update_plan.ts", "core/plan", "main.ts"],
  ["src/core/plan/update_plan.ts", "core/plan", "tests/fakes/needs.ts"],
  ["src/core/plan/update_plan.ts", "core/plan", "deno.json"],
  ["src/core/plan/update_plan.ts", "core/plan", "src/stray.ts"],
  ["src/adapters/git/push.ts", "adapters/git", "src/adapters/system/process.ts"],
  ["src/adapters/git/push.ts", "adapters/git", "src/reconcile/deliver.ts"],
  ["src/reconcile/update_pass.ts", "reconcile", "src/adapters/git/push.ts"],
  ["src/reconcile/update_pass.ts", "reconcile", "src/cli/wire.ts"],
  ["src/daemon/scheduler.ts", "daemon", "src/cli/wire.ts"],
  ["src/daemon/scheduler.ts", "daemon", "src/adapters/system/clock.ts"],
  ["src/cli/verbs/plan.ts", "cli", "src/adapters/git/push.ts"],
  ["src/cli/verbs/wire.ts", "cli", "src/adapters/git/push.ts"],
  ["src/cli/verbs/plan.ts", "cli", "main.ts"],
  ["src/core/patch/find.ts", "core/patch", "yaml"],
  ["src/core/policy/rank.ts", "core/policy", "zod"],
  ["src/core/policy/rank.ts", "core/policy", "re2js"],
  ["src/core/plan/next.ts", "core/plan", "croner"],
  ["src/core/plan/hash.ts", "core/plan", "node:crypto"],
  ["src/adapters/registry/conf.ts", "adapters/registry", "smol-toml"],
  ["src/core/documents/paths.ts", "core/documents", "picomatch"],
  ["src/adapters/registry/cache.ts", "adapters/registry", "node:sqlite"],
  ["src/core/report/plan.ts", "core/report", "node:zlib"],
  ["src/cli/cli.ts", "cli", "@logtape/logtape"],
  ["src/daemon/http/listen.ts", "daemon", "@hono/node-server"],
  ["src/adapters/registry/app.ts", "adapters/registry", "@octokit/auth-app"],
  ["src/adapters/registry/app.ts", "adapters/registry", "@sigstore/verify"],
  ["src/cli/verbs/plan.ts", "cli", "hono"],
  ["src/reconcile/update_pass.ts", "reconcile", "zod"],
  ["src/daemon/scheduler.ts", "daemon", "commander"],
  ["src/adapters/system/files.ts", "adapters/system", "node:fs"],
  ["src/cli/cli.ts", "cli", "npm:commander@15.1.0"],
  ["src/core/yaml/parse.ts", "core/yaml", "yaml/util"],
];

Deno.test("the import table refuses everything else", () => {
  for (const [from, room, to] of refused) {
    assert.deepEqual(importProblems(graphOf({ [from]: [to] })), [`${from}: ${room} may not import ${to}`]);
  }
});

Deno.test("a module in no room is refused", () => {
  for (const path of ["src/stray.ts", "src/core/stray.ts", "src/lib/stray.ts", "src/adapters/gitlab/api.ts"]) {
    assert.deepEqual(importProblems(graphOf({ [path]: [] })), [`${path}: src has no such room`]);
  }
});

Deno.test("findCycles() names each ring, also one of a single file", () => {
  const ring = { "a.ts": ["b.ts"], "b.ts": ["c.ts", "zod"], "c.ts": ["a.ts"] };
  assert.deepEqual(findCycles(graphOf({ ...ring, "d.ts": ["a.ts"], "e.ts": ["e.ts"] })), [
    "a.ts -> b.ts -> c.ts -> a.ts",
    "e.ts -> e.ts",
  ]);
  assert.deepEqual(findCycles(graphOf({ "a.ts": ["b.ts", "c.ts"], "b.ts": ["c.ts"], "c.ts": [] })), []);
});

Deno.test("readGraph() sees types, dynamic imports, re-exports, data and libraries", async () => {
  const root = `${await Deno.realPath(await Deno.makeTempDir())}/`;
  try {
    const source = [
      `import type { B } from "./b.ts";`,
      `export type { C } from "./c.ts";`,
      `export type D = import("./d.ts").D;`,
      `export const e = () => import("./e.ts");`,
      `import data from "./data.json" with { type: "json" };`,
      `import text from "./text.sql" with { type: "text" };`,
      `import { createHash } from "node:crypto";`,
      `export const b: B = [data, text, createHash];`,
    ].join("\n");
    await Deno.writeTextFile(`${root}deno.json`, "{}");
    await Deno.writeTextFile(`${root}data.json`, "{}");
    await Deno.writeTextFile(`${root}text.sql`, "SELECT 1;");
    await Deno.writeTextFile(`${root}a.ts`, source);
    for (const name of ["b", "c", "d", "e"]) {
      await Deno.writeTextFile(`${root}${name}.ts`, `export type ${name.toUpperCase()} = unknown;`);
    }
    const [first] = await readGraph(root, ["a.ts"]);
    assert.deepEqual(first, {
      path: "a.ts",
      imports: ["b.ts", "c.ts", "d.ts", "data.json", "e.ts", "node:crypto", "text.sql"],
    });
    await assert.rejects(readGraph(root, ["missing.ts"]), /missing\.ts/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("modulesOf() keeps the name of a library whose types come from elsewhere", () => {
  const dependencies = [{
    specifier: "picomatch",
    code: { specifier: "npm:picomatch@4.0.7" },
    type: { specifier: "npm:@types/picomatch@4.0.3" },
  }];
  const info = { modules: [{ specifier: "file:///p/a.ts", dependencies }, { specifier: "npm:/picomatch@4.0.7" }] };
  assert.deepEqual(modulesOf(info, "/p/"), [{ path: "a.ts", imports: ["picomatch"] }]);
});

Deno.test("fileProblems() finds bad names, a missing first comment, too many lines and barrels", () => {
  const good = "// Says what it is for.\nexport const a = 1;\n";
  const problems = (path: string, text: string): readonly string[] => fileProblems({ path, text });
  assert.deepEqual(problems("src/core/model/image_tag2.ts", good), []);
  assert.deepEqual(problems("src/daemon/service_manager.ts", good), []);
  assert.deepEqual(problems("src/core/model/imageTag.ts", good), [
    `src/core/model/imageTag.ts: "imageTag.ts" is not snake_case`,
  ]);
  assert.deepEqual(problems("src/core/image-tag/a.ts", good), [
    `src/core/image-tag/a.ts: "image-tag" is not snake_case`,
  ]);
  for (const path of ["src/cli/utils/a.ts", "src/cli/helpers.ts", "tests/common/a.ts", "src/cli/manager.tsx"]) {
    assert.match(problems(path, good).join(), /says nothing of its content/);
  }
  for (const text of ["export const a = 1;\n", "\n// late\n", "//\nexport const a = 1;\n", "/** doc */\n", ""]) {
    assert.deepEqual(problems("tests/a.ts", text), [
      "tests/a.ts: its first line is no comment that says what it is for",
    ]);
  }
  assert.deepEqual(problems("src/cli/a.ts", `// Long.\n${"f();\n".repeat(299)}`), []);
  assert.deepEqual(problems("src/cli/a.ts", `// Long.\n${"f();\n".repeat(300)}`), [
    "src/cli/a.ts: 301 lines, 300 are allowed",
  ]);
  assert.deepEqual(problems("src/cli/a.ts", `// All.\nexport { b } from "./b.ts";\n`), [
    "src/cli/a.ts: it only passes on what other files declare",
  ]);
});

Deno.test("isBarrel() tells passing on from declaring", () => {
  for (
    const barrel of [
      `export { b } from "./b.ts";`,
      `export * from "./b.ts";`,
      `export type {\n  B,\n  C,\n} from "./b.ts";\nexport * as c from './c.ts';`,
      `// why\nimport { b } from "./b.ts";\n/* more */\nexport { b };`,
      `import "./effect.ts";\nexport type * from "./b.ts";`,
    ]
  ) assert.equal(isBarrel(barrel), true, barrel);
  for (
    const own of [
      `export const a = 1;`,
      `export { b } from "./b.ts";\nexport interface A { b: 1; }`,
      `import type { B } from "./b.ts";\nexport type A = B;`,
      `import { run } from "./run.ts";\nrun();`,
      `export { b } from "./b.ts";\nexport declare const c: number;`,
      `export { b } from "./b.ts";\nexport function c(): void {}`,
      `import "./effect.ts";`,
    ]
  ) assert.equal(isBarrel(own), false, own);
});

Deno.test("topLevelProblems() refuses a stray file or folder, and lets dot files be", () => {
  const fine = [
    ".ci/run",
    ".gitignore",
    "LICENSE",
    "README.md",
    "deno.json",
    "deno.lock",
    "main.ts",
    "src/a",
    "tests/b",
  ];
  assert.deepEqual(topLevelProblems([...fine, "policies/a.yml"]), []);
  const found = topLevelProblems([...fine, "docs/a.md", "docs/b.md", "mod.ts"]);
  assert.deepEqual(found.map((problem) => problem.split(":")[0]), ["docs", "mod.ts"]);
});

Deno.test("mapProblems() finds a folder without a row, a row twice, and names that are gone", () => {
  const files = ["README.md", "core/model/digest.ts", "cli/wire.ts"];
  const map =
    "| folder |\n| --- |\n| `core/`  | x |\n| `core/model/` | x, `hono/jsx` |\n| `cli/` | only `cli/wire.ts` |\n";
  assert.deepEqual(mapProblems(map, files), []);
  assert.deepEqual(mapProblems(map, [...files, "daemon/http/page.tsx"]), [
    "daemon/ has no row",
    "daemon/http/ has no row",
  ]);
  assert.deepEqual(mapProblems(`${map}| \`cli/\` | x |\n`, files), ["cli/ has two rows"]);
  assert.deepEqual(mapProblems(`${map}| \`core/yaml/\` | see \`src/cli/cli.ts\` |\n`, files), [
    "core/yaml/ does not exist",
    "src/cli/cli.ts does not exist",
  ]);
});
