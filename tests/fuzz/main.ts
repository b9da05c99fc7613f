// Odd texts against every reader of outside text, for a bounded time: `deno task fuzz [seconds] [seed] [target]`.
// Ends with 1 and the shortest failing text found when something does not hold.
// deno-lint-ignore-file no-console
import { chanceFrom } from "./chance.ts";
import { mutate } from "./mutate.ts";
import { shrink } from "./shrink.ts";
import type { FuzzTarget } from "./target.ts";
import { fuzzTargets } from "./targets.ts";

/** No text may keep a reader busy for longer; far above what is usual, since the machine may be. */
const slowest = 3000;

interface Turns {
  readonly target: FuzzTarget;
  count: number;
  /** Milliseconds spent. */
  spent: number;
}

interface Finding {
  readonly target: FuzzTarget;
  readonly seed: number;
  readonly text: string;
  readonly why: string;
}

/** Runs one text; the reason when something does not hold, else null. The same seed gives the same chance. */
function tryText(target: FuzzTarget, text: string, seed: number): string | null {
  const start = performance.now();
  try {
    target.check(text, chanceFrom(seed));
  } catch (error) {
    return error instanceof Error ? error.stack ?? error.message : String(error);
  }
  const took = performance.now() - start;
  return took > slowest ? `slow: ${took.toFixed(0)} ms` : null;
}

/** Gives every target the same time. The texts of one do not depend on the others, so it can be run again alone. */
function fuzz(turns: readonly Turns[], seconds: number, seed: number): Finding | null {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const turn = turns.reduce((least, other) => (other.spent < least.spent ? other : least));
    const start = performance.now();
    const finding = tryOne(turn.target, turn.count, seed);
    if (finding !== null) return finding;
    turn.count++;
    turn.spent += performance.now() - start;
  }
  return null;
}

function tryOne(target: FuzzTarget, round: number, seed: number): Finding | null {
  const own = Math.imul(seed ^ round, 0x9e3779b1) >>> 0;
  // The seeds themselves come first: a target that refuses what is good is wrong itself.
  const text = target.seeds[round] ?? mutate(target, chanceFrom(own));
  const why = tryText(target, text, own);
  // A machine that was busy elsewhere is no finding: what is slow must be so again.
  if (why === null || (why.startsWith("slow") && tryText(target, text, own) === null)) return null;
  return { target, seed: own, text, why };
}

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
  const { target, text, why } = finding;
  const tries = why.startsWith("slow") ? 20 : 2000;
  const short = shrink(text, (shorter) => tryText(target, shorter, finding.seed) !== null, tries);
  console.error(`\n${target.name} fails: ${tryText(target, short, finding.seed) ?? why}\n`);
  console.error(`text: ${JSON.stringify(short)}`);
  console.error(`again: deno task fuzz ${seconds} ${seed} ${target.name}`);
  Deno.exit(1);
}
console.log("nothing found");
