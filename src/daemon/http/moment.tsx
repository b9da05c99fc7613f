// A moment for people and machines. The page has no script, so the host says what the time is, and how far off.
import type { HtmlEscapedString } from "hono/utils/html";

/** What a part of the page is. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Shows a moment of the documents, or a dash for none; `short` tells only how far off it is, `span` since when. */
export type Tell = (time: string | null, form?: "short" | "span") => Markup;

const minute = 60_000;
const apart = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** Moments as they are seen at `at` (RFC 3339) in a time zone: `Wed 21 Jan, 13:00` and `in 1 day`. */
export function momentsAt(at: string, timeZone: string): Tell {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const now = Date.parse(at);
  const year = partsOf(format, now).year;
  return (time, form) => {
    if (time === null) return <>–</>;
    const parts = partsOf(format, Date.parse(time));
    const day = `${parts.weekday} ${parts.day} ${parts.month}${parts.year === year ? "" : ` ${parts.year}`}`;
    const [moment, away] = [`${day}, ${parts.hour}:${parts.minute}`, distance(Date.parse(time) - now)];
    if (form !== undefined) {
      const words = form === "short" ? away : away === "now" ? "since now" : `for ${away.replace(/ ago$/, "")}`;
      return <time datetime={time} title={moment}>{words}</time>;
    }
    return (
      <>
        <time datetime={time}>{moment}</time> <span class="quiet">({away})</span>
      </>
    );
  };
}

/** `in 2 hours`, `3 days ago`, `now`, in the largest unit that is not too coarse. */
export function distance(milliseconds: number): string {
  const minutes = Math.round(milliseconds / minute);
  const size = Math.abs(minutes);
  if (size === 0) return "now";
  if (size < 60) return apart.format(minutes, "minute");
  if (size < 36 * 60) return apart.format(Math.round(minutes / 60), "hour");
  return apart.format(Math.round(minutes / (24 * 60)), "day");
}

function partsOf(format: Intl.DateTimeFormat, time: number): Readonly<Record<string, string>> {
  return Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
}
