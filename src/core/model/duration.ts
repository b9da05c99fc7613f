// Durations as people write them: `90s`, `10m`, `1h30m`, `3d`, `1w`.
import { failure, type Result, success } from "./problem.ts";

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Longer waits are slips of the hand, and added to a moment they would leave the calendar. */
const longest = 100 * 365 * 86_400;

/** Whole seconds of a duration (contracts.md 2.1), or why it is none. At most a hundred years. */
export function parseDuration(text: string): Result<number> {
  if (text.length > 100 || !/^([0-9]{1,9}[smhdw])+$/.test(text)) return invalid(text, "is not a duration");
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)([smhdw])/g)) {
    seconds += Number(count) * (units[unit ?? ""] ?? 0);
  }
  return seconds <= longest ? success(seconds) : invalid(text, "is longer than a hundred years");
}

/** The shortest way to write whole seconds that parses back to the same: `5400` is `1h30m`. */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return "0s";
  let rest = Math.floor(seconds);
  let text = "";
  for (const unit of ["w", "d", "h", "m", "s"]) {
    const size = units[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

function invalid(text: string, why: string): Result<never> {
  return failure("config.invalid_value", `"${text.slice(0, 100)}" ${why}`, {
    cure: "write it like 90s, 10m, 1h30m, 3d or 1w",
  });
}
