// Named policies, Flux resources and apps through a whole pass.
import assert from "node:assert/strict";
import { release, withHomelab } from "./homelab.ts";

const images = [
  {
    name: "ghcr.io/you/app",
    releases: [
      release("1.2.0"),
      release("1.9.0"),
      release("1.9.1"),
      release("2.0.0"),
      release("1.9.2-rc1"),
      release("1.10"),
    ],
  },
  { name: "docker.io/library/busybox", releases: [release("1.37"), release("1.38"), release("1.38.0")] },
  { name: "ghcr.io/you/channel", releases: [release("latest")] },
];

const policies = `apiVersion: v1
kind: ImagePolicy
metadata: { name: guilliman }
spec:
  selector: { semver: { range: ">=1.2.0 <2.0.0", allowPrerelease: false } }
  constraints: { arch: ["amd64"] }
---
apiVersion: v1
kind: ImagePolicy
metadata: { name: picky }
spec:
  selector: { semver: { range: ">=1" } }
  skip: ["1.9.1", "2.0.0"]
  pin: tag
`;

const flux = `apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImageRepository
metadata: { name: app, namespace: flux-system }
spec: { image: ghcr.io/you/app, interval: 1h }
---
apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImagePolicy
metadata: { name: app, namespace: flux-system }
spec:
  imageRepositoryRef: { name: app }
  policy: { semver: { range: ">=1.0.0" } }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: channel, namespace: flux-system }
spec: { image: ghcr.io/you/channel, interval: 1h }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: channel, namespace: flux-system }
spec:
  imageRepositoryRef: { name: channel }
  filterTags: { pattern: "^latest$" }
  policy: { alphabetical: {} }
  digestReflectionPolicy: Always
  interval: 10m
`;

const tree = {
  "policies/apps.yml": policies,
  "clusters/automation.yaml": flux,
  "stacks/a.yaml": 'image: ghcr.io/you/app:1.2.0 # {"magos": {"policy": "guilliman"}}\n',
  "stacks/b.yaml": 'image: ghcr.io/you/app:1.2.0 # {"magos": {"policy": "picky"}}\n',
  "k8s/app.yaml": `image: ghcr.io/you/app:1.2.0 # {"$imagepolicy": "flux-system:app"}
tag: 1.2.0 # {"$imagepolicy": "flux-system:app:tag"}
name: old/name # {"$imagepolicy": "flux-system:app:name"}
channel: ghcr.io/you/channel:latest # {"$imagepolicy": "flux-system:channel"}
digest: none # {"$imagepolicy": "flux-system:channel:digest"}
`,
  "stacks/shell/compose.yaml": "services:\n  shell:\n    image: busybox:1.37\n",
  "stacks/vars/compose.yaml":
    'services:\n  a:\n    image: "ghcr.io/you/app:${APP_TAG:-0.1.0}" # {"magos": {"policy": "guilliman"}}\n',
  "stacks/vars/.env": "# versions\nAPP_TAG=1.2.0\n",
  "units/app.container":
    '[Container]\n# {"magos": {"policy": "guilliman", "pin": "tag"}}\nImage=ghcr.io/you/app:1.9.0\n',
  "magos.yaml": "apps:\n  - { name: shell, compose: stacks/shell/compose.yaml, policy: semver }\n",
};

