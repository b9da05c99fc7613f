// Two agents and a person on one branch: rounds that begin together, then the verdict on all that reached the remote.
import assert from "node:assert/strict";
import { deliveriesIn } from "../e2e/half_done.ts";
import { type Homelab, release, withHomelab } from "../e2e/homelab.ts";
import { chanceFrom } from "../fuzz/chance.ts";
import { readHistory, type SeenCommit } from "./read_history.ts";
import { startPerson } from "./person.ts";
import { type Racer, type Report, startRacer, together } from "./racer.ts";

const names = ["ghcr.io/you/web", "ghcr.io/you/db"] as const;
const images = names.map((name) => ({ name, releases: [release("1.0")] }));
const tree = {
  "compose.yaml": names.map((name) => `# {"x": 1}\n${name.slice(-2)}: ${name}:1.0 # {"magos": {"policy": "semver"}}\n`)
    .join(""),
  "notes.md": "\n",
};

/** What a race came to. */
export interface RaceFigures {
  readonly rounds: number;
  readonly commits: number;
  /** Passes that had to begin again because somebody else was faster, and pushes of the person that had to. */
  readonly lostByAgents: number;
  readonly lostByPerson: number;
  /** Passes that lost five times, and were followed by one in quiet. */
  readonly givenUp: number;
}

/**
 * Runs the rounds: in each new tags appear, and both agents and the person begin at once.
 * @throws {AssertionError} when a change is lost or doubled, a commit of the person's is lost, or a push was forced.
 */
export async function racePushes(rounds: number, seed: number): Promise<RaceFigures> {
  let figures: RaceFigures | null = null;
  await withHomelab({ tree, images, settings: "update: { pin: tag }\n" }, async (homelab) => {
    await homelab.remote.git("config", "core.logAllRefUpdates", "always");
    const [first, second] = [await startRacer(homelab, "one"), await startRacer(homelab, "two")];
    try {
      figures = await run(homelab, [first, second], rounds, seed);
    } finally {
      await Promise.all([first.close(), second.close()]);
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
): Promise<RaceFigures> {
  const chance = chanceFrom(seed);
  const base = await homelab.remote.revision();
  const person = await startPerson(homelab);
  const byHand: string[] = [];
  const wanted: string[] = [];
  let [lostByAgents, givenUp] = [0, 0];
  for (let round = 1; round <= rounds; round++) {
    const moved = chance.pick([[names[0]], [names[1]], names]);
    for (const name of moved) {
      await homelab.registry.push(name, release(`1.${round}`));
      wanted.push(`${name} 1.${round}`);
    }
    const pushes = Array.from({ length: 1 + chance.below(3) }, () => chance.pick(["notes.md", "compose.yaml"]));
    const cutsIn = chance.below(3) === 0;
    // Now and then the person's first commit was made before an agent pushed, and is pushed after it.
    const dawdles = !cutsIn && chance.below(2) === 0;
    const types = async (dawdle?: Promise<unknown>): Promise<void> => {
      for (const [index, file] of pushes.entries()) {
        const made = await person.commit("main", file, `# round ${round}, ${index}\n`, dawdle);
        if (made !== null) byHand.push(made);
      }
    };
    const reports = await together(homelab, racers, types, cutsIn ? "cut in" : dawdles ? "dawdle" : "at once");
    lostByAgents += reports.reduce((sum, report) => sum + Math.max(0, (report.deliveries?.[0]?.attempts ?? 1) - 1), 0);
    const beaten = reports.filter((report) => !endedWell(report));
    givenUp += beaten.length;
    if (beaten.length > 0) assert.ok(endedWell(await racers[0].pass()), "in quiet a pass delivers");
  }
  const commits = await readHistory(homelab.remote, `${base}..main`);
  judge(commits, base, wanted, byHand);
  await judgeReceived(homelab, base, commits);
  judgeRows(racers, commits);
  return { rounds, commits: commits.length, lostByAgents, lostByPerson: person.beaten, givenUp };
}

/** True unless it was beaten five times; anything else that goes wrong ends the race. */
function endedWell(report: Report): boolean {
  const errors = report.problems.filter((it) => it.severity === "error").map((it) => it.code);
  if (errors.length === 0) return true;
  assert.deepEqual(errors, ["git.lost_race"], JSON.stringify(report.problems));
  return false;
}

/** Each change once and in order, each commit of the person's, nothing else, and no merge. */
function judge(
  commits: readonly SeenCommit[],
  base: string,
  wanted: readonly string[],
  byHand: readonly string[],
): void {
  let parent = base;
  for (const commit of commits) {
    assert.deepEqual(commit.parents, [parent], `${commit.revision} stands in line`);
    parent = commit.revision;
  }
  const changes = commits.flatMap((commit) => commit.changes);
  assert.deepEqual(changes.map(({ image, to }) => `${image} ${to}`).sort(), [...wanted].sort());
  for (const name of names) {
    let from = "1.0";
    for (const change of changes.filter(({ image }) => image === name)) {
      assert.equal(change.from, from, "each change begins where the last one ended");
      from = change.to;
    }
  }
  const others = commits.filter((commit) => commit.plan === null).map((commit) => commit.revision);
  assert.deepEqual(others, byHand, "each commit of the person's, in order, and none of anybody else");
}

/** The remote's own log of the branch: every update moved it forward, from where the last one had left it. */
async function judgeReceived({ remote }: Homelab, base: string, commits: readonly SeenCommit[]): Promise<void> {
  const places = new Map([base, ...commits.map((commit) => commit.revision)].map((revision, at) => [revision, at]));
  const log = (await Deno.readTextFile(`${remote.path}/logs/refs/heads/main`)).trimEnd().split("\n");
  let at = 0;
  for (const [old = "", now = ""] of log.map((line) => line.split(" "))) {
    assert.equal(places.get(old), at, "no update left out what was there");
    const next = places.get(now) ?? -1;
    assert.ok(next > at, "every update moved forward");
    at = next;
  }
  assert.equal(at, commits.length);
}

/** What the agents' own states claim is what the branch has: each commit of magos's belongs to one of them. */
function judgeRows(racers: readonly Racer[], commits: readonly SeenCommit[]): void {
  const rows = racers.flatMap((racer) => deliveriesIn(racer.state));
  const pushed = rows.filter((row) => row.state === "pushed").map((row) => row.commit);
  const own = commits.filter((commit) => commit.plan !== null).map((commit) => commit.revision);
  assert.deepEqual(pushed.sort(), own.sort());
  assert.deepEqual(rows.filter((row) => row.state !== "pushed" && row.state !== "superseded"), []);
}
