// The values of the configuration's `apply` keys, and what an app may say of them for itself (contracts 2.2).
import * as z from "zod";
import { parseDuration } from "../model/duration.ts";
import { isTimeZone } from "../model/time.ts";
import { parseClockTime, weekDays } from "../model/window.ts";

const text = z.string().min(1).max(1000);

const duration = text.refine(
  (value) => parseDuration(value).ok,
  "not a duration; write it like 90s, 10m, 1h30m, 3d or 1w",
);

const clockTime = z.string().refine(
  (value) => parseClockTime(value) !== null,
  "not a time of the day; write it like 02:30",
);

/** `apply.window`: spans of the week, or none for always. */
export const windows = z.array(z.strictObject({
  days: z.array(z.enum(weekDays)).min(1).optional().describe("the days that it begins on; default: all"),
  from: clockTime,
  to: clockTime,
  timeZone: text.refine(isTimeZone, "not a time zone; write it like Europe/Berlin").optional(),
})).max(100);

/** `apply.health`. */
export const health = z.strictObject({
  timeout: duration.optional().describe("until it must be healthy; default: start period of its checks + 5m"),
  settle: duration.optional().describe("how long it must stay healthy"),
  http: text.regex(/^https?:\/\/[^\s@]+$/i, "not an http or https URL").optional(),
  tcp: text.regex(/^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, "not host:port").optional(),
});

/** `apply.rollback`. */
export const rollback = z.enum(["revert", "local", "none"]);

/** `apps[].hooks`: shell scripts. */
export const hooks = z.strictObject({
  pre: z.string().min(1).max(100_000).optional().describe("a shell script before the stack is touched"),
  post: z.string().min(1).max(100_000).optional().describe("a shell script when it is healthy"),
});

/** `apply.backup`. */
export const backup = z.strictObject({
  dir: text.describe("an existing folder, on another disk if you can; each stack has its own in it"),
  before: z.enum(["major", "always"]).optional().describe("every deployment, or one to another major version"),
  keep: z.number().int().min(1).max(1000).optional().describe("how many exports a stack keeps"),
});

/** `apply.discover`. */
export const discover = z.array(z.enum(["apps", "hosts", "gitops"])).max(3);

/** `apply.engine`. */
export const engine = z.enum(["auto", "podman-compose", "podman compose", "docker compose"]);

/** `apply.hooks`. */
export const hookRule = z.enum(["verified", "always", "never"]);
