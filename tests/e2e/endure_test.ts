// The daemon under half a minute of faults, always the same ones; `deno task endure` plays ten minutes of any.
import assert from "node:assert/strict";
import { endure } from "../endure/endure.ts";
import { needs } from "../fakes/needs.ts";

const { ignore, suffix } = needs("tmpfs");

Deno.test(`magos run under half a minute of faults loses no update, doubles none, and stays as it was${suffix}`, {
  ignore,
}, async () => {
  // A busy machine gets less done in the same time: what is asked for here comes on any.
  const { changes, byHand, flood, events } = await endure({ seconds: 30, seed: 7 });
  assert.ok(changes >= 3 && byHand >= 1, `${changes} changes and ${byHand} commits by hand are enough to tell`);
  assert.ok((flood.answers.get(202) ?? 0) > 0 && (flood.answers.get(404) ?? 0) > 0, "webhooks came through");
  for (const name of ["config.reloaded", "config.kept_old", "update pass: failed", "update pass: nothing"]) {
    assert.ok((events.get(name) ?? 0) > 0, `the faults were felt: ${name}`);
  }
});
