import assert from "node:assert/strict";
import { createWantedScans } from "../../../src/daemon/wanted_scans.ts";
import { manualClock } from "../../fakes/manual_clock.ts";

Deno.test("want() takes ten deliveries that name something new, and any number that do not", () => {
  const wanted = createWantedScans(manualClock());
  for (let number = 0; number < 10; number++) assert.equal(wanted.want([`r/${number}`]), true);
  assert.equal(wanted.want(["r/10"]), false);
  for (let number = 0; number < 1000; number++) assert.equal(wanted.want(["r/3"]), true);
  assert.equal(wanted.take().size, 10);
  assert.equal(wanted.want(["r/10"]), true);
});

Deno.test("take() gives each repository at most once in 30 seconds, and loses none", () => {
  const clock = manualClock();
  const wanted = createWantedScans(clock);
  assert.equal(wanted.wait, null);
  wanted.want(["a"]);
  assert.equal(wanted.wait, 0);
  assert.deepEqual([...wanted.take()], ["a"]);
  clock.advance(10_000);
  wanted.want(["a", "b"]);
  assert.deepEqual([...wanted.take()], ["b"]);
  assert.equal(wanted.wait, 20_000);
  clock.advance(20_000);
  assert.deepEqual([...wanted.take()], ["a"]);
  assert.equal(wanted.wait, null);
});

Deno.test("wantLater() asks once more at its time, and many wishes are one", () => {
  const clock = manualClock();
  const wanted = createWantedScans(clock);
  wanted.want(["a"]);
  for (let number = 0; number < 100; number++) wanted.wantLater(["a"], 150_000);
  assert.equal(wanted.wait, 0);
  assert.deepEqual([...wanted.take()], ["a"]);
  assert.equal(wanted.wait, 150_000);
  clock.advance(149_999);
  assert.equal(wanted.take().size, 0);
  clock.advance(1);
  assert.equal(wanted.wait, 0);
  assert.deepEqual([...wanted.take()], ["a"]);
  assert.equal(wanted.wait, null);
});

Deno.test("want() counts deliveries that wait, not those whose pass has begun", () => {
  const clock = manualClock();
  const wanted = createWantedScans(clock);
  // One repository is pushed to all the time and so always waits for its half minute; each round names another one.
  for (let round = 0; round < 40; round++) {
    assert.equal(wanted.want(["busy", `r/${round}`]), true, `round ${round}`);
    assert.ok(wanted.take().has(`r/${round}`));
    assert.equal(wanted.want(["busy"]), true);
    clock.advance(1000);
  }
});

Deno.test("keep() puts names aside until revive(), and then they are asked about once", () => {
  const clock = manualClock();
  const wanted = createWantedScans(clock);
  wanted.want(["a"]);
  wanted.keep(wanted.take());
  clock.advance(60_000);
  assert.equal(wanted.wait, null);
  wanted.revive();
  assert.equal(wanted.wait, 0);
  assert.deepEqual([...wanted.take()], ["a"]);
  wanted.revive();
  assert.equal(wanted.wait, null);
});
