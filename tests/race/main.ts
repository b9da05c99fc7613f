// Two agents and a person against each other, over and over: `deno task race [rounds] [seed]`.
// deno-lint-ignore-file no-console
import { raceOnBranch } from "./branch_race.ts";
import { racePushes } from "./push_race.ts";

const [rounds = "200", seedText] = Deno.args;
const seed = Number(seedText ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) >>> 0;
console.log(`seed ${seed}, ${rounds} rounds`);
for (const [name, race] of [["push", racePushes], ["branch", raceOnBranch]] as const) {
  const begun = performance.now();
  const figures = await race(Number(rounds), seed);
  console.log(`${name} ${JSON.stringify(figures)} ${Math.round((performance.now() - begun) / 1000)} s`);
}
