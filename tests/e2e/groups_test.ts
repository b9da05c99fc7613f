// Groups through whole passes: a server and its worker at one release, and all of an app together or not at all.
import assert from "node:assert/strict";
import { changedLines, release, withHomelab } from "./homelab.ts";

const server = "ghcr.io/immich-app/immich-server";
const worker = "ghcr.io/immich-app/immich-machine-learning";

const images = [
  { name: server, releases: [release("v1.100.0"), release("v1.101.0"), release("v1.102.0")] },
  { name: worker, releases: [release("v1.100.0-cuda"), release("v1.101.0-cuda")] },
  { name: "docker.io/library/redis", releases: [release("7.0"), release("7.2")] },
  { name: "ghcr.io/you/other", releases: [release("1.0"), release("1.1")] },
];

const compose = `services:
  server:
    image: ${server}:v1.100.0
  worker:
    image: ${worker}:v1.100.0-cuda
  store:
    image: redis:7.0
`;

const other = 'image: ghcr.io/you/other:1.0 # {"magos": {"policy": "semver", "pin": "tag"}}\n';

/** The app in its long form; every service follows a rule of its own. */
function config(store = "semver"): string {
  return `apps:
  - name: immich
    compose: immich/compose.yaml
    group: immich
    images:
      - { service: server, policy: semver, pin: tag }
      - { service: worker, policy: semver, pin: tag }
      - { service: store, policy: ${store}, pin: tag }
`;
}

const tree = { "immich/compose.yaml": compose, "other.yaml": other, "magos.yaml": config() };

const patient = `apiVersion: v1
kind: ImagePolicy
metadata: { name: patient }
spec:
  selector: { semver: {} }
  rollout: { minAge: 3d }
`;

interface Answer {
  readonly target: { readonly setter: string };
  readonly policy: { readonly group: string | null };
  readonly state: string;
  readonly selected: { readonly tag: string } | null;
  readonly newest: { readonly tag: string } | null;
  readonly blockers: readonly { readonly gate: string; readonly tag: string; readonly message: string }[];
}

function answer(decisions: readonly Answer[], setter: string): Answer {
  const found = decisions.find(({ target }) => target.setter === setter);
  assert.ok(found, setter);
  return found;
}

Deno.test("a group takes the newest release that all members have, waits for the next, and takes it when it is there", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const first = JSON.parse((await homelab.magos(["update", "--json"])).out);
    assert.equal(first.result, "done");
    const head = await homelab.remote.revision();
    const after = await homelab.text(head, "immich/compose.yaml");
    assert.deepEqual(changedLines(compose, after), [
      `    image: ${server}:v1.100.0 =>     image: ${server}:v1.101.0`,
      `    image: ${worker}:v1.100.0-cuda =>     image: ${worker}:v1.101.0-cuda`,
      "    image: redis:7.0 =>     image: redis:7.2",
    ]);
    const decided = answer(first.plan.decisions, "app:immich/server");
    assert.deepEqual([decided.policy.group, decided.newest?.tag], ["immich", "v1.102.0"]);
    assert.deepEqual(decided.blockers.map(({ gate, tag }) => [gate, tag]), [["group", "v1.102.0"]]);

    const waiting = JSON.parse((await homelab.magos(["update", "--json"])).out);
    assert.equal(waiting.result, "nothing", "the second pass has no news");
    const held = answer(waiting.plan.decisions, "app:immich/server");
    assert.equal(held.state, "held");
    assert.match(held.blockers[0]?.message ?? "", /immich-machine-learning at immich\/compose\.yaml:5/);
    assert.equal(answer(waiting.plan.decisions, "app:immich/worker").state, "current");

    await homelab.registry.push(worker, release("v1.102.0-cuda"));
    assert.equal(JSON.parse((await homelab.magos(["update", "--json"])).out).result, "done");
    const last = await homelab.text(await homelab.remote.revision(), "immich/compose.yaml");
    assert.match(last, /immich-server:v1\.102\.0\n/);
    assert.match(last, /immich-machine-learning:v1\.102\.0-cuda\n/);
  }));

