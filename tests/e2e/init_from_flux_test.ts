// magos init --from-flux: what Flux's resources say becomes magos's own, and the same tags are taken after it.
import assert from "node:assert/strict";
import { readPolicyBook } from "../../src/core/documents/policy_book.ts";
import { readPolicyCases } from "../../src/core/documents/policy_test_cases.ts";
import { selectTags } from "../../src/core/policy/select_tags.ts";
import { type Folder, withFolder } from "./folder.ts";

const samples = new URL("../../policies/", import.meta.url).pathname;
const groups = Array.from(Deno.readDirSync(samples), ({ name }) => name).filter((name) => name.endsWith(".flux.yaml"))
  .map((name) => name.replace(".flux.yaml", "")).sort();

async function policiesOf(folder: Folder) {
  const file = { file: "p.yaml", text: await folder.read("policies/from-flux.yaml"), mayHoldPolicies: true };
  const { book, problems } = readPolicyBook([file], { fluxVersioning: "flux" });
  assert.deepEqual(problems, []);
  return book.magos;
}

for (const group of groups) {
  Deno.test(`init --from-flux of policies/${group} gives Flux's answers with policies of magos`, async () => {
    const flux = await Deno.readTextFile(`${samples}${group}.flux.yaml`);
    const compose = (await Deno.readTextFile(`${samples}${group}.compose.yaml`))
      .replace(/^( {2}(\S+):\n.*) # \{"magos".*$/gm, '$1 # {"$imagepolicy": "flux-system:$2"}');
    const { cases } = readPolicyCases(await Deno.readTextFile(`${samples}${group}.test.yaml`), "cases");
    const before = readPolicyBook([{ file: "f", text: flux, mayHoldPolicies: false }], { fluxVersioning: "flux" }).book;
    await withFolder({ "compose.yaml": compose, "flux.yaml": flux }, async (folder) => {
      const shown = await folder.magos(["init", "--from-flux", "--json"]);
      assert.equal(shown.code, 0, shown.out);
      assert.equal(await folder.read("compose.yaml"), compose);
      assert.equal((await folder.magos(["init", "--from-flux", "--write"])).code, 0);
      const marked = await folder.read("compose.yaml");
      assert.doesNotMatch(marked, /imagepolicy/);
      const policies = await policiesOf(folder);
      assert.equal(policies.size, before.flux.size);
      for (const [name, { policy, image }] of policies) {
        const old = before.flux.get(`flux-system:${name}`);
        assert.equal(image, old?.image);
        for (const one of cases.filter((it) => it.policy.kind === "named" && it.policy.name === name)) {
          const tags = one.tags.map(({ tag }) => tag);
          assert.ok(old !== undefined);
          const [was, is] = [selectTags(old.policy, tags, one.current), selectTags(policy, tags, one.current)];
          assert.equal(is.ok && is.value.selected, was.ok && was.value.selected, `${name} ${JSON.stringify(policy)}`);
        }
      }
      const valid = await folder.magos(["validate", "--json"]);
      const errors = JSON.parse(valid.out).problems.filter(({ severity }: { severity: string }) =>
        severity === "error"
      );
      assert.deepEqual(errors, []);
    });
  });
}

const repository = (spec: string): string =>
  `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: app, namespace: flux-system }
spec: { image: ghcr.io/you/app, interval: 1h${spec} }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: app, namespace: flux-system }
spec:
  imageRepositoryRef: { name: app }
`;
const automation = `---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: { name: auto, namespace: flux-system }
spec:
  sourceRef: { kind: GitRepository, name: flux-system }
  interval: 12h
  git:
    checkout: { ref: { branch: main } }
    commit: { author: { name: Ann, email: ann@example.org }, messageTemplate: "update {{ .AutomationObject }}" }
    push: { branch: 'image-updates/{{ now "2006-w02" }}' }
  update: { path: ./apps }
`;

Deno.test("init --from-flux makes magos.yaml of the automation, and says what it leaves out", () => {
  const tree = {
    "apps/compose.yaml": `services:\n  a:\n    image: ghcr.io/you/app:1.4.2 # {"$imagepolicy": "flux-system:app"}\n`,
    "flux.yaml": `${repository(", secretRef: { name: login }")}  policy: { semver: { range: ^1 } }\n${automation}`,
  };
  return withFolder(tree, async (folder) => {
    const report = JSON.parse((await folder.magos(["init", "--from-flux", "--write", "--json"])).out);
    assert.equal(report.written, true);
    assert.equal(
      await folder.read("magos.yaml"),
      `# From Flux's ImageUpdateAutomation flux-system:auto, which ran every 12h.
update:
  paths:
    - apps
  policies:
    - 'policies/**'
  delivery: branch
  branch: 'image-updates/{{ now "2006-w02" }}'
  commit:
    author:
      name: Ann
      email: 'ann@example.org'
`,
    );
    assert.equal(
      await folder.read("apps/compose.yaml"),
      `services:\n  a:\n    image: ghcr.io/you/app:1.4.2 # {"magos": {"policy": "app"}}\n`,
    );
    assert.equal(
      await folder.read("policies/from-flux.yaml"),
      `# From Flux's flux-system:app
apiVersion: v1
kind: ImagePolicy
metadata:
  name: app
spec:
  image: ghcr.io/you/app
  selector:
    semver:
      range: '^1'
  versioning: flux
  pin: tag
`,
    );
    const messages = report.problems.map(({ message }: { message: string }) => message).join("\n");
    for (const word of [/no step down/, /as Flux reads/, /secretRef/, /interval/, /messageTemplate/, /branch main/]) {
      assert.match(messages, word);
    }
    // Nothing is left to take over, so nothing is written again.
    const again = JSON.parse((await folder.magos(["init", "--from-flux", "--write", "--json"])).out);
    assert.deepEqual(again.files, []);
  });
});

Deno.test("init --from-flux follows a moving tag by name, parts by repo, and leaves :name and list comments", () => {
  const tree = {
    "k8s.yaml": `image: ghcr.io/you/app:latest # {"$imagepolicy": "flux-system:app"}
tag: latest # {"$imagepolicy": "flux-system:app:tag"}
name: ghcr.io/you/app # {"$imagepolicy": "flux-system:app:name"}
list:
  # {"$imagepolicy": "flux-system:app"}
  - ghcr.io/you/app:latest
`,
    "flux.yaml": `${repository("")}  filterTags: { pattern: ^latest$ }
  policy: { alphabetical: {} }
  digestReflectionPolicy: Always
  interval: 10m
`,
  };
  return withFolder(tree, async (folder) => {
    const report = JSON.parse((await folder.magos(["init", "--from-flux", "--write", "--json"])).out);
    const policy = (await policiesOf(folder)).get("app")?.policy;
    assert.deepEqual([policy?.kind, policy?.tag, policy?.pin, policy?.versioning], [
      "latest",
      "latest",
      "both",
      "loose",
    ]);
    const lines = (await folder.read("k8s.yaml")).split("\n");
    assert.equal(lines[0], 'image: ghcr.io/you/app:latest # {"magos": {"policy": "app"}}');
    // A tag alone leaves nothing for a policy by digest to write.
    assert.deepEqual(lines.slice(1), tree["k8s.yaml"].split("\n").slice(1));
    const kept = report.problems.filter(({ code }: { code: string }) => code === "flux.not_imported");
    assert.deepEqual(kept.map(({ line }: { line: number }) => line).toSorted(), [2, 3, 6]);
  });
});

Deno.test("init --from-flux takes back what export flux has written", () => {
  const marker = '{"policy": "rule", "filter": "-cuda$"}';
  const tree = {
    "compose.yaml": `services:\n  a:\n    image: ghcr.io/you/app:v2.4.1-cuda # {"magos": ${marker}}\n`,
    "policies/rule.yaml": `apiVersion: v1
kind: ImagePolicy
metadata: { name: rule }
spec:
  selector: { semver: { range: ">=2 <4", allowPrerelease: false } }
  skip: [v3.0.0-cuda]
  constraints: { arch: [amd64] }
  rollout: { minAge: 3d }
  group: photos
`,
  };
  return withFolder(tree, async (folder) => {
    assert.equal((await folder.magos(["export", "flux", "--out", "flux", "--write-markers"])).code, 0);
    const ran = await folder.magos(["init", "--from-flux", "--write", "--json"]);
    assert.equal(ran.code, 0, ran.out);
    assert.match(await folder.read("compose.yaml"), /# \{"magos": \{"policy": "flux-system-rule"\}\}$/m);
    const policy = (await policiesOf(folder)).get("flux-system-rule")?.policy;
    const { kind, range, filter, extract, prerelease, skip, minAgeSeconds, group, versioning, exclusions, pin } =
      policy ?? {};
    assert.deepEqual(
      { kind, range, filter, extract, prerelease, skip, minAgeSeconds, group, versioning, exclusions, pin },
      {
        kind: "semver",
        range: ">=2 <4",
        filter: "-cuda$",
        extract: null,
        prerelease: false,
        skip: ["v3.0.0-cuda"],
        minAgeSeconds: 3 * 86_400,
        group: "photos",
        versioning: "loose",
        exclusions: [],
        pin: "both",
      },
    );
  });
});

Deno.test("init --from-flux overwrites no file of policies", () =>
  withFolder({
    "compose.yaml": `a: ghcr.io/you/app:1.4.2 # {"$imagepolicy": "flux-system:app"}\n`,
    "flux.yaml": `${repository("")}  policy: { semver: { range: ^1 } }\n`,
    "policies/from-flux.yaml": "# mine\n",
  }, async (folder) => {
    assert.equal((await folder.magos(["init", "--from-flux", "--write"])).code, 2);
    assert.equal(await folder.read("policies/from-flux.yaml"), "# mine\n");
    assert.match(await folder.read("compose.yaml"), /imagepolicy/);
  }));
