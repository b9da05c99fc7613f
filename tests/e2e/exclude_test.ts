// Images that are left alone: by update.exclude with its reasons, or because nothing follows them.
import assert from "node:assert/strict";
import { planShape } from "../contract/report_shapes.ts";
import { release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/app", releases: [release("1.0"), release("1.1")] },
  { name: "ghcr.io/you/db", releases: [release("1.0"), release("1.1")] },
  { name: "docker.io/library/redis", releases: [release("7.0"), release("7.2")] },
];

const marked = (image: string): string => `${image} # {"magos": {"policy": "semver", "pin": "tag"}}`;

const tree = {
  "stacks/web/compose.yaml": `services:
  app:
    image: ${marked("ghcr.io/you/app:1.0")}
  db:
    image: ${marked("ghcr.io/you/db:1.0")}
  cache:
    image: redis:7.0
  tool:
    image: ghcr.io/you/tool:3
`,
  "stacks/old/compose.yaml": `services:\n  app:\n    image: ${marked("ghcr.io/you/app:1.0")}\n`,
  "magos.yaml": `apps:
  - { name: web, compose: stacks/web/compose.yaml, service: cache, policy: semver, pin: tag }
update:
  exclude:
    - { image: ghcr.io/you/db, reason: "its data must be moved by hand" }
    - redis
    - stacks/old/**
`,
};

Deno.test("update.exclude leaves images alone though markers and apps follow them; plan counts and lists them", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const plan = JSON.parse((await homelab.magos(["plan", "--json"])).out);
    planShape.parse(plan);
    assert.deepEqual(plan.decisions.map((it: { current: { name: string } }) => it.current.name), ["ghcr.io/you/app"]);
    assert.deepEqual([plan.summary.unmanaged, plan.summary.excluded], [1, 3]);
    const web = "stacks/web/compose.yaml";
    assert.deepEqual(plan.unmanaged, [{ file: web, line: 9, column: 12, image: "ghcr.io/you/tool:3" }]);
    assert.deepEqual(
      plan.excluded.map((it: { image: string; rule: string; reason: string | null }) => [
        it.image,
        it.rule,
        it.reason,
      ]),
      [
        ["ghcr.io/you/app:1.0", "stacks/old/**", null],
        ["ghcr.io/you/db:1.0", "ghcr.io/you/db", "its data must be moved by hand"],
        ["redis:7.0", "redis", null],
      ],
    );

    const short = await homelab.magos(["plan"]);
    assert.match(short.out, /^Besides, 1 unmanaged and 3 excluded: --all lists them\.$/m);
    const all = await homelab.magos(["plan", "--all"]);
    assert.match(all.out, /^UNMANAGED +WHERE\nghcr\.io\/you\/tool:3 +stacks\/web\/compose\.yaml:9$/m);
    assert.match(all.out, /^ghcr\.io\/you\/db:1\.0 +stacks\/web\/compose\.yaml:5 +its data must be moved by hand$/m);

    const explained = await homelab.magos(["explain", "ghcr.io/you/db"]);
    assert.equal(explained.code, 2);
    assert.match(explained.err, /update\.exclude \("ghcr\.io\/you\/db"\) leaves .* alone: its data must be moved/);

    const updated = JSON.parse((await homelab.magos(["update", "--json"])).out);
    planShape.parse(updated.plan);
    assert.deepEqual([updated.plan.summary.unmanaged, updated.plan.unmanaged], [null, []], "a pass does not look");
    const head = await homelab.remote.revision();
    const before = tree["stacks/web/compose.yaml"];
    assert.equal(await homelab.text(head, web), before.replace("app:1.0", "app:1.1"));
    assert.equal(await homelab.text(head, "stacks/old/compose.yaml"), tree["stacks/old/compose.yaml"]);
  }));

Deno.test("a variable of an excluded image stays, whoever else is made of it", () => {
  const shared = {
    "compose.yaml": `services:
  app:
    image: "ghcr.io/you/app:\${TAG}" # {"magos": {"policy": "semver"}}
  db:
    image: "ghcr.io/you/db:\${TAG}" # {"magos": {"policy": "semver"}}
`,
    ".env": "TAG=1.0\n",
    "magos.yaml": "update: { exclude: [ghcr.io/you/db] }\n",
  };
  return withHomelab({ tree: shared, images }, async (homelab) => {
    const ran = JSON.parse((await homelab.magos(["update", "--json"])).out);
    assert.equal(ran.result, "nothing");
    assert.equal(await homelab.text(await homelab.remote.revision(), ".env"), "TAG=1.0\n");
  });
});

Deno.test("magos init proposes no marker for what is excluded", () => {
  const bare = {
    "stacks/web/compose.yaml":
      "services:\n  app:\n    image: ghcr.io/you/app:1.0\n  db:\n    image: ghcr.io/you/db:1.0\n",
    "stacks/old/compose.yaml": "services:\n  app:\n    image: ghcr.io/you/app:1.0\n",
    "db.container": "[Container]\nImage=ghcr.io/you/db:1.0\n",
    "magos.yaml": "update: { exclude: [ghcr.io/you/db, stacks/old/**] }\n",
  };
  return withHomelab({ tree: bare, images }, async (homelab) => {
    const folder = `${homelab.folder}/files`;
    for (const [file, text] of Object.entries(bare)) {
      await Deno.mkdir(`${folder}/${file.split("/").slice(0, -1).join("/")}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${file}`, text);
    }
    const report = JSON.parse((await homelab.magos(["init", folder, "--json"])).out);
    assert.deepEqual(
      report.files.map((it: { file: string; changes: { line: number }[] }) => [
        it.file,
        it.changes.map(({ line }) => line),
      ]),
      [["stacks/web/compose.yaml", [3]]],
    );
  });
});
