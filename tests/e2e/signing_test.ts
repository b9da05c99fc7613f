// Signed commits from end to end: magos signs, believes its own commits, and builds on nobody's unsigned ones.
import assert from "node:assert/strict";
import { needs } from "../fakes/needs.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { commitTo, makeSshKey, type SshKey } from "../fakes/signing_keys.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const compose = 'services:\n  web:\n    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n';
const tree = { "stacks/compose.yaml": compose, "run.sh": "#!/bin/sh\n" };

const ssh = needs("git", "ssh-keygen");

interface Signed extends Homelab {
  readonly ada: SshKey;
  readonly bot: SshKey;
}

/** A homelab whose host signs as `bot`, and builds on commits by `ada` and `bot` alone. */
function test(name: string, run: (homelab: Signed) => Promise<void>, key = "bot.key"): void {
  const settings = `update: { commit: { sign: { ssh: ${key} } } }\n`;
  Deno.test({
    name: `${name}${ssh.suffix}`,
    ignore: ssh.ignore,
    fn: () =>
      withHomelab({ tree, images, settings }, async (homelab) => {
        const { folder, remote } = homelab;
        const [ada, bot] = [await makeSshKey(folder, "ada"), await makeSshKey(folder, "bot")];
        const signers = `ada@example.org ${ada.publicKey}\nmagos@host ${bot.publicKey}\n`;
        await Deno.writeTextFile(`${folder}/signers`, signers, { mode: 0o600 });
        const text = await Deno.readTextFile(homelab.config);
        const verify = "verifyCommits: { allowedSigners: signers, bots: [magos@host] }";
        await Deno.writeTextFile(homelab.config, text.replace("repo: {", `repo: { ${verify},`));
        await commitTo(remote.path, ada, { files: { "notes.md": "a first good commit\n" } });
        await run({ ...homelab, ada, bot });
      }),
  });
}

test("update signs its commit and believes it in the next pass", async (homelab) => {
  const { magos, remote, folder, registry } = homelab;
  const first = await magos(["update"]);
  assert.equal(first.code, 0, first.err);
  assert.match(first.err, /nothing was verified on this host before/);
  await runGitAs(folder, ["clone", "-q", remote.path, "clone"]);
  const trust = ["-c", `gpg.ssh.allowedSignersFile=${folder}/signers`];
  await runGitAs(`${folder}/clone`, [...trust, "verify-commit", "HEAD"]);
  assert.equal(await runGitAs(`${folder}/clone`, [...trust, "log", "-1", "--format=%GS"]), "magos@host");
  await registry.push("ghcr.io/you/web", release("1.39"));
  const second = await magos(["update"]);
  assert.equal(second.code, 0, second.err);
  assert.doesNotMatch(second.err, /verified/);
  const status = JSON.parse((await magos(["status", "--json"])).out);
  assert.equal(status.repo.verified, await remote.git("rev-parse", "main^"));
  assert.match(await homelab.text("main", "stacks/compose.yaml"), /web:1\.39@sha256:/);
});

test("history from git says which commits are verified", async (homelab) => {
  const { magos, remote, registry } = homelab;
  assert.equal((await magos(["update"])).code, 0);
  await registry.push("ghcr.io/you/web", release("1.39"));
  assert.equal((await magos(["update"])).code, 0);
  const message = await remote.git("log", "-1", "--format=%B", "main");
  const forged = await remote.git("commit-tree", "main^{tree}", "-p", "main", "-m", message);
  await remote.git("update-ref", "refs/heads/main", forged);
  const { out, err } = await magos(["history", "--from-git", "--json"]);
  const { runs } = JSON.parse(out);
  const commits = runs.flatMap((it: { commits: unknown[] }) => it.commits);
  const verified = new Map(commits.map((it: { revision: string; verified: boolean }) => [it.revision, it.verified]));
  const line = (await remote.git("log", "-3", "--format=%H", "main")).split("\n");
  assert.deepEqual(line.map((revision) => verified.get(revision)), [false, true, true], err);
  assert.doesNotMatch(out, /history\.unverified/);
  assert.match((await magos(["history", "--from-git"])).out, /NOT verified/);
});

