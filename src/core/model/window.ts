// Hours in which a host may be changed, told in the time of a zone.
import type { Time } from "./time.ts";

/** Days of the week, as people write them in a window. */
export const weekDays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** One day of the week. */
export type WeekDay = (typeof weekDays)[number];

/** A span of the day, on some days. One whose end is not behind its start goes on into the next day. */
export interface Window {
  /** The days that it begins on. */
  readonly days: readonly WeekDay[];
  /** Minutes after midnight. */
  readonly from: number;
  readonly to: number;
  /** IANA name. */
  readonly timeZone: string;
}

const minutesOfDay = 24 * 60;
const minute = 60_000;

/** Minutes after midnight of `HH:MM`, `24:00` included, or null. */
export function parseClockTime(text: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) return text === "24:00" ? minutesOfDay : null;
  return Number(match[1]) * 60 + Number(match[2]);
}

/** Whether one of the windows is open; without windows everything is. */
export function isOpen(windows: readonly Window[], now: Time): boolean {
  return windows.length === 0 || windows.some((window) => isWithin(window, now));
}

/** The first whole minute from now on at which a window is open; null when none opens within eight days. */
export function nextOpening(windows: readonly Window[], now: Time): Time | null {
  if (isOpen(windows, now)) return now;
  const first = Math.ceil(now / minute) * minute;
  // Steps that no window falls between; then back to the minute.
  const step = Math.min(15, ...windows.map(lengthOf)) * minute;
  for (let at = first; at < first + 8 * minutesOfDay * minute; at += step) {
    if (!isOpen(windows, at)) continue;
    let opening = at;
    while (opening > first && isOpen(windows, opening - minute)) opening -= minute;
    return opening;
  }
  return null;
}

function lengthOf({ from, to }: Window): number {
  return from < to ? to - from : to + minutesOfDay - from;
}

function isWithin(window: Window, now: Time): boolean {
  const { day, minutes } = wallOf(now, window.timeZone);
  const startsOn = (which: number): boolean => window.days.includes(weekDays[(which + 7) % 7] ?? "sun");
  if (window.from < window.to) return startsOn(day) && minutes >= window.from && minutes < window.to;
  return (startsOn(day) && minutes >= window.from) || (startsOn(day - 1) && minutes < window.to);
}

function wallOf(now: Time, timeZone: string): { readonly day: number; readonly minutes: number } {
  const parts = new Map(formatOf(timeZone).formatToParts(now).map((part) => [part.type, part.value]));
  const day = weekDays.findIndex((name) => name === parts.get("weekday")?.toLowerCase());
  return { day, minutes: Number(parts.get("hour")) * 60 + Number(parts.get("minute")) };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Kept: making one costs more than all else here. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone,
    hourCycle: "h23",
    weekday: "short",
    hour: "numeric",
    minute: "numeric",
  });
  formats.set(timeZone, known);
  return known;
}
