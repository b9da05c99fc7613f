// Deliveries for people: where changes would go, and what was pushed where.
import type { DeliveryReport } from "../../core/report/plan_report.ts";
import type { Delivered } from "../../reconcile/deliver_plan.ts";

/** One line for each branch beside the followed one that changes would go to; a plain push needs no words. */
export function renderDeliveries(deliveries: readonly DeliveryReport[]): string {
  return deliveries
    .filter(({ branch, base, commits }) => branch !== base || commits > 1)
    .map(({ branch, base, changes, commits }) =>
      `${count(changes, "change")} for ${branch}${branch === base ? "" : `, from ${base}`}, in ${
        count(commits, "commit")
      }\n`
    ).join("");
}

/** What became of each delivery, with the messages of what was pushed. */
export function renderDelivered(deliveries: readonly Delivered[]): string {
  if (deliveries.length === 0) return "Nothing to do: no commit was made.\n";
  return deliveries.map(renderOne).join("\n");
}

function renderOne({ planned: { branch, parts }, outcome, messages }: Delivered): string {
  switch (outcome.state) {
    case "pushed": {
      const commits = parts.length > 1 ? `${parts.length} commits, the last of them ` : "";
      return `Pushed ${commits}${outcome.commit.slice(0, 12)} to ${branch}:\n\n${messages.map(indented).join("\n")}`;
    }
    case "unchanged":
      return `Nothing to do: ${branch} has these changes already.\n`;
    case "refused":
    case "lost-race":
      return `Not delivered to ${branch}; nothing there was changed.\n`;
  }
}

function indented(message: string): string {
  return message.trimEnd().split("\n").map((line) => line === "" ? "\n" : `    ${line}\n`).join("");
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
