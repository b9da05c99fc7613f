// Merges on a verified line: a forge's key vouches for nothing, a person's for all that it brings in.
import assert from "node:assert/strict";
import { must } from "../fakes/git_setup.ts";
import { needs } from "../fakes/needs.ts";
import { compose, refused, type Stage, withStage } from "../fakes/verify_stage.ts";

const ssh = needs("git", "ssh-keygen");

function test(name: string, run: (stage: Stage) => Promise<void>): void {
  Deno.test({ name: `${name}${ssh.suffix}`, ignore: ssh.ignore, fn: () => withStage(run) });
}

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
  const first = (await stage.git("rev-list", "--max-parents=0", "main")).trim();
  const evil = await stage.commit(null, { files: { "run.sh": "evil\n" }, parents: [first], branch: null });
  await stage.commit(stage.ada, { parents: [evil, base], tree: await treeOf(stage, evil) });
  await refused(stage, evil, /is not signed/);
});

function treeOf(stage: Stage, revision: string): Promise<string> {
  return stage.git("rev-parse", `${revision}^{tree}`);
}

function cleanTree(stage: Stage, first: string, second: string): Promise<string> {
  return stage.git("merge-tree", "--write-tree", first, second);
}
