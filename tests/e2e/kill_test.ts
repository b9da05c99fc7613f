// SIGKILL of the real process after each step that leaves something behind: one normal pass ends with one commit.
import assert from "node:assert/strict";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import type { Process } from "../../src/core/ports/process.ts";
import { app, automation } from "./flux/resources.ts";
import { startMagos } from "./start_magos.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] },
  { name: "ghcr.io/you/db", releases: [release("16.1"), release("16.2")] },
];

const tree = {
  "compose.yaml": `services:
  web: { image: "ghcr.io/you/web:1.37" } # {"magos": {"policy": "semver"}}
  db:
    image: ghcr.io/you/db:16.1 # {"magos": {"policy": "semver"}}
`,
};

// Steps 5 to 11 of contracts.md 4.2, by the names that the pass gives them.
for (const step of ["scanned", "decided", "planned", "written", "committed", "prepared", "pushed", "confirmed"]) {
  Deno.test(`a pass killed after "${step}" leaves nothing lost and nothing done twice`, () =>
    withHomelab({ tree, images }, async (homelab) => {
      const base = await homelab.remote.revision();
      assert.equal(await killedAfter(homelab, step), "SIGKILL");
      const normal = await homelab.magos(["update", "--json"]);
      assert.equal(normal.code, 0, normal.err + normal.out);
      assert.equal(await homelab.remote.git("rev-list", "--count", `${base}..main`), "1");
      const text = await homelab.text(await homelab.remote.revision(), "compose.yaml");
      assert.match(text, /web:1\.38@sha256:/);
      assert.match(text, /db:16\.2@sha256:/);
      const status = JSON.parse((await homelab.magos(["status", "--json"])).out);
      assert.deepEqual(status.deliveries.map((it: { state: string }) => it.state), ["pushed"]);
      const again = JSON.parse((await homelab.magos(["update", "--json"])).out);
      assert.equal(again.result, "nothing");
      assert.deepEqual(await namesIn(`${homelab.folder}/state/worktrees`), []);
    }));
}

