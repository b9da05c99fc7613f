// The rule must find the machine under all its names, and leave alone what only shares a name with it.
import assert from "node:assert/strict";
import { plugin } from "./plugin.ts";

const root = new URL("../../", import.meta.url).pathname;

function findings(source: string, file = "src/core/plan/update_plan.ts"): string[] {
  return Deno.lint.runPlugin(plugin, root + file, source)
    .map((one) => source.slice(one.range[0], one.range[1]));
}

const refused: readonly (readonly [source: string, found: readonly string[]])[] = [
  ["Deno.cwd();", ["Deno"]],
  ["const { cwd } = Deno;", ["Deno"]],
  ["const { env: { get } } = Deno, all = [Deno, { Deno, a: Deno }];", ["Deno", "Deno", "Deno", "Deno"]],
  ["const file: Deno.FsFile | null = null;", ["Deno"]],
  ["Deno[key]; (Deno as Runtime).cwd(); Deno!.cwd();", ["Deno", "Deno", "Deno"]],
  ["await fetch(url);", ["fetch"]],
  ["export function get(ask = fetch) { return ask(); }", ["fetch"]],
  ["function one(fetch: Http) {} function two() { fetch(); }", ["fetch"]],
  ["{ const fetch = 1; } fetch();", ["fetch"]],
  ["for (const process of list) {} process.exit(1);", ["process"]],
  ["export { fetch };", ["fetch"]],
  ["export default fetch;", ["fetch", "export default fetch;"]],
  ["console.log(1); globalThis.fetch(); self.fetch();", ["console", "globalThis", "self"]],
  ["setTimeout(f, 1); setInterval(f, 1); setImmediate(f);", ["setTimeout", "setInterval", "setImmediate"]],
  ["AbortSignal.timeout(300);", ["AbortSignal.timeout"]],
  ["performance.now();", ["performance"]],
  ["Date.now(); Date['now'](); Date?.now(); const now = Date.now;", [
    "Date.now",
    "Date['now']",
    "Date?.now",
    "Date.now",
  ]],
  ["new Date(); new Date; Date(); Date(5);", ["new Date()", "new Date", "Date()", "Date(5)"]],
  ["Temporal.Now.instant();", ["Temporal.Now"]],
  ["Math.random(); crypto.randomUUID(); crypto.getRandomValues(a);", [
    "Math.random",
    "crypto.randomUUID",
    "crypto.getRandomValues",
  ]],
  ["new WebSocket(url); new EventSource(url);", ["WebSocket", "EventSource"]],
];

for (const [source, found] of refused) {
  Deno.test(`only-in-system refuses ${source}`, () => assert.deepEqual(findings(source).sort(), [...found].sort()));
}

const allowed = [
  "new Date(0); new Date(time); Date.parse(text); Date.UTC(2026, 1);",
  "Math.max(1, 2); crypto.subtle.digest('SHA-256', bytes); AbortSignal.any([a, b]);",
  "system.process.run(command); system.fetch(url); this.console; git.fetch(url); clock.now();",
  "function run(process: Process) { return process.run(command); }",
  "const run = ({ process }: System) => process.run(command);",
  "const run = async ([process, ...console]: Parts, { a: { fetch } = b, c: self = 1 }: More) => fetch(process, console, self);",
  "import { fetch } from './fetch.ts'; fetch();",
  "import * as process from './process.ts'; process.run();",
  "import { fetch as load } from './fetch.ts'; load();",
  "export { fetch } from './fetch.ts';",
  "export { load as fetch };",
  "function fetch() { return fetch(); }",
  "export const process = 1; use(process);",
  "const f = function fetch() { return fetch(); };",
  "class Store { constructor(readonly process: Process) { process.run(); } fetch() {} console = 1; }",
  "for (const process of list) process.run();",
  "for (let self = 0; self < 1; self++) {}",
  "try { f(); } catch (self) { throw self; }",
  "switch (a) { case 1: { break; } default: const process = 1; use(process); }",
  "const record = { fetch: 1, process() {}, console: 2 }; use(record);",
  "interface Process { process: string; fetch(self: string): void; readonly f: (process: string) => void }",
  "type Fetch = typeof fetch; let tuple: [process: string];",
  "self: for (;;) break self;",
  "const { process } = system; function f() { return () => process.run(); }",
  "function f(now = clock.now(), Date: Time) { return Date.now(); }",
] as const;

for (const source of allowed) {
  Deno.test(`only-in-system allows ${source}`, () => assert.deepEqual(findings(source), []));
}

Deno.test("only-in-system holds in every room of src but adapters/system", () => {
  const source = "Deno.cwd();";
  for (const file of ["main.ts", "src/adapters/system/files.ts", "tests/fakes/clock.ts"]) {
    assert.deepEqual(findings(source, file), [], file);
  }
  for (const file of ["src/adapters/system.ts", "src/adapters/git/main.ts", "src/daemon/http/page.tsx"]) {
    assert.deepEqual(findings(source, file), ["Deno"], file);
  }
});

Deno.test("only-in-system names the cure", () => {
  const [found] = Deno.lint.runPlugin(plugin, `${root}src/cli/wire.ts`, "const now = new Date();");
  assert.equal(found?.id, "magos/only-in-system");
  assert.equal(found?.message, "`new Date()` belongs in main.ts and src/adapters/system");
  assert.equal(found?.hint, "take `now` as an argument, or use the Clock port");
});
