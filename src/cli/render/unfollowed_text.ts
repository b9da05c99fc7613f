// The images that nothing follows, for people: a line that counts them, or all of them.
import type { Unfollowed } from "../../core/model/unfollowed.ts";
import { oneLine } from "./problems.ts";
import { renderTable } from "./table.ts";

/** The line, and with `all` the tables; empty when there is nothing to tell. */
export function renderUnfollowed({ unmanaged, excluded }: Unfollowed, all: boolean): string {
  if (unmanaged.length + excluded.length === 0) return "";
  const counts = [
    ...unmanaged.length > 0 ? [`${unmanaged.length} unmanaged`] : [],
    ...excluded.length > 0 ? [`${excluded.length} excluded`] : [],
  ];
  if (!all) return `Besides, ${counts.join(" and ")}: --all lists them.\n`;
  const open = unmanaged.map((it) => [oneLine(it.image), placeOf(it)]);
  const left = excluded.map((it) => [oneLine(it.image), placeOf(it), oneLine(it.reason ?? it.rule)]);
  return [
    ...open.length > 0 ? [renderTable(["UNMANAGED", "WHERE"], open)] : [],
    ...left.length > 0 ? [renderTable(["EXCLUDED", "WHERE", "WHY"], left)] : [],
  ].map((table) => `\n${table}`).join("");
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${oneLine(file)}:${line}`;
}
