// Following a branch with repo.verifyCommits: who may push what.
import assert from "node:assert/strict";
import { must, mustFail } from "../fakes/git_setup.ts";
import { needs } from "../fakes/needs.ts";
import { makeSshKey } from "../fakes/signing_keys.ts";
import { type Change, compose, hold, refused, type Stage, withStage } from "../fakes/verify_stage.ts";

const ssh = needs("git", "ssh-keygen");

function test(name: string, run: (stage: Stage) => Promise<void>): void {
  Deno.test({ name: `${name}${ssh.suffix}`, ignore: ssh.ignore, fn: () => withStage(run) });
}

test("a signed line is followed, and the mark goes with it", async (stage) => {
  await stage.commit(stage.ada, { files: { "run.sh": "#!/bin/sh\nexit\n" } });
  const head = await stage.commit(stage.ada, { files: { "c.yaml": compose("2.0", "other") } });
  const followed = must(await stage.follow());
  assert.deepEqual(followed, { head: { branch: "main", revision: head }, problems: [] });
  assert.equal(stage.mark(), `main ${head}`);
});

test("an unsigned commit is refused, also beneath a signed one", async (stage) => {
  const bad = await stage.commit(null, { files: { "run.sh": "evil\n" }, message: "fix: harmless\u001b[31m" });
  await refused(stage, bad, /by Ada <ada@example\.org> \("fix: harmless \[31m"\) is not signed/);
  await stage.commit(stage.ada, { files: { "c.yaml": compose("1.1") } });
  await refused(stage, bad, /is not signed/);
});

test("a commit by a key that is not allowed is refused", async (stage) => {
  const bad = await stage.commit(stage.eve, { files: { "c.yaml": compose("1.1") } });
  await refused(stage, bad, /that no allowed signer has/);
});

test("a signature that was taken from another commit is refused", async (stage) => {
  const good = await stage.commit(stage.ada, { files: { "c.yaml": compose("1.1") }, branch: null });
  const raw = await stage.git("cat-file", "commit", good);
  const file = `${stage.folder}/forged`;
  await Deno.writeTextFile(file, `${raw.replace("a commit", "another commit")}\n`);
  const forged = await stage.git("hash-object", "-t", "commit", "-w", file);
  await stage.git("update-ref", "refs/heads/main", forged);
  await refused(stage, forged, /has a signature that does not fit it/);
});

test("a key counts only in its time, by the commit's date", async (stage) => {
  const late = await makeSshKey(stage.folder, "late");
  const signers = `${stage.folder}/signers`;
  const more = `late namespaces="git",valid-before="20260101" ${late.publicKey}\n`;
  await Deno.writeTextFile(signers, await Deno.readTextFile(signers) + more);
  await stage.commit(late, { files: { "c.yaml": compose("1.1") }, time: Date.UTC(2025, 5, 1) / 1000 });
  must(await stage.follow());
  const bad = await stage.commit(late, { files: { "c.yaml": compose("1.2") }, time: Date.UTC(2026, 5, 1) / 1000 });
  await refused(stage, bad, /whose time is over/);
});

test("a bot may move marked values and add holds", async (stage) => {
  await stage.commit(stage.bot, { files: { "c.yaml": compose("1.1") } });
  await stage.commit(stage.bot, { files: { ".magos/holds.yaml": `holds:\n${hold("ghcr.io/you/app")}` } });
  const both = `holds:\n${hold("ghcr.io/you/app")}${hold("ghcr.io/you/web")}`;
  const head = await stage.commit(stage.bot, { files: { "c.yaml": compose("1.2"), ".magos/holds.yaml": both } });
  assert.equal(must(await stage.follow()).head.revision, head);
});

