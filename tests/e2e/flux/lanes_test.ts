// Automations of Flux as update passes of their own: who commits what to which branch, and what stays (rulings 17).
import assert from "node:assert/strict";
import { withHomelab } from "../homelab.ts";
import { app, automation, images, log, pass, placesOf } from "./resources.ts";

Deno.test("an automation commits with its author and message to its branch of the week, update does the rest", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "apps"),
      ...app("db", "other"),
      "flux/auto.yaml": automation("weekly", "apps", { push: `branch: 'image-updates/{{ now "2006-w02" }}'` }),
      "compose.yaml": 'image: ghcr.io/you/cache:1.0.0 # {"magos": {"policy": "semver"}}\n',
    },
  }, async (homelab) => {
    const main = await homelab.remote.revision();
    const planned = await pass(homelab, 0, "plan");
    assert.deepEqual(placesOf(planned), ["image-updates/2026-w04 1 planned", "main 2 planned"]);
    const report = await pass(homelab);
    assert.deepEqual(placesOf(report), ["image-updates/2026-w04 1 pushed", "main 2 pushed"]);
    assert.deepEqual(await log(homelab, `${main}..image-updates/2026-w04`), [
      "bot-weekly <weekly@example.org> bot-weekly weekly: 1",
    ]);
    const message = await homelab.remote.git("log", "-1", "--format=%B", "image-updates/2026-w04");
    assert.match(message, /^weekly: 1\n\nMagos-Plan: [0-9a-f]{64}\nMagos-Run: /);
    assert.match(await homelab.text("image-updates/2026-w04", "apps/web.yaml"), /web:1\.1\.0 #/);
    assert.match(await homelab.text("main", "apps/web.yaml"), /web:1\.0\.0 #/);
    assert.match(await homelab.text("main", "other/db.yaml"), /db:1\.1\.0 #/, "no automation covers it");
    assert.match(await homelab.text("main", "compose.yaml"), /cache:1\.1\.0@sha256:/);
    assert.deepEqual(placesOf(await pass(homelab)), ["image-updates/2026-w04 1 unchanged"]);
  }));

Deno.test("automations and update that push to the followed branch stack their commits in one push", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "one"),
      ...app("db", "two"),
      ...app("mail", "three"),
      "flux/auto.yaml": [
        automation("a", "one"),
        automation("b", "two", { push: "branch: main" }),
        automation("c", "three"),
      ]
        .join("---\n"),
      "compose.yaml": 'image: ghcr.io/you/cache:1.0.0 # {"magos": {"policy": "semver"}}\n',
    },
  }, async (homelab) => {
    const main = await homelab.remote.revision();
    const report = await pass(homelab);
    assert.deepEqual(placesOf(report), ["main 4 pushed"]);
    assert.deepEqual([report.deliveries[0].commits, report.deliveries[0].attempts], [4, 1]);
    assert.deepEqual(await log(homelab, `${main}..main`), [
      "bot-a <a@example.org> bot-a a: 1",
      "bot-b <b@example.org> bot-b b: 1",
      "bot-c <c@example.org> bot-c c: 1",
      "magos <magos@localhost> magos chore(images): update ghcr.io/you/cache to 1.1.0",
    ]);
    const pushes = homelab.server.seen.filter(({ method, path }) => method === "POST" && path.endsWith("receive-pack"));
    assert.equal(pushes.length, 1);
    assert.equal((await pass(homelab)).result, "nothing");
  }));

Deno.test("two automations with one branch stack there, and neither takes back what the other brings", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "one"),
      ...app("db", "two"),
      "flux/auto.yaml": ["one", "two"].map((it) => automation(it, it, { push: "branch: updates" })).join("---\n"),
    },
  }, async (homelab) => {
    assert.deepEqual(placesOf(await pass(homelab)), ["updates 2 pushed"]);
    assert.deepEqual(await log(homelab, "main..updates"), [
      "bot-one <one@example.org> bot-one one: 1",
      "bot-two <two@example.org> bot-two two: 1",
    ]);
    assert.deepEqual(placesOf(await pass(homelab)), ["updates 2 unchanged"]);
  }));

