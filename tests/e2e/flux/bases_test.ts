// Where an automation begins, and what it pushes besides its branch (Flux semantics 4).
import assert from "node:assert/strict";
import { withHomelab } from "../homelab.ts";
import { app, automation, images, log, pass, placesOf } from "./resources.ts";

const codesOf = (report: { problems: { code: string }[] }): string[] => report.problems.map(({ code }) => code);

Deno.test("an automation of another branch is a pass of its own from there, by the policies of the followed one", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "apps"),
      ...app("db", "other"),
      "flux/auto.yaml": [
        automation("direct", "apps", { ref: "branch: staging" }),
        automation("weekly", "apps", { ref: "branch: staging", push: "branch: staging-updates" }),
      ].join("---\n"),
    },
  }, async (homelab) => {
    const staging = await homelab.remote.push({ "flux/web.yaml": null, "notes.md": "x\n" }, { branch: "staging" });
    const planned = await homelab.magos(["plan"]);
    assert.match(planned.out, /the automation flux-system:\w+ updates it on the branch staging/);
    assert.match(planned.out, /\nOn staging:\n[\s\S]*apps\/web\.yaml/);
    assert.deepEqual(placesOf(await pass(homelab, 0, "plan")), [
      "main 1 planned",
      "staging 1 planned",
      "staging-updates 1 planned",
    ]);
    const report = await pass(homelab);
    assert.deepEqual(placesOf(report), ["main 1 pushed", "staging 1 pushed", "staging-updates 1 pushed"]);
    assert.deepEqual(await log(homelab, `${staging}..staging`), [
      "bot-direct <direct@example.org> bot-direct direct: 1",
    ]);
    assert.equal(await homelab.remote.git("rev-parse", "staging-updates^"), staging);
    assert.match(await homelab.text("main", "apps/web.yaml"), /:1\.0\.0 #/, "it is not main that they update");
    assert.match(await homelab.text("staging", "apps/web.yaml"), /:1\.1\.0 #/);
    assert.equal((await pass(homelab)).result, "nothing");
  }));

Deno.test("no automation takes a branch at which another update begins", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "apps"),
      ...app("db", "other"),
      "flux/auto.yaml": [
        automation("here", "other", { push: "branch: staging" }),
        automation("there", "apps", { ref: "name: refs/heads/staging", push: "branch: main" }),
      ].join("---\n"),
    },
  }, async (homelab) => {
    await homelab.remote.git("branch", "staging", "main");
    const [main, staging] = [await homelab.remote.revision(), await homelab.remote.revision("staging")];
    const report = await pass(homelab, 4);
    assert.deepEqual(placesOf(report), []);
    assert.deepEqual(codesOf(report), ["flux.invalid", "flux.invalid"]);
    assert.deepEqual([await homelab.remote.revision(), await homelab.remote.revision("staging")], [main, staging]);
  }));

Deno.test("an automation that begins at a tag or a branch that is not there is an error of its own", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "one"),
      ...app("db", "two"),
      ...app("mail", "three"),
      "flux/auto.yaml": [
        automation("tagged", "one", { ref: "tag: v1", push: "branch: updates" }),
        automation("gone", "two", { ref: "branch: gone" }),
        automation("well", "three"),
      ].join("---\n"),
    },
  }, async (homelab) => {
    const report = await pass(homelab, 4);
    assert.deepEqual(placesOf(report), ["main 1 pushed"]);
    assert.deepEqual(codesOf(report), ["flux.unsupported", "git.no_branch"]);
    assert.match(await homelab.text("main", "three/mail.yaml"), /:1\.1\.0 #/);
  }));

Deno.test("a tag without push.branch is an error, as in Flux", () =>
  withHomelab({
    images,
    tree: { ...app("web", "one"), "flux/auto.yaml": automation("tagged", "one", { ref: "tag: v1" }) },
  }, async (homelab) => {
    const report = await pass(homelab, 4);
    assert.deepEqual(codesOf(report), ["flux.invalid"]);
    assert.deepEqual(placesOf(report), []);
  }));

Deno.test("push options reach the server, and a refspec gets the same commit", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "apps"),
      "flux/auto.yaml": automation("a", "apps", {
        push: "branch: updates, refspec: 'HEAD:refs/heads/copy', " +
          "options: { merge_request.create: '', merge_request.target: main }",
      }),
    },
  }, async (homelab) => {
    await homelab.remote.git("config", "receive.advertisePushOptions", "true");
    await homelab.remote.hook(
      "pre-receive",
      'echo "$GIT_PUSH_OPTION_COUNT $GIT_PUSH_OPTION_0 $GIT_PUSH_OPTION_1" >> options.txt',
    );
    assert.deepEqual(placesOf(await pass(homelab)), ["updates 1 pushed"]);
    assert.equal(await homelab.remote.revision("copy"), await homelab.remote.revision("updates"));
    const seen = await Deno.readTextFile(`${homelab.remote.path}/options.txt`);
    assert.equal(seen, "2 merge_request.create merge_request.target=main\n".repeat(2));
  }));

Deno.test("a refspec never forces: what would take commits back is told, and the branch is pushed all the same", () =>
  withHomelab({
    images,
    tree: {
      ...app("web", "apps"),
      "flux/auto.yaml": automation("a", "apps", { push: "branch: updates, refspec: 'updates:copy'" }),
    },
  }, async (homelab) => {
    const copy = await homelab.remote.push({ "notes.md": "mine\n" }, { branch: "copy" });
    const report = await pass(homelab, 4);
    assert.deepEqual(placesOf(report), ["updates 1 pushed"]);
    assert.deepEqual(codesOf(report), ["git.failed"]);
    assert.match(report.problems[0].message, /refs\/heads\/copy/);
    assert.equal(await homelab.remote.revision("copy"), copy);
  }));

Deno.test("a refspec that forces, deletes or pushes something else stops its automation alone", async (t) => {
  for (const refspec of ["+HEAD:refs/heads/copy", "main:copy", ":copy", "refs/heads/*:refs/heads/*", "HEAD:a..b"]) {
    await t.step(refspec, () =>
      withHomelab({
        images,
        tree: {
          ...app("web", "apps"),
          "flux/auto.yaml": automation("a", "apps", { push: `branch: updates, refspec: '${refspec}'` }),
        },
      }, async (homelab) => {
        const report = await pass(homelab, 4);
        assert.deepEqual([placesOf(report), codesOf(report)], [[], ["flux.unsupported"]]);
        assert.equal(await homelab.remote.git("for-each-ref", "--format=%(refname:short)"), "main");
      }));
  }
});
