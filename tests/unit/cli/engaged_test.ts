import assert from "node:assert/strict";
import type { Engagement } from "../../../src/cli/daemon_work.ts";
import { createEngaged } from "../../../src/cli/engaged.ts";

/** An engagement of which only the world is looked at, and that only when it is closed. */
function engagement(name: string, closed: string[]): Engagement {
  return { world: { close: () => closed.push(name) } } as unknown as Engagement;
}

Deno.test("a reader of the last configuration is not cut off by the next, and the last one's world is closed after it", async () => {
  const closed: string[] = [];
  const [first, second] = [engagement("first", closed), engagement("second", closed)];
  const engaged = createEngaged(first);
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const reads = [one, two].map((it) => engaged.read(async (seen) => (await it.promise, seen)));
  engaged.replace(second);
  assert.equal(engaged.current, second);
  assert.equal(await engaged.read((seen) => Promise.resolve(seen)), second);
  one.resolve();
  assert.equal(await reads[0], first);
  assert.deepEqual(closed, [], "somebody still reads");
  two.reject(new Error("went wrong"));
  await assert.rejects(reads[1] ?? Promise.resolve());
  assert.deepEqual(closed, ["first"]);
  engaged.close();
  assert.deepEqual(closed, ["first", "second"]);
});

Deno.test("without readers the last world is closed at once", () => {
  const closed: string[] = [];
  const engaged = createEngaged(engagement("first", closed));
  engaged.replace(engagement("second", closed));
  assert.deepEqual(closed, ["first"]);
});
