// Two agents as two processes and a person, all pushing at once to one real remote; `deno task race` runs 200 rounds.
import assert from "node:assert/strict";
import { raceOnBranch } from "../race/branch_race.ts";
import { racePushes } from "../race/push_race.ts";

const rounds = 6;

Deno.test("two agents and a person on one branch: each change once, none lost, no push forced", async () => {
  const figures = await racePushes(rounds, 20260120);
  assert.ok(figures.commits > rounds);
  assert.ok(figures.lostByAgents + figures.lostByPerson > 0, "without a lost race nothing was raced");
});

Deno.test("two agents on a branch of their own, with a person on it: no commit of the person's is pushed over", async () => {
  const figures = await raceOnBranch(rounds, 20260120);
  assert.ok(figures.received >= rounds);
});
