// Holds for people.
import type { Hold } from "../../core/model/hold.ts";
import { formatTime } from "../../core/model/time.ts";
import { subjectOf } from "../../core/plan/hold_message.ts";
import { describe } from "../../core/policy/holds.ts";
import type { HoldFacts } from "../../core/report/hold_report.ts";
import { renderTable } from "./table.ts";

/** All that is held. */
export function renderHolds(holds: readonly Hold[]): string {
  if (holds.length === 0) return "Nothing is held.\n";
  return renderTable(
    ["HELD", "SINCE", "WHY"],
    holds.map((hold) => [subjectOf(hold), formatTime(hold.since), describe(hold)]),
  );
}

/** What a command has changed; `nothing` ends the sentence when it had nothing to change. */
export function renderHoldsChange(facts: HoldFacts, nothing: string): string {
  const { delivery, added, removed, holds, image } = facts;
  const left = holds.filter((hold) => !added.includes(hold)).map((hold) => `Still ${describe(hold)}.\n`).join("");
  const byHand = holds.some(({ kind }) => kind === "human")
    ? "Who went back by hand ends it by hand: write the version that you want into the file.\n"
    : "";
  if (delivery === null) return `${image} ${nothing}.\n${left}${byHand}`;
  if (delivery.commit === null) return "Not delivered; nothing on the remote was changed.\n";
  const done = [
    ...removed.map((hold) => `- ${subjectOf(hold)}: ${describe(hold)}\n`),
    ...added.map((hold) => `+ ${subjectOf(hold)}: ${describe(hold)}\n`),
  ].join("");
  const commit = delivery.commit.slice(0, 12);
  if (delivery.branch === delivery.base) return `${done}Pushed ${commit} to ${delivery.branch}.\n${byHand}`;
  return `${done}${commit} waits on the branch ${delivery.branch}: a person has to merge it into ${delivery.base}.\n`;
}
