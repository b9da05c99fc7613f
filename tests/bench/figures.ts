// Samples to the few figures that are printed of them.

import process from "node:process";

/** The middle of the samples; the lower one of two. */
export function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[Math.floor((samples.length - 1) / 2)] ?? NaN;
}

/** `123 ms (118 to 140)`. */
export function milliseconds(samples: readonly number[]): string {
  const [low, high] = [Math.min(...samples), Math.max(...samples)];
  return `${median(samples).toFixed(0)} ms (${low.toFixed(0)} to ${high.toFixed(0)})`;
}

/** Prints one line. */
export function print(line = ""): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Prints a name and what was found, in columns. */
export function printRow(name: string, value: string): void {
  print(`  ${name.padEnd(52)} ${value}`);
}

/** Milliseconds of processor time that this process has used so far, all its threads together. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds that the work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