for (const step of ["prepared", "pushed", "confirmed"]) {
  Deno.test(`push options and refspec of an automation killed after "${step}" are not lost`, () =>
    withHomelab({
      images: [{ name: "ghcr.io/you/web", releases: [release("1.0.0"), release("1.1.0")] }],
      tree: {
        ...app("web", "apps"),
        "flux/auto.yaml": automation("a", "apps", {
          push: "refspec: 'HEAD:refs/heads/copy', options: { ci.skip: '' }",
        }),
      },
    }, async (homelab) => {
      await homelab.remote.git("config", "receive.advertisePushOptions", "true");
      await homelab.remote.hook(
        "pre-receive",
        'while read -r _ _ ref; do echo "$ref $GIT_PUSH_OPTION_0" >> seen.txt; done',
      );
      assert.equal(await killedAfter(homelab, step), "SIGKILL");
      const normal = await homelab.magos(["update", "--json"]);
      assert.equal(normal.code, 0, normal.err + normal.out);
      assert.equal(await homelab.remote.revision("copy"), await homelab.remote.revision("main"));
      assert.match(await homelab.text("main", "apps/web.yaml"), /web:1\.1\.0 #/);
      const seen = await Deno.readTextFile(`${homelab.remote.path}/seen.txt`);
      assert.equal(seen, "refs/heads/main ci.skip\nrefs/heads/copy ci.skip\n");
    }));
}

Deno.test("status and history say interrupted after a kill, running while the lock is held, and write nothing", () =>
  withHomelab({ tree, images }, async (homelab) => {
    assert.equal(await killedAfter(homelab, "planned"), "SIGKILL");
    const results = async (): Promise<unknown> => {
      const status = JSON.parse((await homelab.magos(["status", "--json"])).out);
      const history = JSON.parse((await homelab.magos(["history", "--json"])).out);
      return [status.passes.update.running, status.passes.update.lastResult, history.runs[0].result];
    };
    assert.deepEqual(await results(), [false, "interrupted", "interrupted"]);
    assert.match((await homelab.magos(["status"])).out, /^Last pass \S+: interrupted, /);
    const lock = await Deno.open(`${homelab.folder}/state/pass.lock`);
    await lock.lock(true);
    assert.deepEqual(await results(), [true, "running", "running"]);
    lock.close();
    assert.deepEqual(await results(), [false, "interrupted", "interrupted"]);
  }));

for (const step of ["prepared", "pushed"]) {
  Deno.test(`a pass killed after "${step}" is finished though a person pushed meanwhile`, () =>
    withHomelab({ tree, images }, async (homelab) => {
      const base = await homelab.remote.revision();
      assert.equal(await killedAfter(homelab, step), "SIGKILL");
      await homelab.remote.push({ "notes.md": "meanwhile\n" });
      assert.equal((await homelab.magos(["update"])).code, 0);
      const subjects = (await homelab.remote.git("log", "--format=%s", `${base}..main`)).split("\n").sort();
      assert.deepEqual(subjects, ["by hand", "chore(images): update 2 images"]);
    }));
}

const perImage = "update: { delivery: branch, branch: updates, commit: { per: image } }\n";

for (const step of ["planned", "written", "committed", "prepared", "pushed", "confirmed"]) {
  Deno.test(`a pass killed after "${step}" on its way to a branch leaves the branch whole or not at all`, () =>
    withHomelab({ tree, images, settings: perImage }, async (homelab) => {
      const base = await homelab.remote.revision();
      assert.equal(await killedAfter(homelab, step), "SIGKILL");
      const normal = await homelab.magos(["update", "--json"]);
      assert.equal(normal.code, 0, normal.err + normal.out);
      const landed = step === "pushed" || step === "confirmed";
      assert.equal(JSON.parse(normal.out).result, landed ? "nothing" : "done");
      assert.equal(await homelab.remote.git("rev-list", "--count", `${base}..updates`), "2", "a commit for each image");
      assert.match(await homelab.text("updates", "compose.yaml"), /web:1\.38@[\s\S]*db:16\.2@/);
      assert.equal(await homelab.remote.revision(), base);
      const { deliveries } = JSON.parse((await homelab.magos(["status", "--json"])).out);
      const states = deliveries.map(({ state, branch }: { state: string; branch: string }) => [state, branch]);
      const settled = step === "prepared" ? [["pushed", "updates"], ["stale", "updates"]] : [["pushed", "updates"]];
      assert.deepEqual(states, settled);
      const again = JSON.parse((await homelab.magos(["update", "--json"])).out);
      assert.equal(again.result, "nothing");
      assert.deepEqual(await namesIn(`${homelab.folder}/state/worktrees`), []);
    }));
}

for (const merged of [true, false]) {
  Deno.test(`a branch that was pushed before a kill, then ${merged ? "merged" : "deleted"}, is ${merged ? "" : "not "}taken for delivered`, () =>
    withHomelab({ tree, images, settings: perImage }, async (homelab) => {
      assert.equal(await killedAfter(homelab, "pushed"), "SIGKILL");
      if (merged) await homelab.remote.git("update-ref", "refs/heads/main", await homelab.remote.revision("updates"));
      await homelab.remote.git("branch", "-D", "updates");
      const next = JSON.parse((await homelab.magos(["update", "--json"])).out);
      assert.equal(next.result, merged ? "nothing" : "done");
      const { deliveries } = JSON.parse((await homelab.magos(["status", "--json"])).out);
      assert.deepEqual(
        deliveries.map(({ state }: { state: string }) => state),
        merged ? ["pushed"] : ["pushed", "stale"],
      );
    }));
}

async function killedAfter(homelab: Homelab, step: string): Promise<string | null> {
  const child = startMagos(homelab, ["update"], { env: { MAGOS_STOP_AFTER: step } });
  return (await child.output()).signal;
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) names.push(entry.name);
  return names.filter((name) => !name.endsWith(".lock"));
}

for (const landed of [true, false]) {
  Deno.test(`a push whose answer is lost ${landed ? "after" : "before"} the remote took it is settled by what the remote says`, () =>
    withHomelab({ tree, images }, async (homelab) => {
      const base = await homelab.remote.revision();
      const ran = await homelab.magos(["update", "--json"], { process: losingPush(landed) });
      assert.equal(ran.code, landed ? 0 : 1, ran.out);
      assert.equal(JSON.parse(ran.out).deliveries[0].state, landed ? "pushed" : "refused");
      const next = await homelab.magos(["update", "--json"]);
      assert.equal(
        JSON.parse(next.out).result,
        "nothing",
        "the prepared commit is delivered before anything is planned",
      );
      assert.equal(await homelab.remote.git("rev-list", "--count", `${base}..main`), "1");
    }));
}

/** A machine on which the connection breaks during each push. */
function losingPush(landed: boolean): Process {
  const real = denoProcess([]);
  return {
    async run(command) {
      if (command.args[0] !== "push") return await real.run(command);
      if (landed) await real.run(command);
      const stderr = "fatal: unable to access 'http://127.0.0.1/': Recv failure: Connection reset by peer\n";
      return { ok: true, value: { code: 128, stdout: new Uint8Array(), stderr, ended: null } };
    },
  };
}
