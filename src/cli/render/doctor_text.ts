// What a preflight found, for people: one line a check, what happened on the way where it matters, and the cure.
import type { CheckResult, CheckState } from "../../core/report/doctor_report.ts";
import type { Paint } from "./colour.ts";
import { oneLine } from "./problems.ts";

const colours = { ok: "green", warn: "yellow", fail: "red", skip: "dim" } as const;
const order: readonly CheckState[] = ["ok", "warn", "fail", "skip"];

/** The lines and their count. `isAsked` says whose steps were asked for; those of what is not well are always shown. */
export function renderDoctor(
  results: readonly CheckResult[],
  isAsked: (result: CheckResult) => boolean,
  paint: Paint,
): string {
  const names = results.map(nameOf);
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = results.map((result, index) => {
    const mark = paint(colours[result.state], result.state.padEnd(4));
    const isOpen = isAsked(result) || result.state === "warn" || result.state === "fail";
    return [
      `${mark}  ${(names[index] ?? "").padEnd(width)}  ${oneLine(result.message)}`,
      ...isOpen ? result.steps.map((step) => `        ${oneLine(step)}`) : [],
      ...result.cure === null ? [] : [`      cure: ${oneLine(result.cure)}`],
    ].join("\n") + "\n";
  });
  return `${lines.join("")}\n${countText(results)}\n`;
}

function nameOf({ id, subject }: CheckResult): string {
  return oneLine(subject === null ? id : `${id} ${subject}`);
}

function countText(results: readonly CheckResult[]): string {
  const words = { ok: "ok", warn: "to look at", fail: "failed", skip: "skipped" } as const;
  return order.flatMap((state) => {
    const number = results.filter((result) => result.state === state).length;
    return number === 0 ? [] : `${number} ${words[state]}`;
  }).join(", ");
}
