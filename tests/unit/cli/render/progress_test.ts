import assert from "node:assert/strict";
import { createProgress } from "../../../../src/cli/render/progress.ts";
import { testSystem } from "../../../fakes/test_system.ts";

/** A terminal, and a clock whose one sleep ends when the test says so. */
function terminal(): {
  readonly written: string[];
  progress: ReturnType<typeof createProgress>;
  second(): Promise<void>;
} {
  const written: string[] = [];
  let wake = (): void => {};
  let now = 0;
  const clock = {
    now: () => 0,
    monotonic: () => now += 1000,
    sleep: () => new Promise<void>((resolve) => wake = resolve),
  };
  const stderr = { isTerminal: true, columns: 20, write: (text: string) => void written.push(text) };
  const { system } = testSystem("/", {}, { clock, stderr });
  const progress = createProgress(system, false);
  return {
    written,
    progress,
    second: async () => {
      wake();
      await Promise.resolve();
    },
  };
}

Deno.test("progress shows nothing within the first second, then what is under way, and wipes it in the end", async () => {
  const { written, progress, second } = terminal();
  progress.update("scanning", 0, 30);
  assert.deepEqual(written, []);
  await second();
  assert.deepEqual(written, ["\r\x1b[Kscanning 0/30"]);
  progress.update("scanning", 1, 30);
  progress.clear();
  assert.deepEqual(written.slice(1), ["\r\x1b[Kscanning 1/30", "\r\x1b[K"]);
});

Deno.test("progress is cut to the terminal's width, and what ends early leaves no trace", async () => {
  const long = terminal();
  long.progress.update("a very long thing to say", 1, 2);
  await long.second();
  assert.deepEqual(long.written, ["\r\x1b[Ka very long thing t"]);
  const quick = terminal();
  quick.progress.update("scanning", 1, 2);
  quick.progress.clear();
  await quick.second();
  assert.deepEqual(quick.written, []);
});

Deno.test("progress says nothing where stderr is no terminal", () => {
  const machine = testSystem("/", {});
  const progress = createProgress(machine.system, false);
  progress.update("scanning", 1, 2);
  progress.clear();
  assert.equal(machine.err(), "");
});