Deno.test("a suspended automation and one that cannot run keep their values, and say so", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "one"),
      ...app("db", "two"),
      ...app("mail", "three"),
      "flux/a.yaml": automation("a", "one", { spec: "  suspend: true\n" }),
      "flux/b.yaml": automation("b", "two", { spec: "  nonsense: true\n" }),
    },
  }, async (homelab) => {
    const report = await pass(homelab, 4);
    assert.deepEqual(placesOf(report), ["main 1 pushed"]);
    const stays = report.plan.decisions.filter(({ state }: { state: string }) => state === "held");
    assert.deepEqual(
      stays.map(({ blockers: [gate] }: { blockers: { gate: string; message: string }[] }) =>
        `${gate?.gate} ${gate?.message}`
      ),
      ["hold the automation flux-system:a is suspended", "hold flux-system:b (flux/b.yaml:1) cannot run"],
    );
    assert.match(await homelab.text("main", "one/web.yaml"), /:1\.0\.0 #/);
    assert.match(await homelab.text("main", "two/db.yaml"), /:1\.0\.0 #/);
    assert.match(await homelab.text("main", "three/mail.yaml"), /:1\.1\.0 #/);
  }));

Deno.test("an automation whose message fails stops no other one, on a branch of its own or on the same", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "one"),
      ...app("db", "two"),
      ...app("mail", "three"),
      "flux/auto.yaml": [
        automation("a", "one", { message: "{{ index .Changed.Changes 9 }}" }),
        automation("b", "two"),
        automation("c", "three", { push: "branch: '{{ fail `no` }}'" }),
      ].join("---\n"),
    },
  }, async (homelab) => {
    const main = await homelab.remote.revision();
    const report = await pass(homelab, 4);
    assert.equal(report.result, "partly");
    assert.deepEqual(placesOf(report), ["main 1 refused", "main 1 pushed"]);
    assert.deepEqual(await log(homelab, `${main}..main`), ["bot-b <b@example.org> bot-b b: 1"]);
    const told = report.problems.filter(({ code }: { code: string }) => code === "template.failed")
      .map(({ message }: { message: string }) => message);
    assert.equal(told.length, 2, JSON.stringify(report.problems));
    assert.match(told[0], /push\.branch of flux-system:c/);
    assert.match(told[1], /messageTemplate of flux-system:a/);
  }));

Deno.test("an automation's path is looked through although update.paths leaves it out, for its own markers alone", () =>
  withHomelab({
    images,
    settings: "update: { paths: [stacks] }\n",
    tree: {
      ...app("web", "apps"),
      ...app("db", "elsewhere"),
      "apps/mine.yaml": 'image: ghcr.io/you/cache:1.0.0 # {"magos": {"policy": "semver"}}\n',
      "flux/auto.yaml": automation("a", "apps"),
    },
  }, async (homelab) => {
    const report = await pass(homelab);
    assert.deepEqual(report.plan.decisions.map(({ target }: { target: { file: string } }) => target.file), [
      "apps/web.yaml",
    ]);
    assert.deepEqual(placesOf(report), ["main 1 pushed"]);
  }));

Deno.test("policySelector gives a value to several automations, and what none selects to update", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "apps"),
      ...app("db", "apps"),
      "flux/auto.yaml": ["one", "two"].map((it) =>
        automation(it, "apps", {
          push: `branch: updates-${it}`,
          spec: "  policySelector: { matchLabels: { app: web } }\n",
        })
      ).join("---\n"),
    },
  }, async (homelab) => {
    const report = await pass(homelab);
    assert.deepEqual(placesOf(report), ["main 1 pushed", "updates-one 1 pushed", "updates-two 1 pushed"]);
    assert.match(await homelab.text("main", "apps/db.yaml"), /:1\.1\.0 #/);
    const codes = report.problems.map(({ code }: { code: string }) => code);
    assert.deepEqual(codes, ["flux.not_selected"]);
  }));

Deno.test("an automation whose path is not there is an error, and the others go on", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "apps"),
      "flux/auto.yaml": [automation("a", "apps"), automation("b", "app")].join("---\n"),
    },
  }, async (homelab) => {
    const report = await pass(homelab, 4);
    assert.deepEqual(placesOf(report), ["main 1 pushed"]);
    assert.deepEqual(report.problems.map(({ code }: { code: string }) => code), ["flux.missing_path"]);
  }));
