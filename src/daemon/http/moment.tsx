// A moment for people and machines. The page has no script, so it is told in UTC.
import type { HtmlEscapedString } from "hono/utils/html";

/** What a part of the page is. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** `2026-01-20 12:00 UTC` with the whole time for machines, or a dash. */
export function moment(time: string | null): Markup {
  if (time === null) return <>–</>;
  return <time datetime={time}>{time.slice(0, 16).replace("T", " ")} UTC</time>;
}
