// Work on many things of several hosts: each host has a lane, so that a slow one holds up nobody but itself.
import { mapLimited } from "./map_limited.ts";

/** In one lane at once; more would only wait in the queue of the host. */
const atOnce = 16;

/** Runs `work` on each item, lane beside lane, and in a lane a few at once; results are in the order of the items. */
export async function mapInLanes<T, R>(
  items: readonly T[],
  laneOf: (item: T) => string,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const lanes = new Map<string, number[]>();
  for (const [index, item] of items.entries()) {
    const lane = laneOf(item);
    const others = lanes.get(lane);
    if (others === undefined) lanes.set(lane, [index]);
    else others.push(index);
  }
  const results: R[] = new Array<R>(items.length);
  await Promise.all([...lanes.values()].map((lane) =>
    mapLimited(lane, atOnce, async (index) => {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    })
  ));
  return results;
}
