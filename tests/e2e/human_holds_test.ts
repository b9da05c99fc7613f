// Humans win: who sets an image back by hand keeps it there until something newer comes.
import assert from "node:assert/strict";
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const images = [
  { name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] },
  { name: "ghcr.io/you/db", releases: [release("16.1"), release("16.2")] },
];

const web = 'a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n';
const db = 'a: ghcr.io/you/db:16.1 # {"magos": {"policy": "semver"}}\n';

async function textAtHead(homelab: Homelab, path: string): Promise<string> {
  return await homelab.text(await homelab.remote.revision(), path);
}

Deno.test("update leaves a value that a person set back, and takes the release above the one he left", () =>
  withHomelab({ tree: { "web.yaml": web, "db.yaml": db }, images }, async (homelab) => {
    assert.equal((await homelab.magos(["update"])).code, 0);
    const own = await homelab.remote.revision();
    assert.match(await textAtHead(homelab, "web.yaml"), /web:1\.38@sha256/);
    await homelab.remote.push({ "web.yaml": web }, { message: "1.38 breaks the login" });
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(ran.code, 0, ran.err);
    const report = JSON.parse(ran.out);
    assert.equal(report.result, "nothing");
    const held = report.plan.decisions.find((it: { target: { file: string } }) => it.target.file === "web.yaml");
    assert.equal(held.state, "held");
    assert.equal(held.newest.tag, "1.38");
    assert.deepEqual(held.blockers.map((it: { gate: string; tag: string }) => [it.gate, it.tag]), [["hold", "1.38"]]);
    assert.match(held.blockers[0].message, new RegExp(`above 1\\.38: somebody went back .*${own.slice(0, 12)}`));
    assert.equal(await textAtHead(homelab, "web.yaml"), web);
    await homelab.registry.push("ghcr.io/you/web", release("1.39"));
    await homelab.registry.push("ghcr.io/you/db", release("16.3"));
    assert.equal((await homelab.magos(["update"])).code, 0);
    assert.match(await textAtHead(homelab, "web.yaml"), /web:1\.39@sha256/);
    assert.match(await textAtHead(homelab, "db.yaml"), /db:16\.3@sha256/);
  }));

Deno.test("a git revert of magos's commit is a way back like any other, and a squash of its branch counts", () =>
  withHomelab({ tree: { "web.yaml": web }, images }, async (homelab) => {
    const first = await homelab.remote.revision();
    await homelab.magos(["update"]);
    const message = await homelab.remote.git("log", "-1", "--format=%B");
    const moved = await textAtHead(homelab, "web.yaml");
    // What a forge makes of a branch that it squashes: the person's commit, magos's words.
    await homelab.remote.git("update-ref", "refs/heads/main", first);
    const squash = await homelab.remote.push({ "web.yaml": moved }, {
      message: `Image updates (#7)\n\n* ${message.trimEnd()}\n\nCo-authored-by: magos <magos@localhost>`,
    });
    await homelab.remote.push({ "web.yaml": web }, {
      message: `Revert "Image updates"\n\nThis reverts commit ${squash}.`,
    });
    const ran = await homelab.magos(["update", "--json"]);
    assert.equal(JSON.parse(ran.out).result, "nothing", ran.err);
    assert.equal(await textAtHead(homelab, "web.yaml"), web);
  }));

Deno.test("a person who goes back and forth again ends the hold", () =>
  withHomelab({ tree: { "web.yaml": web }, images }, async (homelab) => {
    await homelab.magos(["update"]);
    const moved = await textAtHead(homelab, "web.yaml");
    await homelab.remote.push({ "web.yaml": web });
    assert.deepEqual(await states(homelab), ["held"]);
    await homelab.remote.push({ "web.yaml": moved });
    assert.deepEqual(await states(homelab), ["current"]);
  }));

