// Durations as people write them: `90s`, `10m`, `1h30m`, `3d`, `1w`.
import { failure, type Result, success } from "./problem.ts";

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Whole seconds of a duration (contracts.md 2.1), or why it is none. */
export function parseDuration(text: string): Result<number> {
  if (!/^([0-9]{1,9}[smhdw])+$/.test(text)) {
    return failure("config.invalid_value", `"${text}" is not a duration`, {
      cure: "write it like 90s, 10m, 1h30m, 3d or 1w",
    });
  }
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)([smhdw])/g)) {
    seconds += Number(count) * (units[unit ?? ""] ?? 0);
  }
  return success(seconds);
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
