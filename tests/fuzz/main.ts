// Odd texts against every reader of outside text, for a bounded time: `deno task fuzz [seconds] [seed] [target]`.
// Ends with 1 and the shortest failing text found when something does not hold.
// deno-lint-ignore-file no-console
import { fuzz, shorten, type Turns } from "./fuzz.ts";
import { fuzzTargets } from "./targets.ts";

const [seconds = "60", seedText, only] = Deno.args;
const seed = Number(seedText ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) >>> 0;
const targets = fuzzTargets.filter(({ name }) => only === undefined || name === only);
if (targets.length === 0 || !(Number(seconds) > 0)) {
  console.error(`usage: deno task fuzz [seconds] [seed] [${fuzzTargets.map(({ name }) => name).join("|")}]`);
  Deno.exit(2);
}
console.log(`seed ${seed}, ${seconds} s, ${targets.length} targets`);
const turns = targets.map((target): Turns => ({ target, count: 0, spent: 0 }));
const finding = fuzz(turns, Number(seconds), seed);
for (const { target, count } of turns) console.log(`${String(count).padStart(8)} ${target.name}`);
if (finding !== null) {
  const { target, text, why } = shorten(finding);
  console.error(`\n${target.name} fails: ${why}\n`);
  console.error(`text: ${JSON.stringify(text)}`);
  console.error(`again: deno task fuzz ${seconds} ${seed} ${target.name}`);
  Deno.exit(1);
}
console.log("nothing found");
