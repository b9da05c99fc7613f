// Following a branch with repo.verifyCommits, over real keys and a real repository: who may push what.
import assert from "node:assert/strict";
import type { VerifyCommits } from "../../src/core/documents/config.ts";
import type { Result } from "../../src/core/model/problem.ts";
import { findTargets } from "../../src/core/patch/find_targets.ts";
import { followBranch, type FollowedHead } from "../../src/reconcile/follow_branch.ts";
import type { VerifyRules } from "../../src/reconcile/verify_rules.ts";
import { must, mustFail, setUpGit } from "../fakes/git_setup.ts";
import { withGitWorld } from "../fakes/git_world.ts";
import { needs } from "../fakes/needs.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { commitTo, type GpgKey, makeGpgKey, makeSshKey, type SshKey, withGpgHome } from "../fakes/signing_keys.ts";
import { marker, plainContext } from "../unit/core/patch/cases.ts";

const ssh = needs("git", "ssh-keygen");
const gpg = needs("git", "gpg");

const compose = (tag: string, command = "sleep 1"): string =>
  `a:\n  image: ghcr.io/you/app:${tag} ${marker()}\n  x: 1\n  y: 2\n  z: 3\n  command: ${command}\n`;
const hold = (image: string): string => `  - image: ${image}\n    since: 2026-01-01T00:00:00Z\n`;

type Key = SshKey | GpgKey;
type Change = Parameters<typeof commitTo>[2];

interface Stage {
  readonly ada: SshKey;
  readonly bot: SshKey;
  readonly eve: SshKey;
  readonly folder: string;
  /** A commit on the remote's branch. */
  commit(key: Key | null, change: Change): Promise<string>;
  revision(): Promise<string>;
  follow(
    options?: { readonly accept?: string; readonly trust?: Partial<VerifyCommits> },
  ): Promise<Result<FollowedHead>>;
  mark(): string | null;
}

/** A remote whose first commit is Ada's, followed once. */
async function withStage(test: (stage: Stage) => Promise<void>): Promise<void> {
  await withGitWorld("file URL", { "c.yaml": compose("1.0"), "run.sh": "#!/bin/sh\n" }, async (world) => {
    const { folder, remote, url } = world;
    const [ada, bot, eve] = [
      await makeSshKey(folder, "ada"),
      await makeSshKey(folder, "bot"),
      await makeSshKey(folder, "eve"),
    ];
    const allowedSigners = `${folder}/signers`;
    await Deno.writeTextFile(allowedSigners, `ada@example.org ${ada.publicKey}\nbot ${bot.publicKey}\n`, {
      mode: 0o600,
    });
    const meta = new Map<string, string>();
    const store = {
      meta: (name: string): string | null => meta.get(name) ?? null,
      setMeta: (name: string, value: string): void => void meta.set(name, value),
    };
    const stage: Stage = {
      ada,
      bot,
      eve,
      folder,
      commit: (key, change) => commitTo(remote.path, key, change),
      revision: () => remote.revision(),
      async follow({ accept = null, trust } = {}) {
        const verify = { allowedSigners, gpgKeys: null, bots: ["bot"], ...trust };
        const { git } = setUpGit(`${folder}/state`, url, { trust: verify, uid: Deno.uid() });
        return await followBranch({ git, store }, "main", () => Promise.resolve({ ok: true, value: false }), {
          verify: rules(verify.bots),
          accept: accept ?? null,
        });
      },
      mark: () => store.meta("head.verified"),
    };
    await stage.commit(ada, { message: "the first good one" });
    must(await stage.follow());
    await test(stage);
  });
}

function rules(bots: readonly string[]): VerifyRules {
  return {
    bots: new Set(bots),
    async survey(checkout) {
      const texts = checkout.files.map(async (file) =>
        findTargets(file, await Deno.readTextFile(`${checkout.root}/${file}`), plainContext)
      );
      return { ok: true, value: (await Promise.all(texts)).flatMap((marked) => marked.found) };
    },
  };
}

function test(name: string, run: (stage: Stage) => Promise<void>): void {
  Deno.test({ name: `${name}${ssh.suffix}`, ignore: ssh.ignore, fn: () => withStage(run) });
}

