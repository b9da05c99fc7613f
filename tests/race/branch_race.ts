// Two agents on one branch beside main, and a person who commits to both, merges and deletes: the verdict is on what the
// remote received.
import assert from "node:assert/strict";
import { deliveriesIn } from "../e2e/half_done.ts";
import { type Homelab, release, withHomelab } from "../e2e/homelab.ts";
import { chanceFrom } from "../fuzz/chance.ts";
import { type Person, startPerson } from "./person.ts";
import { type Racer, type Report, startRacer, together } from "./racer.ts";
import { readHistory } from "./read_history.ts";

const name = "ghcr.io/you/web";
const images = [{ name, releases: [release("1.0")] }];
// What people add at the end stands apart from the marked line, or nothing could be merged.
const tree = {
  "compose.yaml": `web: ${name}:1.0 # {"magos": {"policy": "semver"}}\n${"# a line\n".repeat(9)}`,
  "notes.md": "\n",
};
const branch = "image-updates/race";
const settings = `update: { pin: tag, delivery: branch, branch: ${branch} }\n`;
const nothing = /^0+$/;

// What the person may do to the branch; every other number is a commit on main.
const [deletes, commits, merges] = [0, 1, 2];
const moments = ["at once", "dawdle", "cut in"] as const;

/** What a race came to. */
export interface BranchRaceFigures {
  readonly rounds: number;
  /** Updates of the branch that the remote took: made, made anew, deleted. */
  readonly received: number;
  readonly replaced: number;
  readonly merges: number;
  readonly handsOff: number;
}

/** What the person pushed, and to where. */
interface ByHand {
  readonly main: Set<string>;
  readonly beside: Set<string>;
  merges: number;
}

/**
 * Runs the rounds. In some the person merges the branch, commits on it or deletes it while the agents run.
 * @throws {AssertionError} when an agent touches main or pushes over a person's commit, or when a change is missing or
 * doubled once all is quiet.
 */
export async function raceOnBranch(rounds: number, seed: number): Promise<BranchRaceFigures> {
  let figures: BranchRaceFigures | null = null;
  await withHomelab({ tree, images, settings }, async (homelab) => {
    await homelab.remote.hook("post-receive", `while read line; do echo "$line" >> "${homelab.folder}/received"; done`);
    const racers = [await startRacer(homelab, "one"), await startRacer(homelab, "two")] as const;
    try {
      figures = await run(homelab, racers, rounds, seed);
    } finally {
      await Promise.all(racers.map((racer) => racer.close()));
    }
  });
  assert.ok(figures !== null);
  return figures;
}

async function run(
  homelab: Homelab,
  racers: readonly [Racer, Racer],
  rounds: number,
  seed: number,
): Promise<BranchRaceFigures> {
  const chance = chanceFrom(seed);
  const person = await startPerson(homelab);
  const byHand: ByHand = { main: new Set(), beside: new Set(), merges: 0 };
  let handsOff = 0;
  for (let round = 1; round <= rounds; round++) {
    await homelab.registry.push(name, release(`1.${round}`));
    // A commit on the branch right before an agent's push is what must not be lost; it is merged or deleted after that.
    const [what, when] = round % 3 === 2
      ? [commits, "cut in"] as const
      : [round % 3 === 0 ? chance.pick([deletes, merges]) : chance.below(6), chance.pick(moments)] as const;
    const acts = (dawdle?: Promise<unknown>): Promise<void> => act(person, what, `# round ${round}\n`, byHand, dawdle);
    const reports = await together(homelab, racers, acts, when);
    handsOff += reports.filter(sawForeign).length;
  }
  await person.remove(branch);
  // What the last round brought may have been merged by now.
  await homelab.registry.push(name, release(`1.${rounds + 1}`));
  for (const racer of racers) assert.ok(!sawForeign(await racer.pass()));
  await judgeQuiet(homelab, `1.${rounds + 1}`);
  const received = await judgeReceived(homelab, byHand);
  for (const racer of racers) {
    assert.deepEqual(deliveriesIn(racer.state).filter((row) => row.state === "prepared"), []);
  }
  return { rounds, ...received, merges: byHand.merges, handsOff };
}

/** One of the things that people do to a branch while others work on it. */
async function act(
  person: Person,
  what: number,
  words: string,
  byHand: ByHand,
  dawdle: Promise<unknown> | undefined,
): Promise<void> {
  const keep = (made: string | null, where: Set<string>): void => void (made !== null && where.add(made));
  if (what === deletes) return await person.remove(branch);
  if (what === commits) return keep(await person.commit(branch, "aside.md", words, dawdle), byHand.beside);
  if (what === merges) {
    const merged = await person.merge(branch, "main");
    if (merged !== null) byHand.merges++;
    return keep(merged, byHand.main);
  }
  return keep(await person.commit("main", what < 5 ? "compose.yaml" : "notes.md", words, dawdle), byHand.main);
}

/** Whether the pass left the branch to a person; every other error but a lost race ends the race. */
function sawForeign(report: Report): boolean {
  const codes = report.problems.map((it) => it.code);
  const others = codes.filter((code) => code !== "delivery.foreign_commit" && code !== "git.lost_race");
  assert.deepEqual(others, [], JSON.stringify(report.problems));
  return codes.includes("delivery.foreign_commit");
}

/** When nobody disturbs, main and branch together hold the newest of all, each change once. */
async function judgeQuiet({ remote, text }: Homelab, newest: string): Promise<void> {
  const commits = await readHistory(remote, `main..${branch}`);
  assert.ok(commits.every((commit) => commit.plan !== null));
  const changes = commits.flatMap((commit) => commit.changes.map(({ to }) => to));
  assert.deepEqual(changes, [newest]);
  assert.match(
    await text(await remote.revision(branch), "compose.yaml"),
    new RegExp(`web:${newest.replace(".", "\\.")} `),
  );
}

/** All that the remote took: main only from the person, and over no commit of the person's on the branch. */
async function judgeReceived(
  { remote, folder }: Homelab,
  byHand: ByHand,
): Promise<Pick<BranchRaceFigures, "received" | "replaced">> {
  const lines = (await Deno.readTextFile(`${folder}/received`)).trimEnd().split("\n").map((line) => line.split(" "));
  let [received, replaced] = [0, 0];
  for (const [old = "", now = "", ref = ""] of lines) {
    if (ref === "refs/heads/main") {
      assert.ok(byHand.main.has(now), `${now} on main is the person's`);
      continue;
    }
    assert.equal(ref, `refs/heads/${branch}`);
    received++;
    // Only the person deletes.
    if (nothing.test(old) || nothing.test(now)) continue;
    const left = await readHistory(remote, `${now}..${old}`);
    if (left.length === 0) continue;
    replaced++;
    // What the person merged meanwhile is on main, where nothing is ever left out.
    const lost = left.filter((commit) => commit.plan === null && !byHand.main.has(commit.revision));
    assert.deepEqual(lost, [], `${old} was replaced by ${now}`);
  }
  for (const made of byHand.main) {
    assert.equal(await remote.git("merge-base", made, "main"), made, "each commit of the person's is on main");
  }
  return { received, replaced };
}
