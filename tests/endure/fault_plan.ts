// Which fault happens when: lanes that go on side by side, each with one fault after the other, all by the seed.
import { type Chance, chanceFrom } from "../fuzz/chance.ts";

/** The faults of each lane. Faults of two lanes may overlap, those of one lane never do. */
export const lanes = {
  ghcr: ["limited", "limited for long", "500", "slow", "garbage", "half a list", "gone", "silent", "cut"],
  quay: ["limited", "limited for long", "500", "slow", "garbage", "half a list", "gone", "silent", "cut"],
  git: ["gone", "503", "no push", "slow", "silent", "cut"],
  clock: ["hours pass", "a year ahead", "a day ahead", "set back"],
  disk: ["full", "nearly full"],
  hangups: ["storm"],
  hooks: ["flood"],
} as const;

/** What faults are about. */
export type Lane = keyof typeof lanes;

/** One fault. Times are milliseconds from the beginning. */
export interface PlannedFault {
  readonly lane: Lane;
  readonly kind: string;
  readonly from: number;
  readonly until: number;
}

/**
 * The faults of a run so many milliseconds long: the same seed gives the same plan. Each lane plays all its kinds before
 * one comes again, with a calm between two in which work gets done. The last tenth is calm.
 */
export function planFaults(seed: number, length: number): readonly PlannedFault[] {
  const beat = Math.min(10_000, Math.max(1000, length / 40));
  const names = Object.keys(lanes) as Lane[];
  const planned = names.flatMap((lane, at) => planLane(lane, chanceFrom(seed + at), length * 0.9, beat));
  return planned.sort((one, other) => one.from - other.from);
}

function planLane(lane: Lane, chance: Chance, end: number, beat: number): readonly PlannedFault[] {
  const planned: PlannedFault[] = [];
  let deck: string[] = [];
  let at = some(chance, beat);
  for (;;) {
    if (deck.length === 0) deck = shuffled(chance, lanes[lane]);
    const until = at + some(chance, beat);
    const kind = deck.pop();
    if (kind === undefined || until > end) return planned;
    planned.push({ lane, kind, from: at, until });
    // What costs the whole machine is rarer than the others.
    at = until + some(chance, beat) * (lanes[lane].length === 1 ? 4 : 1);
  }
}

/** Half a beat to two. */
function some(chance: Chance, beat: number): number {
  return Math.round(beat / 2 + chance.below(beat * 1.5));
}

function shuffled(chance: Chance, kinds: readonly string[]): string[] {
  const left = [...kinds];
  const deck: string[] = [];
  while (left.length > 0) deck.push(...left.splice(chance.below(left.length), 1));
  return deck;
}
