// What goes on beside all faults: new releases come out, and a person commits.
import { release } from "../e2e/homelab.ts";
import { type Chance, chanceFrom } from "../fuzz/chance.ts";
import { startPerson } from "../race/person.ts";
import { type EndureWorld, imageNames } from "./endure_world.ts";

/** What happened. Grows as time goes on. */
export interface DailyLife {
  /** The newest tag of each image, and each that ever came out as `NAME TAG`. */
  readonly newest: Map<string, string>;
  readonly released: Set<string>;
  /** The person's commits, oldest first. */
  readonly byHand: string[];
  /** Puts out one more release of an image. */
  release(name: string): Promise<void>;
  /** Goes on until it is over. */
  live(beat: number, over: Promise<void>): Promise<void>;
}

/** Begins with 1.0 of every image, before the daemon's first pass has ended. */
export async function startDailyLife({ homelab, peoplesServer }: EndureWorld, seed: number): Promise<DailyLife> {
  const person = await startPerson({ ...homelab, server: peoplesServer });
  const chance: Chance = chanceFrom(seed + 1000);
  const newest = new Map<string, string>(imageNames.map((name) => [name, "1.0"]));
  const released = new Set<string>();
  const byHand: string[] = [];
  let count = 0;
  const life: DailyLife = {
    newest,
    released,
    byHand,
    async release(name) {
      const tag = `1.${++count}`;
      await homelab.registry.push(name, release(tag));
      newest.set(name, tag);
      released.add(`${name} ${tag}`);
    },
    async live(beat, over) {
      let isOver = false;
      const end = over.then(() => void (isOver = true));
      while (!isOver) {
        if (chance.below(3) > 0) await life.release(chance.pick(imageNames));
        else {
          const file = chance.pick(["compose.yaml", "notes.md"]);
          const made = await person.commit("main", file, `# day ${byHand.length}\n`);
          if (made !== null) byHand.push(made);
        }
        const pause = beat / 4 + chance.below(beat);
        await Promise.race([end, new Promise((resolve) => setTimeout(resolve, pause))]);
      }
    },
  };
  return life;
}
