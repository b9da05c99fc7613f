import assert from "node:assert/strict";
import type { AppStack } from "../../../../src/core/model/stack.ts";
import { type DiscoverInput, discoverStacks } from "../../../../src/core/stack/discover.ts";

const health = { timeoutSeconds: null, settleSeconds: 30, http: null, tcp: null };

function app(name: string, changes: Partial<AppStack> = {}): AppStack {
  return {
    name,
    compose: `stacks/${name}/compose.yaml`,
    hosts: null,
    after: [],
    windows: null,
    health: {},
    rollback: null,
    hooks: { pre: null, post: null },
    ...changes,
  };
}

function discover(changes: Partial<DiscoverInput>): ReturnType<typeof discoverStacks> {
  return discoverStacks({
    host: "pi4",
    apps: [],
    hosts: [],
    sources: ["apps", "hosts", "gitops"],
    defaults: { windows: [], health, rollback: "revert" },
    files: [],
    ...changes,
  });
}

function names(changes: Partial<DiscoverInput>): readonly string[] {
  return discover(changes).stacks.map((stack) => stack.name);
}

Deno.test("discoverStacks() gives a host the apps that name it, and those that name none", () => {
  const apps = [app("all"), app("here", { hosts: ["pi4"] }), app("there", { hosts: ["nas"] })];
  assert.deepEqual(names({ apps, hosts: ["pi4", "nas"] }), ["all", "here"]);
  assert.deepEqual(names({ apps, hosts: [] }), ["all", "here"]);
  assert.deepEqual(names({ apps, hosts: ["nas"] }), ["here"], "this host is none of hosts");
});

Deno.test("discoverStacks() tells a host that hosts does not list, with the nearest name", () => {
  const [problem] = discover({ apps: [app("web", { hosts: ["pi5"] })], hosts: ["pi4"] }).problems;
  assert.equal(problem?.code, "stack.unknown_host");
  assert.match(problem?.cure ?? "", /pi4/);
});

Deno.test("discoverStacks() tells of a gitops folder for this host that it does not follow it, unless it need not look", () => {
  const files = ["gitops/nas/config.yml", "gitops/pi4/caddy/manifest.yml", "gitops/pi4/config.yml"];
  const [problem, ...more] = discover({ files }).problems;
  assert.deepEqual([problem?.code, problem?.severity, problem?.file, more], [
    "stack.gitops",
    "warning",
    "gitops/pi4/config.yml",
    [],
  ]);
  assert.deepEqual(discover({ files, sources: ["apps", "hosts"] }).problems, []);
  assert.deepEqual(discover({ files: ["gitops/nas/config.yml"] }).problems, [], "another host's");
});

Deno.test("discoverStacks() tells that gitops alone finds nothing", () => {
  assert.match(discover({ sources: ["gitops"] }).problems[0]?.message ?? "", /gitops alone/);
  assert.deepEqual(discover({ sources: ["gitops", "apps"] }).problems, []);
});

Deno.test("discoverStacks() finds folders of the host with a Compose file, and no others", () => {
  const found = discover({
    files: [
      "hosts/nas/web/compose.yaml",
      "hosts/pi4/deep/er/compose.yaml",
      "hosts/pi4/docker-compose.yml",
      "hosts/pi4/notes/README.md",
      "hosts/pi4/web/compose.yaml",
      "hosts/pi4/web/docker-compose.yml",
      "hosts/pi4/zoo/docker-compose.yaml",
    ],
  });
  assert.deepEqual(found.stacks.map((stack) => [stack.name, stack.compose]), [
    ["pi4", "hosts/pi4/docker-compose.yml"],
    ["web", "hosts/pi4/web/compose.yaml"],
    ["zoo", "hosts/pi4/zoo/docker-compose.yaml"],
  ]);
});

Deno.test("discoverStacks() takes an app for the folder that it names, and looks only where it is told", () => {
  const files = ["hosts/pi4/web/compose.yaml"];
  const apps = [app("shop", { compose: "hosts/pi4/web/compose.yaml" })];
  assert.deepEqual(names({ apps, files }), ["shop"]);
  assert.deepEqual(names({ files, sources: ["apps"] }), []);
  assert.deepEqual(names({ apps, sources: ["gitops"] }), []);
});

Deno.test("discoverStacks() touches neither of two stacks with one name", () => {
  const found = discover({ apps: [app("web"), app("other")], files: ["hosts/pi4/web/compose.yaml"] });
  assert.deepEqual(found.stacks.map((stack) => stack.name), ["other"]);
  assert.deepEqual(found.broken, ["web", "web"]);
  assert.deepEqual(found.problems.map((problem) => problem.code), ["stack.duplicate"]);
});

Deno.test("discoverStacks() lets an app say what the defaults say, key by key", () => {
  const [stack] =
    discover({ apps: [app("web", { rollback: "local", health: { settleSeconds: 5 }, after: ["db"] })] }).stacks;
  assert.equal(stack?.rollback, "local");
  assert.deepEqual(stack?.health, { ...health, settleSeconds: 5 });
  assert.deepEqual(stack?.after, ["db"]);
});

Deno.test("discoverStacks() refuses a folder whose name is none", () => {
  const found = discover({ files: ["hosts/pi4/-odd name/compose.yaml"] });
  assert.deepEqual(found.stacks, []);
  assert.deepEqual(found.problems.map((problem) => problem.code), ["stack.invalid"]);
});