async function refused(stage: Stage, commit: string, why: RegExp): Promise<void> {
  const before = stage.mark();
  const failed = mustFail(await stage.follow());
  assert.equal(failed.code, "git.unverified");
  assert.match(failed.message, why);
  assert.ok(failed.message.includes(commit.slice(0, 12)), failed.message);
  assert.match(failed.cure ?? "", new RegExp(`magos update --accept ${commit}`));
  assert.equal(stage.mark(), before, "the mark stays at the last good head");
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
  const remote = `${stage.folder}/homelab.git`;
  const raw = await runGitAs(remote, ["cat-file", "commit", good]);
  const file = `${stage.folder}/forged`;
  await Deno.writeTextFile(file, `${raw.replace("a commit", "another commit")}\n`);
  const forged = await runGitAs(remote, ["hash-object", "-t", "commit", "-w", file]);
  await runGitAs(remote, ["update-ref", "refs/heads/main", forged]);
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
  await runGitAs(`${stage.folder}/homelab.git`, ["update-ref", "refs/heads/main", removed]);
  await refused(stage, removed, /removes \.magos\/holds\.yaml/);
  await runGitAs(`${stage.folder}/homelab.git`, ["update-ref", "refs/heads/main", start]);
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

test("a bot's merge passes when what it brings in does", async (stage) => {
  const base = await stage.revision();
  const side = await stage.commit(stage.ada, { files: { "run.sh": "good\n" }, parents: [base], branch: null });
  const tree = await treeOf(stage, side);
  const merge = await stage.commit(stage.bot, { parents: [base, side], tree });
  assert.equal(must(await stage.follow()).head.revision, merge);
});

test("a bot's merge of two lines that both changed one file passes as git merges it", async (stage) => {
  const base = await stage.revision();
  const main = await stage.commit(stage.ada, { files: { "c.yaml": compose("1.0", "sleep 2") } });
  const side = await stage.commit(stage.bot, { files: { "c.yaml": compose("1.1") }, parents: [base], branch: null });
  const tree = await cleanTree(stage, main, side);
  const merge = await stage.commit(stage.bot, { parents: [main, side], tree });
  assert.equal(must(await stage.follow()).head.revision, merge);
});

test("a bot's merge is refused when it brings in something unsigned, or anything beside", async (stage) => {
  const base = await stage.revision();
  const evil = await stage.commit(null, { files: { "run.sh": "evil\n" }, parents: [base], branch: null });
  const top = await stage.commit(stage.ada, { files: { "c.yaml": compose("1.1") }, parents: [evil], branch: null });
  const first = await stage.commit(stage.bot, { parents: [base, top], tree: await treeOf(stage, top) });
  await refused(stage, first, new RegExp(`brings in ${evil.slice(0, 12)}, which is not signed`));
  const good = await stage.commit(stage.ada, { files: { "c.yaml": compose("1.1") }, parents: [base], branch: null });
  const slipped = await stage.commit(stage.ada, { files: { "run.sh": "slipped in\n" }, parents: [good], branch: null });
  const second = await stage.commit(stage.bot, { parents: [base, good], tree: await treeOf(stage, slipped) });
  await refused(stage, second, /holds something else than what it merges/);
});

test("a bot's merge may not bring back an older state of what the line has changed since", async (stage) => {
  const base = await stage.revision();
  const fixed = await stage.commit(stage.ada, { files: { "run.sh": "fixed\n" } });
  const side = await stage.commit(stage.ada, { files: { "c.yaml": compose("1.1") }, parents: [base], branch: null });
  const merge = await stage.commit(stage.bot, { parents: [fixed, side], tree: await treeOf(stage, side) });
  await refused(stage, merge, /holds something else/);
});

test("a person's merge vouches for what it brings in", async (stage) => {
  const base = await stage.revision();
  const side = await stage.commit(null, { files: { "run.sh": "read\n" }, parents: [base], branch: null });
  const merge = await stage.commit(stage.ada, { parents: [base, side], tree: await treeOf(stage, side) });
  assert.equal(must(await stage.follow()).head.revision, merge);
});

test("a merge cannot hide a line of unsigned commits behind the last good head", async (stage) => {
  const base = await stage.revision();
  const first = (await gitIn(stage, "rev-list", "--max-parents=0", "main")).trim();
  const evil = await stage.commit(null, { files: { "run.sh": "evil\n" }, parents: [first], branch: null });
  await stage.commit(stage.ada, { parents: [evil, base], tree: await treeOf(stage, evil) });
  await refused(stage, evil, /is not signed/);
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

test("the trust file must be the host's own", async (stage) => {
  const code = async (trust: Partial<VerifyCommits>): Promise<string> => {
    await stage.commit(stage.ada, {});
    const failed = mustFail(await stage.follow({ trust }));
    assert.equal(failed.code, "config.unusable_signers");
    return failed.message;
  };
  assert.match(await code({ allowedSigners: `${stage.folder}/none` }), /is not there/);
  assert.match(await code({ bots: ["bto"] }), /no trusted key goes by the name "bto"/);
  const open = `${stage.folder}/open`;
  await Deno.writeTextFile(open, await Deno.readTextFile(`${stage.folder}/signers`));
  await Deno.chmod(open, 0o664);
  assert.match(await code({ allowedSigners: open }), /can be written by others/);
  await Deno.writeTextFile(`${stage.folder}/empty`, "# nobody\n", { mode: 0o600 });
  assert.match(await code({ allowedSigners: `${stage.folder}/empty` }), /holds no key/);
  await gitIn(stage, "clone", "-q", ".", `${stage.folder}/clone`);
  await Deno.copyFile(`${stage.folder}/signers`, `${stage.folder}/clone/signers`);
  assert.match(await code({ allowedSigners: `${stage.folder}/clone/signers` }), /stands in a clone of the repository/);
});

test("a verified head is not verified again", async (stage) => {
  // Without the trust file nothing could be verified.
  await Deno.remove(`${stage.folder}/signers`);
  assert.deepEqual(must(await stage.follow()).problems, []);
});

Deno.test({
  name: `gpg keys: a good one is followed, others are told apart${gpg.suffix}`,
  ignore: gpg.ignore || ssh.ignore,
  fn: () =>
    withGpgHome((home) =>
      withStage(async (stage) => {
        const [person, robot, eve] = [
          await makeGpgKey(home, "person"),
          await makeGpgKey(home, "robot"),
          await makeGpgKey(home, "eve"),
        ];
        const gpgKeys = `${stage.folder}/keys.asc`;
        await Deno.writeTextFile(gpgKeys, person.publicKey + robot.publicKey, { mode: 0o600 });
        const trust = { gpgKeys, bots: ["bot", "robot@example.org"] };
        await stage.commit(person, { files: { "run.sh": "by gpg\n" } });
        await stage.commit(robot, { files: { "c.yaml": compose("1.1") } });
        const good = await stage.commit(stage.ada, { files: { "run.sh": "by ssh\n" } });
        assert.equal(must(await stage.follow({ trust })).head.revision, good);
        const cases: readonly (readonly [Key, RegExp])[] = [
          [eve, /that no allowed signer has/],
          [robot, /is a bot's and changes run\.sh/],
        ];
        for (const [key, why] of cases) {
          await stage.commit(key, { files: { "run.sh": "evil\n" }, parents: [good] });
          assert.match(mustFail(await stage.follow({ trust })).message, why);
        }
        await stage.commit(robot, { files: { "run.sh": "evil\n" }, parents: [good] });
        const byPrint = { ...trust, bots: [robot.fingerprint] };
        assert.match(mustFail(await stage.follow({ trust: byPrint })).message, /is a bot's/);
      })
    ),
});

Deno.test({
  name: `gpg keys: one whose time is over is refused${gpg.suffix}`,
  ignore: gpg.ignore || ssh.ignore,
  fn: () =>
    withGpgHome((home) =>
      withStage(async (stage) => {
        // For this home it is the year 2020.
        await Deno.writeTextFile(`${home}/gpg.conf`, "faked-system-time 20200601T000000\n");
        const old = await makeGpgKey(home, "old", "", "1y");
        // Each gpg begins at that moment again: a day later none stands before the key was made.
        await Deno.writeTextFile(`${home}/gpg.conf`, "faked-system-time 20200602T000000\n");
        const gpgKeys = `${stage.folder}/keys.asc`;
        await Deno.writeTextFile(gpgKeys, old.publicKey, { mode: 0o600 });
        await stage.commit(old, { files: { "run.sh": "late\n" } });
        assert.match(mustFail(await stage.follow({ trust: { gpgKeys } })).message, /whose time is over/);
      })
    ),
});

function gitIn(stage: Stage, ...args: readonly string[]): Promise<string> {
  return runGitAs(`${stage.folder}/homelab.git`, args);
}

function treeOf(stage: Stage, revision: string): Promise<string> {
  return gitIn(stage, "rev-parse", `${revision}^{tree}`);
}

function cleanTree(stage: Stage, first: string, second: string): Promise<string> {
  return gitIn(stage, "merge-tree", "--write-tree", first, second);
}
