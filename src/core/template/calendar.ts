// Moments as templates write them: the ISO week of a time zone, and Go's layouts.
import type { Time } from "../model/time.ts";
import { take, textAt } from "./arguments.ts";
import type { FunctionTable } from "./value.ts";

/** What a clock on the wall shows. */
interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
}

const monthNames = "January February March April May June July August September October November December".split(" ");
const dayNames = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const day = 86_400_000;

/**
 * `isoYear`, `isoWeek` (two digits, ISO 8601) and `now "LAYOUT"` at one moment, in an IANA time zone. `now "2006-w02"`
 * is the ISO week too: people who write it mean the week, while Go would print the day of the month.
 */
export function timeFunctions(now: Time, zone: string): FunctionTable {
  const wall = wallTime(now, zone);
  return {
    isoYear: (args) => take(args, 0) && String(isoWeek(wall).year),
    isoWeek: (args) => take(args, 0) && two(isoWeek(wall).week),
    now: (args) => formatLayout(wall, textAt(take(args, 1), 0)),
  };
}

/** Whether a template writes the ISO week by a layout in which Go would see a day. */
export function writesWeekByLayout(template: string): boolean {
  return /now\s+["`][^"`]*[wW]02/.test(template);
}

/** Whether the machine knows the time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function wallTime(time: Time, zone: string): WallTime {
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = new Map(format.formatToParts(time).map((part) => [part.type, Number(part.value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const wall = {
    year: of("year"),
    month: of("month"),
    day: of("day"),
    hour: of("hour"),
    minute: of("minute"),
    second: of("second"),
  };
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return { ...wall, offset: Math.round((asUtc - time) / 60_000) };
}

/** The week that holds the Thursday: its year is the week's year (ISO 8601, 3.1.1.23). */
function isoWeek(wall: WallTime): { readonly year: number; readonly week: number } {
  const date = Date.UTC(wall.year, wall.month - 1, wall.day);
  const fromMonday = (new Date(date).getUTCDay() + 6) % 7;
  const thursday = date + (3 - fromMonday) * day;
  const year = new Date(thursday).getUTCFullYear();
  return { year, week: Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * day)) + 1 };
}

// Longest first, as Go's own reader looks for them (time, "Constants").
const layoutWords =
  /[wW]02|January|Monday|2006|-07:00|Z07:00|-0700|Z0700|MST|Jan|Mon|01|02|03|04|05|06|15|PM|pm|_2|[1-5]/g;

function formatLayout(wall: WallTime, layout: string): string {
  const week = isoWeek(wall);
  const byWeek = /[wW]02/.test(layout);
  return layout.replace(layoutWords, (word) => {
    if (/^[wW]02$/.test(word)) return `${word[0] ?? ""}${two(week.week)}`;
    if (word === "2006") return String(byWeek ? week.year : wall.year).padStart(4, "0");
    return layoutValue(wall, word);
  });
}

function layoutValue(wall: WallTime, word: string): string {
  const weekday = new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay();
  const hour = wall.hour % 12 === 0 ? 12 : wall.hour % 12;
  const values: Readonly<Record<string, string>> = {
    January: monthNames[wall.month - 1] ?? "",
    Jan: (monthNames[wall.month - 1] ?? "").slice(0, 3),
    Monday: dayNames[weekday] ?? "",
    Mon: (dayNames[weekday] ?? "").slice(0, 3),
    "06": two(wall.year % 100),
    "01": two(wall.month),
    "1": String(wall.month),
    "02": two(wall.day),
    "2": String(wall.day),
    _2: String(wall.day).padStart(2, " "),
    "15": two(wall.hour),
    "03": two(hour),
    "3": String(hour),
    "04": two(wall.minute),
    "4": String(wall.minute),
    "05": two(wall.second),
    "5": String(wall.second),
    PM: wall.hour < 12 ? "AM" : "PM",
    pm: wall.hour < 12 ? "am" : "pm",
    "-0700": offsetOf(wall, ""),
    "-07:00": offsetOf(wall, ":"),
    Z0700: wall.offset === 0 ? "Z" : offsetOf(wall, ""),
    "Z07:00": wall.offset === 0 ? "Z" : offsetOf(wall, ":"),
    MST: wall.offset === 0 ? "UTC" : offsetOf(wall, ""),
  };
  return values[word] ?? word;
}

function offsetOf({ offset }: WallTime, colon: string): string {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
