// What init proposes, for people: the diff and a closing line that counts.
import type { InitFile } from "../../core/report/init_report.ts";
import { type Paint, paintDiff } from "./colour.ts";

/** What needs no marker, or one by hand. */
export interface InitCounts {
  readonly marked: number;
  readonly builds: number;
  readonly byHand: number;
}

/** The whole text. */
export function renderInit(files: readonly InitFile[], counts: InitCounts, written: boolean, paint: Paint): string {
  const diffs = files.map(({ diff }) => diff).filter((diff) => diff !== "");
  const body = diffs.map((diff) => paintDiff(diff, paint)).join("");
  return `${body}${body === "" ? "" : "\n"}${closingLine(files, counts, written)}\n`;
}

function closingLine(files: readonly InitFile[], { marked, builds, byHand }: InitCounts, written: boolean): string {
  const added = files.reduce((sum, file) => sum + file.added.length, 0);
  const changed = files.filter(({ diff }) => diff !== "");
  const place = added === 0 ? "" : ` in ${count(changed.filter((file) => file.added.length > 0).length, "file")}`;
  const fresh = changed.filter((file) => file.added.length === 0).map(({ file }) => `new: ${file}`);
  const others = [
    ...fresh,
    ...marked > 0 ? [`${marked} followed already`] : [],
    ...builds > 0 ? [`${builds} built here`] : [],
    ...byHand > 0 ? [`${byHand} to mark by hand`] : [],
  ];
  const advice = written || changed.length === 0 ? "" : "; --write writes this";
  const verb = written ? "added" : "to add";
  return `${count(added, "marker")} ${verb}${place}${others.map((part) => `, ${part}`).join("")}${advice}`;
}

function count(number: number, one: string): string {
  return `${number} ${number === 1 ? one : `${one}s`}`;
}