Deno.test("an older digest set by a person stays until the followed tag moves on", () => {
  const latest = 'a: ghcr.io/you/web:latest # {"magos": {"policy": "latest", "pin": "both"}}\n';
  const own = [{ name: "ghcr.io/you/web", releases: [release("1.37", "latest")] }];
  return withHomelab({ tree: { "web.yaml": latest }, images: own }, async (homelab) => {
    await homelab.magos(["update"]);
    const old = await textAtHead(homelab, "web.yaml");
    await homelab.registry.push("ghcr.io/you/web", release("1.38", "latest"));
    await homelab.magos(["update"]);
    assert.notEqual(await textAtHead(homelab, "web.yaml"), old);
    await homelab.remote.push({ "web.yaml": old });
    assert.equal((await homelab.magos(["update"])).code, 0);
    assert.equal(await textAtHead(homelab, "web.yaml"), old);
    assert.deepEqual(await states(homelab), ["held"]);
    await homelab.registry.push("ghcr.io/you/web", release("1.39", "latest"));
    await homelab.magos(["update"]);
    const [digest = ""] = await homelab.digestsOf("ghcr.io/you/web", ["1.39"]);
    assert.ok((await textAtHead(homelab, "web.yaml")).includes(digest));
  });
});

Deno.test("of two files with one image only the one that was set back is held", () =>
  withHomelab({ tree: { "a.yaml": web, "b.yaml": web }, images }, async (homelab) => {
    await homelab.magos(["update"]);
    await homelab.remote.push({ "a.yaml": web });
    await homelab.registry.push("ghcr.io/you/web", release("1.38.1"));
    assert.deepEqual(await states(homelab), ["held", "current"]);
  }));

Deno.test("a policy that allows a downgrade knows no way back by order", () => {
  const policy = `apiVersion: v1
kind: ImagePolicy
metadata: { name: web }
spec: { selector: { semver: {} }, allowDowngrade: true }
`;
  const tree = { "web.yaml": web.replace("semver", "web"), "policies/web.yml": policy };
  return withHomelab({ tree, images }, async (homelab) => {
    await homelab.magos(["update"]);
    await homelab.remote.push({ "web.yaml": tree["web.yaml"] });
    assert.deepEqual(await states(homelab), ["selected"]);
  });
});

Deno.test("a pass with no news starts no git program more for holds, and only a new head is searched", () =>
  withHomelab({ tree: { "web.yaml": web }, images }, async (homelab) => {
    await homelab.magos(["update"]);
    await homelab.remote.push({ "web.yaml": web });
    assert.equal((await logsOf(homelab)).length, 1, "a new head");
    assert.equal((await logsOf(homelab)).length, 0, "the same head");
    assert.deepEqual(await states(homelab), ["held"]);
  }));

Deno.test("plan in a clone without configuration reads the clone's own history", () =>
  withHomelab({ tree: { "web.yaml": web }, images }, async (homelab) => {
    await homelab.magos(["update"]);
    await homelab.remote.push({ "web.yaml": web });
    await runGitAs(homelab.folder, ["clone", "-q", homelab.remote.path, `${homelab.folder}/clone`]);
    const settings =
      `registries: { registriesConf: ${homelab.folder}/registries.conf }\nstate: { dir: ${homelab.folder}/s2 }\n`;
    await Deno.writeTextFile(`${homelab.folder}/bare.yaml`, settings);
    const ran = await homelab.magos(["--config", `${homelab.folder}/bare.yaml`, "plan", "--json"], {
      cwd: `${homelab.folder}/clone`,
    });
    assert.deepEqual(JSON.parse(ran.out).decisions.map((it: { state: string }) => it.state), ["held"], ran.err);
  }));

/** The states of all decisions, by file. */
async function states(homelab: Homelab): Promise<readonly string[]> {
  const ran = await homelab.magos(["plan", "--json"]);
  return JSON.parse(ran.out).decisions.map((it: { state: string }) => it.state);
}

/** The `git log` calls of one update pass. */
async function logsOf(homelab: Homelab): Promise<readonly string[]> {
  const calls: string[] = [];
  const process = denoProcess([]);
  await homelab.magos(["update"], {
    process: {
      run: (command) => {
        if (command.args.includes("log")) calls.push(command.args.join(" "));
        return process.run(command);
      },
    },
  });
  return calls;
}
