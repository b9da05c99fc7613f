// The values of the configuration's keys for `magos run`: schedules and the HTTP server (contracts 2.2).
import * as z from "zod";
import { parseDuration } from "../model/duration.ts";
import { parseCron } from "../model/schedule.ts";
import { isTimeZone } from "../model/time.ts";
import { webhookKinds } from "../model/webhook_kind.ts";

const text = z.string().min(1).max(1000);

const duration = text.refine(
  (value) => parseDuration(value).ok,
  "not a duration; write it like 90s, 10m, 1h30m, 3d or 1w",
);

const interval = duration.refine((value) => {
  const seconds = parseDuration(value);
  return !seconds.ok || seconds.value > 0;
}, "must be longer than nothing");

const cron = text.superRefine((value, context) => {
  const parsed = parseCron(value);
  if (parsed.ok) return;
  const { code, message, cure } = parsed.failure;
  context.addIssue({ code: "custom", message, params: { code, cure } });
});

const scheduleShape = z.strictObject({
  every: interval.optional().describe("how long from one pass to the next"),
  cron: cron.optional().describe("the times of the calendar, in five fields"),
  timeZone: text.refine(isTimeZone, "not a time zone; write it like Europe/Berlin").optional(),
  jitter: duration.optional().describe("by how much, at most, each pass is put off by chance"),
});

/** `update.schedule`. */
export const schedule = scheduleShape.refine(
  (it) => it.every === undefined || it.cron === undefined,
  { message: "holds both every and cron; keep one" },
);

/** `apply.schedule`: without a rhythm of its own nothing is deployed. */
export const applySchedule = schedule.refine(
  (it) => it.every !== undefined || it.cron !== undefined,
  { message: "needs every or cron" },
);

/** The keys of a schedule, for "did you mean". */
export const scheduleKeys: readonly string[] = Object.keys(scheduleShape.shape);

/** `server.listen`. */
export const listen = text.regex(/^(off|(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):\d{1,5})$/, "not host:port").refine(
  (value) => value === "off" || Number(value.slice(value.lastIndexOf(":") + 1)) <= 65_535,
  "no such port",
);

/** `server.names`. */
export const serverNames = z.array(
  text.regex(/^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+)$/, "not a host name, without a port"),
).max(100);

/** `server.webhooks`. */
export const webhooks = z.array(z.strictObject({
  kind: z.enum(webhookKinds),
  secretFile: text.describe("a file with the secret that the sender knows, 22 characters or more"),
})).max(20);
