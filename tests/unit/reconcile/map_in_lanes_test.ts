// A host that does not answer holds up nobody but itself.
import assert from "node:assert/strict";
import { mapInLanes } from "../../../src/reconcile/map_in_lanes.ts";

const laneOf = (item: string): string => item.split("/")[0] ?? "";

Deno.test("mapInLanes() goes on with other hosts while 16 questions wait for one", async () => {
  const slow = Array.from({ length: 40 }, (_, index) => `slow/${index}`);
  const quick = Array.from({ length: 40 }, (_, index) => `quick/${index}`);
  const release = Promise.withResolvers<void>();
  const done: string[] = [];
  let waiting = 0;
  const all = mapInLanes([...slow, ...quick], laneOf, async (item) => {
    if (item.startsWith("slow")) {
      waiting++;
      await release.promise;
    }
    done.push(item);
    return item.toUpperCase();
  });
  for (let turn = 0; turn < 500; turn++) await Promise.resolve();
  assert.deepEqual(done, quick);
  assert.equal(waiting, 16);
  release.resolve();
  assert.deepEqual(await all, [...slow, ...quick].map((item) => item.toUpperCase()));
});

Deno.test("mapInLanes() gives results in the order of the items, and none for none", async () => {
  const items = ["a/1", "b/1", "a/2", "c/1", "b/2"];
  assert.deepEqual(await mapInLanes(items, laneOf, (item) => Promise.resolve(item)), items);
  assert.deepEqual(await mapInLanes([], laneOf, (item) => Promise.resolve(item)), []);
});