test("an unsigned commit in the middle stops update, warns plan, and can be accepted", async (homelab) => {
  const { magos, remote, ada, registry } = homelab;
  assert.equal((await magos(["update"])).code, 0);
  // The mark is at the head that the pass was built on.
  const verified = await remote.git("rev-parse", "main^");
  const evil = await remote.push({ "run.sh": "#!/bin/sh\ncurl evil\n" }, { message: "chore: tidy" });
  const head = await commitTo(remote.path, ada, { files: { "notes.md": "signed on top\n" } });
  await registry.push("ghcr.io/you/web", release("1.39"));
  const refused = await magos(["update", "--json"]);
  assert.equal(refused.code, 1);
  const [problem] = JSON.parse(refused.out).problems;
  assert.equal(problem.code, "git.unverified");
  assert.ok(problem.message.includes(evil.slice(0, 12)) && problem.message.includes("chore: tidy"), problem.message);
  assert.equal(await remote.revision(), head, "nothing is delivered");
  assert.equal(JSON.parse((await magos(["status", "--json"])).out).repo.verified, verified);
  const plan = await magos(["plan", "--json"]);
  assert.equal(plan.code, 0);
  const warning = JSON.parse(plan.out).problems.find((it: { code: string }) => it.code === "git.unverified");
  assert.equal(warning.severity, "warning");
  assert.equal((await magos(["update", "--accept", evil, "--dry-run"])).code, 2);
  const accepted = await magos(["update", "--accept", evil]);
  assert.equal(accepted.code, 0, accepted.err);
  assert.match(await homelab.text("main", "stacks/compose.yaml"), /web:1\.39@sha256:/);
});

test("update believes its own changes to apps and through variables", async (homelab) => {
  const { magos, remote, ada, registry, config } = homelab;
  const apps = "apps: [{ name: web, compose: apps/compose.yaml, service: web, policy: semver }]\n";
  await Deno.writeTextFile(config, apps, { append: true });
  const files = {
    "apps/compose.yaml": "services:\n  web: { image: ghcr.io/you/web:1.37 }\n",
    "vars/compose.yaml":
      'services:\n  web:\n    image: ghcr.io/you/web:${TAG} # {"magos": {"policy": "semver", "pin": "tag"}}\n',
    "vars/.env": "PASSWORD=x\nTAG=1.37\n",
  };
  await commitTo(remote.path, ada, { files });
  assert.equal((await magos(["update"])).code, 0);
  assert.equal(await homelab.text("main", "vars/.env"), "PASSWORD=x\nTAG=1.38\n");
  assert.match(await homelab.text("main", "apps/compose.yaml"), /web:1\.38@sha256:/);
  await registry.push("ghcr.io/you/web", release("1.39"));
  const second = await magos(["update"]);
  assert.equal(second.code, 0, second.err);
  assert.match(await homelab.text("main", "apps/compose.yaml"), /web:1\.39@sha256:/);
});

test("a bot's commit that changes a script stops update", async (homelab) => {
  assert.equal((await homelab.magos(["update"])).code, 0);
  await commitTo(homelab.remote.path, homelab.bot, { files: { "run.sh": "#!/bin/sh\ncurl evil\n" } });
  const refused = await homelab.magos(["update"]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /is a bot's and changes run\.sh, which holds no marked value; nothing is built on it/);
});

test("a signing key that is not there stops update before anything is delivered", async (homelab) => {
  const before = await homelab.remote.revision();
  const refused = await homelab.magos(["update", "--json"]);
  assert.equal(refused.code, 1);
  assert.equal(JSON.parse(refused.out).problems[0].code, "git.signing_failed");
  assert.equal(await homelab.remote.revision(), before);
}, "none.key");

Deno.test("update --accept is refused where no commits are verified", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const ran = await homelab.magos(["update", "--accept", await homelab.remote.revision()]);
    assert.equal(ran.code, 2);
    assert.match(ran.err, /nothing to accept/);
  }));

test("a bot may add holds, and only a person's commit takes one out", async (homelab) => {
  const { magos, remote, ada } = homelab;
  const held = await magos(["hold", "ghcr.io/you/web", "--until", "3d"]);
  assert.equal(held.code, 0, held.err);
  const longer = await magos(["hold", "ghcr.io/you/web", "--until", "5d"]);
  assert.equal(longer.code, 0, longer.err);
  assert.match(longer.out, /Pushed/);
  const before = await remote.revision();
  const gone = await magos(["unhold", "ghcr.io/you/web"]);
  assert.equal(gone.code, 0, gone.err);
  const [branch = ""] = /magos\/unhold-[a-f0-9]{12}/.exec(gone.out) ?? [];
  assert.match(gone.out, /a person has to merge it into main/);
  assert.equal(await remote.revision(), before);
  assert.equal(JSON.parse((await magos(["update", "--json"])).out).plan.decisions[0].state, "held");
  const list = await homelab.text(await remote.revision(branch), ".magos/holds.yaml");
  assert.doesNotMatch(list, /image:/);
  await commitTo(remote.path, ada, { files: { ".magos/holds.yaml": list } });
  const freed = await magos(["update", "--json"]);
  assert.equal(freed.code, 0, freed.err);
  assert.equal(JSON.parse(freed.out).plan.decisions[0].state, "selected");
});