const bad: readonly (readonly [string, Change, RegExp])[] = [
  ["change a script", { files: { "run.sh": "evil\n" } }, /is a bot's and changes run\.sh, which holds no marked value/],
  ["change more of a marked file", { files: { "c.yaml": compose("1.1", "evil") } }, /outside of its marked values/],
  ["change the image's name", { files: { "c.yaml": compose("1.1").replace("you/app", "evil/app") } }, /writes "ghcr/],
  ["add a file", { files: { "new.sh": "evil\n" } }, /adds new\.sh/],
  ["remove a file", { files: { "run.sh": null } }, /removes run\.sh/],
  ["make a file executable", { files: { "run.sh": "#!/bin/sh\n" }, mode: "100755" }, /changes the mode of run\.sh/],
  ["turn a file into a link", { files: { "c.yaml": "run.sh" }, mode: "120000" }, /changes the mode of c\.yaml/],
  ["add a file of its own to .magos", { files: { ".magos/run": "x\n" } }, /adds \.magos\/run/],
];
for (const [what, change, why] of bad) {
  test(`a bot may not ${what}`, async (stage) => {
    await refused(stage, await stage.commit(stage.bot, change), why);
  });
}

test("a bot may not take out a hold, people may", async (stage) => {
  await stage.commit(stage.ada, { files: { ".magos/holds.yaml": `holds:\n${hold("ghcr.io/you/app")}` } });
  must(await stage.follow());
  const without = { files: { ".magos/holds.yaml": "holds: []\n" } };
  const removed = await stage.commit(stage.bot, { files: { ".magos/holds.yaml": null }, branch: null });
  const start = await stage.revision();
  await refused(stage, await stage.commit(stage.bot, without), /takes out or changes a hold/);
  await stage.git("update-ref", "refs/heads/main", removed);
  await refused(stage, removed, /removes \.magos\/holds\.yaml/);
  await stage.git("update-ref", "refs/heads/main", start);
  await stage.commit(stage.ada, without);
  must(await stage.follow());
});

test("a bot is known by its key, under whatever other name the file lists it", async (stage) => {
  const signers = `${stage.folder}/signers`;
  const text = await Deno.readTextFile(signers);
  await Deno.writeTextFile(signers, `someone@example.org ${stage.bot.publicKey}\n${text}`);
  await refused(stage, await stage.commit(stage.bot, { files: { "run.sh": "evil\n" } }), /is a bot's/);
  const failed = mustFail(await stage.follow({ trust: { bots: [stage.bot.fingerprint] } }));
  assert.match(failed.message, /is a bot's/);
});

test("a rewritten branch is refused until the host's owner accepts it", async (stage) => {
  const base = await stage.revision();
  const lost = await stage.commit(stage.ada, { files: { "run.sh": "a\n" } });
  must(await stage.follow());
  const other = await stage.commit(stage.ada, { files: { "run.sh": "b\n" }, parents: [base] });
  const failed = mustFail(await stage.follow());
  assert.equal(failed.code, "git.rewritten");
  assert.equal(stage.mark(), `main ${lost}`);
  assert.match(failed.cure ?? "", new RegExp(`magos update --accept ${other}`));
  must(await stage.follow({ accept: other }));
  assert.equal(stage.mark(), `main ${other}`);
  const head = await stage.commit(stage.ada, { files: { "run.sh": "c\n" } });
  assert.equal(must(await stage.follow()).head.revision, head);
});

test("accepting a commit vouches for it and no later one", async (stage) => {
  const first = await stage.commit(null, { files: { "run.sh": "a\n" } });
  const second = await stage.commit(null, { files: { "run.sh": "b\n" } });
  const failed = mustFail(await stage.follow({ accept: first }));
  assert.ok(failed.message.includes(second.slice(0, 12)));
  must(await stage.follow({ accept: second }));
  const elsewhere = await stage.commit(stage.ada, { files: { "run.sh": "c\n" }, branch: null });
  for (const odd of [elsewhere, "main", second.slice(0, 12), "f".repeat(40)]) {
    assert.equal(mustFail(await stage.follow({ accept: odd })).code, "usage.invalid", odd);
  }
});
