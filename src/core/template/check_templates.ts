// Templates of the configuration, looked at when it is loaded: a mistake shows before any pass, not in its midst.
import { type Result, success } from "../model/problem.ts";
import { renderBranch } from "./branch_template.ts";
import { deliveryFunctions, type DeliveryMoment } from "./delivery_functions.ts";
import { parseTemplate } from "./parse.ts";

// Any moment shows whether a name can be a branch: what differs from week to week are digits.
const someMoment: DeliveryMoment = { now: Date.UTC(2026, 0, 31), timeZone: "UTC", group: null };

/** Whether `update.branch` parses, renders, and gives what git takes as a branch, with and without a group. */
export function checkBranchTemplate(text: string): Result<string> {
  const alone = renderBranch(text, someMoment);
  return alone.ok ? renderBranch(text, { ...someMoment, group: "web" }) : alone;
}

/** Whether `update.commit.message` parses. What it makes of the data shows only when there is some. */
export function checkMessageTemplate(text: string): Result<string> {
  const parsed = parseTemplate(text, { name: "update.commit.message" }, deliveryFunctions(someMoment));
  return parsed.ok ? success(text) : parsed;
}