Deno.test("one member that waits for its age keeps the whole group, nothing else; plan and explain name it", () => {
  const waiting = { ...tree, "magos.yaml": config("patient"), "policies/patient.yaml": patient };
  return withHomelab({ tree: waiting, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 0, "a held image is no failure");
    const { plan } = JSON.parse(ran.out);
    const head = await homelab.remote.revision();
    assert.equal(await homelab.text(head, "immich/compose.yaml"), compose);
    assert.match(await homelab.text(head, "other.yaml"), /other:1\.1 /);
    const states = ["server", "worker", "store"].map((it) => answer(plan.decisions, `app:immich/${it}`).state);
    assert.deepEqual(states, ["held", "held", "held"]);
    assert.equal(answer(plan.decisions, "app:immich/store").blockers[0]?.gate, "minAge");
    const gate = answer(plan.decisions, "app:immich/worker").blockers[0];
    assert.match(gate?.message ?? "", /^group "immich" waits: redis at immich\/compose\.yaml:7 is held \(7\.2: /);

    const shown = await homelab.magos(["plan"]);
    assert.match(shown.out, /immich-server .* held .* v1\.101\.0: group "immich" waits: redis/);
    const explained = await homelab.magos(["explain", server]);
    assert.match(explained.out, /^group +immich$/m);
    assert.match(explained.out, /^answer +held$/m);
    assert.match(explained.out, /^because +v1\.101\.0: group "immich" waits: redis/m);
    assert.match(explained.out, /^may change +\d{4}-/m);
    assert.doesNotMatch(explained.out, /^image +redis/m, "what was not asked for is decided, not told");
    const json = JSON.parse((await homelab.magos(["explain", server, "--json"])).out);
    assert.equal(json.items.length, 1);
    assert.equal(json.items[0].tags.find((it: { tag: string }) => it.tag === "v1.101.0").verdict, "held");
  });
});

Deno.test("a member whose registry gives no answer keeps the whole group", () => {
  const broken = { ...tree, "immich/compose.yaml": compose.replace("redis:7.0", "ghcr.io/you/gone:7.0") };
  return withHomelab({ tree: broken, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 4);
    const head = await homelab.remote.revision();
    assert.equal(await homelab.text(head, "immich/compose.yaml"), broken["immich/compose.yaml"]);
    assert.match(await homelab.text(head, "other.yaml"), /other:1\.1 /);
  });
});

Deno.test("a member that cannot be followed at all keeps its group: a service that is gone, a marker that is wrong", () => {
  const renamed = { ...tree, "immich/compose.yaml": compose.replace("  worker:", "  ml:") };
  return withHomelab({ tree: renamed, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 4);
    const { plan } = JSON.parse(ran.out);
    const held = answer(plan.decisions, "app:immich/server");
    assert.equal(held.state, "held");
    assert.match(held.blockers[0]?.message ?? "", /cannot be followed: .*no service "worker"/);
    assert.equal(
      await homelab.text(await homelab.remote.revision(), "immich/compose.yaml"),
      renamed["immich/compose.yaml"],
    );
  });
});

Deno.test("a marker of the group on what is no image keeps the group", () => {
  const policy =
    "apiVersion: v1\nkind: ImagePolicy\nmetadata: { name: p }\nspec: { selector: { semver: {} }, group: g }\n";
  const files = {
    "policies/p.yaml": policy,
    "a.yaml": 'image: ghcr.io/you/other:1.0 # {"magos": {"policy": "p"}}\n',
    "b.yaml": 'image: "not an image" # {"magos": {"policy": "p"}}\n',
  };
  return withHomelab({ tree: files, images }, async (homelab) => {
    const { plan } = JSON.parse((await homelab.magos(["update", "--json"])).out);
    assert.deepEqual(plan.decisions.map((it: Answer) => [it.state, it.blockers[0]?.gate]), [["held", "group"]]);
  });
});

Deno.test("the group of a policy holds for its markers in all files, and the app's own word goes before it", () => {
  const policies = `apiVersion: v1
kind: ImagePolicy
metadata: { name: immich }
spec:
  selector: { semver: { range: ">=1" } }
  group: photos
  pin: tag
  skip: [v1.101.0, v1.101.0-cuda]
`;
  const marked = {
    "policies/immich.yaml": policies,
    "a/server.yaml": `image: ${server}:v1.100.0 # {"magos": {"policy": "immich"}}\n`,
    "b/worker.container": `[Container]\n# {"magos": {"policy": "immich"}}\nImage=${worker}:v1.100.0-cuda\n`,
    "c/compose.yaml": "services:\n  other:\n    image: ghcr.io/you/other:1.0\n",
    "magos.yaml": "apps:\n  - { name: other, compose: c/compose.yaml, policy: immich, group: alone, pin: tag }\n",
  };
  return withHomelab({ tree: marked, images }, async (homelab) => {
    const { plan } = JSON.parse((await homelab.magos(["update", "--json"])).out);
    const groups = plan.decisions.map((it: Answer) => [it.target.setter, it.policy.group, it.state]).sort();
    // The worker has only the release that the policy skips, so the server has nowhere to go.
    assert.deepEqual(groups, [
      ["app:other/other", "alone", "selected"],
      ["immich", "photos", "current"],
      ["immich", "photos", "held"],
    ]);
    const explained = JSON.parse((await homelab.magos(["explain", worker, "--json"])).out);
    const tags = explained.items[0].tags.map((it: { tag: string; verdict: string }) => [it.tag, it.verdict]);
    assert.deepEqual(tags.find(([tag]: [string]) => tag === "v1.101.0-cuda"), ["v1.101.0-cuda", "skipped"]);
  });
});
