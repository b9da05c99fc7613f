import assert from "node:assert/strict";
import {
  type CheckedFiles,
  checkFiles,
  type CheckOptions,
  isWorthChecking,
} from "../../../../src/core/patch/check_files.ts";

const options: CheckOptions = {
  paths: ["."],
  policyPaths: ["policies/**"],
  pin: "both",
  fluxVersioning: "flux",
  strictNamespaces: false,
  namedByApps: [],
};

function check(files: Readonly<Record<string, string>>, changes: Partial<CheckOptions> = {}): CheckedFiles {
  const sources = Object.entries(files).map(([file, text]) => ({ file, text }));
  return checkFiles(sources, { ...options, ...changes });
}

/** `file:line:column severity code` of each problem. */
function told(files: Readonly<Record<string, string>>, changes: Partial<CheckOptions> = {}): readonly string[] {
  return check(files, changes).problems.map(({ file, line, column, severity, code }) =>
    `${file}:${line}:${column} ${severity} ${code}`
  );
}

function policy(name: string, selector = '{ semver: { range: ">=1" } }', more = ""): string {
  return `apiVersion: v1\nkind: ImagePolicy\nmetadata: { name: ${name} }\nspec:\n  selector: ${selector}\n${more}`;
}

function flux(range: string, image = "ghcr.io/you/app"): string {
  return `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: app, namespace: flux-system }
spec: { image: ${image}, interval: 5m }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: app, namespace: flux-system }
spec:
  imageRepositoryRef: { name: app }
  policy: { semver: { range: "${range}" } }
`;
}

const marked = (keys: string, value = "ghcr.io/you/app:1.4.2"): string => `image: ${value} # {"magos": {${keys}}}\n`;

Deno.test("checkFiles() has nothing to say of a sound repository, and counts", () => {
  const checked = check({
    "policies/app.yml": policy("app"),
    "cluster/image.yaml": flux(">=1.0.0"),
    "a.yaml": marked('"policy": "app"') + "---\n" + marked('"policy": "semver", "range": "^1"'),
    "b.yaml": 'image: ghcr.io/you/app:1.4.2 # {"$imagepolicy": "flux-system:app"}\n',
  });
  assert.deepEqual(checked.problems, []);
  assert.deepEqual([...checked.markers].filter(([, count]) => count > 0), [["a.yaml", 2], ["b.yaml", 1]]);
  assert.deepEqual([[...checked.book.magos.keys()], [...checked.book.flux.keys()]], [["app"], ["flux-system:app"]]);
});

Deno.test("checkFiles() reports a policy that nothing uses, and takes a broken marker for a use", () => {
  assert.deepEqual(told({ "policies/app.yml": policy("app") }), ["policies/app.yml:1:1 warning policy.unused"]);
  assert.deepEqual(told({ "policies/app.yml": policy("app") }, { namedByApps: ["app"] }), []);
  assert.deepEqual(told({ "f.yaml": flux("1.x") }), ["f.yaml:6:1 warning policy.unused"]);
  assert.deepEqual(told({ "policies/app.yml": policy("app"), "a.yaml": marked('"policy": "app"', "No Image") }), [
    "a.yaml:1:17 error marker.not_an_image",
  ]);
  assert.deepEqual(told({ "policies/app.yml": policy("app"), "a.yaml": marked('"policy": "appp"') }), [
    "policies/app.yml:1:1 warning policy.unused",
    "a.yaml:1:30 error marker.unknown_policy",
  ]);
});

Deno.test("checkFiles() reports ranges that do not compile once, where they are written", () => {
  assert.deepEqual(
    told({ "policies/app.yml": policy("app", '{ semver: { range: ">=1 <" } }'), "a.yaml": marked('"policy": "app"') }),
    ["policies/app.yml:1:1 error policy.invalid"],
  );
  assert.deepEqual(
    told({ "f.yaml": flux("wat"), "b.yaml": 'image: ghcr.io/you/app:1 # {"$imagepolicy": "flux-system:app"}\n' }),
    ["f.yaml:6:1 error policy.invalid"],
  );
  assert.deepEqual(told({ "a.yaml": marked('"policy": "semver", "range": "wat"') }), [
    "a.yaml:1:8 error policy.invalid",
  ]);
  assert.deepEqual(told({ "a.yaml": marked('"policy": "semver", "filter": "(?<=a)"') }), [
    "a.yaml:1:8 error policy.invalid_filter",
  ]);
});

Deno.test("checkFiles() reports a marker that spoils a sound policy", () => {
  const files = { "policies/app.yml": policy("app"), "a.yaml": marked('"policy": "app", "range": "wat"') };
  assert.deepEqual(told(files), ["a.yaml:1:8 error policy.invalid"]);
});

Deno.test("checkFiles() reports a policy that is for another image than the value names, under both kinds", () => {
  const ours = policy("app", '{ semver: { range: ">=1" } }', "  image: ghcr.io/you/other\n");
  const files = { "policies/app.yml": ours, "a.yaml": marked('"policy": "app"') };
  assert.deepEqual(told(files), ["a.yaml:1:8 warning policy.repository_differs"]);
  const theirs = {
    "f.yaml": flux("1.x", "ghcr.io/you/other"),
    "b.yaml": 'image: ghcr.io/you/app:1.0.0 # {"$imagepolicy": "flux-system:app"}\n',
    "c.yaml": 'tag: 1.0.0 # {"$imagepolicy": "flux-system:app:tag"}\n',
  };
  assert.deepEqual(told(theirs), ["b.yaml:1:8 warning policy.repository_differs"]);
});

