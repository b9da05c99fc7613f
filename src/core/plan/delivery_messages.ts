// The words of a delivery: the message of each of its commits, and the one line that reports show.
import type { PlannedDelivery, PlanPart } from "../model/plan.ts";
import { type Result, success } from "../model/problem.ts";
import type { Time } from "../model/time.ts";
import { commitMessage, commitSubject } from "./commit_message.ts";
import { fluxCommitMessage } from "./flux_message.ts";
import type { Lane } from "./lane.ts";
import { renderMessage } from "./render_message.ts";

/** Who makes the commits, and when. */
export interface DeliveryRun {
  readonly run: { readonly id: string; readonly host: string };
  readonly now: Time;
  /** Branches that only changes which begin there may go to. */
  readonly reserved?: ReadonlySet<string>;
}

/** The message of one commit, by the rules of the lane that makes it. Fails like `renderMessage()`. */
export function partMessage(
  { branch, group }: Pick<PlannedDelivery, "branch" | "group">,
  { plan }: PlanPart,
  { automation, rules: { message, timeZone } }: Pick<Lane, "automation" | "rules">,
  { run, now }: DeliveryRun,
): Result<string> {
  if (automation !== null) return fluxCommitMessage(plan, automation, run);
  const written = message === null
    ? success(null)
    : renderMessage(message, plan, { run, now, timeZone, branch, group });
  return written.ok ? success(commitMessage(plan, run, written.value)) : written;
}

/** The first line of a lone commit's message; of several, what they do together. */
export function deliverySubject({ plan }: PlannedDelivery, messages: readonly string[]): string {
  const [only, ...others] = messages;
  return only === undefined || others.length > 0 ? commitSubject(plan) : only.split("\n", 1)[0] ?? "";
}
