import assert from "node:assert/strict";
import { createTurns } from "../../../src/daemon/turns.ts";

Deno.test("next() takes the first of those that are ready, and then who waited longest", () => {
  const turns = createTurns<string>();
  assert.equal(turns.next([]), undefined);
  assert.deepEqual([1, 2, 3, 4].map(() => turns.next(["a", "b", "c"])), ["a", "b", "c", "a"]);
  assert.equal(turns.next(["a", "d"]), "a", "b and c are not ready any more");
  assert.equal(turns.next(["a", "d"]), "d");
});