Deno.test("checkFiles() warns of all that is outside of update.paths, and of no more than a warning there", () => {
  const files = { "a.yaml": marked('"policy": "semver"'), "stacks/b.yaml": marked('"policy": "semver"') };
  assert.deepEqual(told(files, { paths: ["stacks"] }), ["a.yaml:1:8 warning marker.outside_paths"]);
  assert.deepEqual(told({ "a.yaml": marked('"polcy": "semver"') }, { paths: ["stacks"] }), [
    "a.yaml:1:30 warning marker.invalid",
  ]);
});

Deno.test("checkFiles() reports a marker whose value lies in a file that update.paths leaves out", () => {
  const compose = 'services:\n  web:\n    image: a/b:${TAG} # {"magos": {"policy": "semver"}}\n';
  const files = { "stacks/compose.yaml": compose, "stacks/.env": "TAG=1.0\n" };
  assert.deepEqual(told(files), []);
  assert.deepEqual(told(files, { paths: ["stacks/*.yaml"] }), ["stacks/compose.yaml:3:12 error marker.outside_paths"]);
});

Deno.test("checkFiles() reports comments that are nearly markers, and each comment once", () => {
  assert.deepEqual(told({ "a.yaml": 'image: a/b:1 #{"magos": {"policy": "semver"}}\n' }), [
    "a.yaml:1:14 warning marker.misspelt",
  ]);
  assert.deepEqual(told({ ".env": '#{"magos": {"policy": "semver", "repo": "a/b"}}\nTAG=1\n' }), [
    ".env:1:1 warning marker.misspelt",
  ]);
  assert.equal(told({ "a.yaml": "image: a/b:1 # {'$imagepolicy': 'flux-system:app'}\n" }).length, 1);
});

Deno.test("checkFiles() reads magos's policies only where they are kept, and Flux's anywhere", () => {
  const files = { "elsewhere/app.yml": policy("app"), "a.yaml": marked('"policy": "app"') };
  assert.deepEqual(told(files), ["a.yaml:1:30 error marker.unknown_policy"]);
  assert.deepEqual(told(files, { policyPaths: ["elsewhere"] }), []);
});

Deno.test("checkFiles() reads Flux's policies by the versioning that is configured", () => {
  const files = { "f.yaml": flux(""), "b.yaml": 'image: ghcr.io/you/app:1 # {"$imagepolicy": "flux-system:app"}\n' };
  assert.deepEqual(told(files), ["f.yaml:6:1 error policy.invalid"]);
  assert.deepEqual(told(files, { fluxVersioning: "loose" }), []);
});

Deno.test("isWorthChecking() keeps whatever checkFiles() has something to say of", () => {
  const yes = [marked('"policy": "semver"'), '#{"magos": {}}', flux("1"), "# {'$imagepolcy': 1}"];
  for (const text of yes) assert.ok(isWorthChecking({ file: "a.yaml", text }), text);
  assert.ok(isWorthChecking({ file: "a/.env", text: "A=1" }));
  assert.ok(!isWorthChecking({ file: "a.yaml", text: "image: nginx # plain\n" }));
});

Deno.test("checkFiles() says which markers Flux's own automation would pass over", () => {
  const automation = (namespace: string, selector = ""): string =>
    `---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: { name: auto, namespace: ${namespace} }
spec:
  interval: 30m
  sourceRef: { kind: GitRepository, name: r }
  git: { commit: { author: { email: bot@example.org } } }
${selector}`;
  const marked = 'image: ghcr.io/you/app:1.0.0 # {"$imagepolicy": "flux-system:app"}\n';
  const files = (text: string): Readonly<Record<string, string>> => ({
    "f.yaml": flux(">=1") + text,
    "a.yaml": marked,
  });
  assert.deepEqual(told(files(automation("flux-system"))), []);
  assert.deepEqual(told(files(automation("apps"))), ["a.yaml:1:8 warning flux.foreign_namespace"]);
  assert.deepEqual(told(files(automation("apps")), { strictNamespaces: true }), [
    "a.yaml:1:8 error flux.foreign_namespace",
  ]);
  assert.deepEqual(told(files(automation("flux-system", "  policySelector: { matchLabels: { a: b } }\n"))), [
    "a.yaml:1:8 warning flux.not_selected",
  ]);
});

Deno.test("checkFiles() says that a policy for one tag without a digest never moves a value", () => {
  const fixed = flux(">=1").replace('semver: { range: ">=1" }', "alphabetical: {}") +
    '  filterTags: { pattern: "^latest$" }\n';
  const marked = 'image: ghcr.io/you/app:latest # {"$imagepolicy": "flux-system:app"}\n';
  assert.deepEqual(told({ "f.yaml": fixed, "a.yaml": marked }), ["f.yaml:6:1 warning policy.fixed"]);
});