Deno.test("named policies, Flux resources, variables, units and apps move their values and no other byte", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 0, JSON.stringify(JSON.parse(ran.out).problems, null, 1));
    const head = await homelab.remote.revision();
    const [best, latest, shell] = [
      (await homelab.digestsOf("ghcr.io/you/app", ["1.9.1"]))[0],
      (await homelab.digestsOf("ghcr.io/you/channel", ["latest"]))[0],
      (await homelab.digestsOf("docker.io/library/busybox", ["1.38"]))[0],
    ];
    const expected = {
      ...tree,
      "stacks/a.yaml": tree["stacks/a.yaml"].replace("1.2.0", `1.9.1@${best}`),
      "stacks/b.yaml": tree["stacks/b.yaml"].replace("1.2.0", "1.9.0"),
      "k8s/app.yaml": tree["k8s/app.yaml"]
        .replaceAll("1.2.0", "2.0.0")
        .replace("name: old/name", "name: ghcr.io/you/app")
        .replace("channel:latest", `channel:latest@${latest}`)
        .replace("digest: none", `digest: ${latest}`),
      "stacks/shell/compose.yaml": tree["stacks/shell/compose.yaml"].replace("busybox:1.37", `busybox:1.38@${shell}`),
      // A value that is only a tag gets the tag alone (rulings 3).
      "stacks/vars/.env": "# versions\nAPP_TAG=1.9.1\n",
      "units/app.container": tree["units/app.container"].replace("1.9.0", "1.9.1"),
    };
    for (const [file, text] of Object.entries(expected)) assert.equal(await homelab.text(head, file), text, file);
    const again = JSON.parse((await homelab.magos(["update", "--json"])).out);
    assert.equal(again.result, "nothing", JSON.stringify(again.plan.files, null, 1));
    const setters = again.plan.decisions.map((it: { target: { setter: string } }) => it.target.setter).sort();
    assert.deepEqual(setters, [
      "app:shell/shell",
      "flux-system:app",
      "flux-system:app:name",
      "flux-system:app:tag",
      "flux-system:channel",
      "flux-system:channel:digest",
      "guilliman",
      "guilliman",
      "guilliman",
      "picky",
    ]);
  }));

Deno.test("Flux's own answer below the value is refused, and plan and explain say so", () => {
  const lower = { ...tree, "k8s/app.yaml": 'image: ghcr.io/you/app:3.0.0 # {"$imagepolicy": "flux-system:app"}\n' };
  return withHomelab({ tree: lower, images }, async (homelab) => {
    const plan = JSON.parse((await homelab.magos(["plan", "--json"])).out);
    const decision = plan.decisions.find((it: { target: { file: string } }) => it.target.file === "k8s/app.yaml");
    assert.equal(decision.state, "held");
    assert.equal(decision.blockers[0].gate, "downgrade");
    assert.equal(decision.blockers[0].verdict, "refuse");
    assert.equal(decision.selected, null);
  });
});

Deno.test("a refused step down of a tag holds the digest that stands beside it", () => {
  const reflecting = flux.replace(
    'policy: { semver: { range: ">=1.0.0" } }',
    "$&\n  digestReflectionPolicy: Always\n  interval: 1h",
  );
  const parts = `a:
  tag: 3.0.0 # {"$imagepolicy": "flux-system:app:tag"}
  digest: ${`sha256:${"1".repeat(64)}`} # {"$imagepolicy": "flux-system:app:digest"}
`;
  return withHomelab({ tree: { "flux.yaml": reflecting, "parts.yaml": parts }, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 0, ran.out);
    const report = JSON.parse(ran.out);
    assert.equal(report.result, "nothing");
    assert.deepEqual(report.plan.decisions.map((it: { state: string }) => it.state), ["held", "held"]);
  });
});

Deno.test("a policy that nothing knows, and one that is broken, are told where they stand; the others move", () => {
  const broken = {
    ...tree,
    "policies/broken.yml":
      "apiVersion: v1\nkind: ImagePolicy\nmetadata: { name: broken }\nspec: { selector: { semvr: {} } }\n",
    "stacks/c.yaml": 'image: ghcr.io/you/app:1.2.0 # {"magos": {"policy": "guiliman"}}\n',
  };
  return withHomelab({ tree: broken, images }, async (homelab) => {
    const ran = await homelab.magos(["update"]);
    assert.equal(ran.code, 4);
    assert.match(ran.err, /did you mean "?guilliman/);
    assert.match(ran.err, /at: stacks\/c\.yaml:1/);
    assert.match(ran.err, /policies\/broken\.yml:4:\d+/);
    assert.match(await homelab.text(await homelab.remote.revision(), "stacks/a.yaml"), /1\.9\.1@sha256/);
  });
});
