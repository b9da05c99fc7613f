// The words of a delivery: the message of each of its commits, and the one line that reports show.
import type { PlannedDelivery } from "../model/plan.ts";
import { type Result, success } from "../model/problem.ts";
import type { Time } from "../model/time.ts";
import { commitMessage, commitSubject } from "./commit_message.ts";
import type { DeliveryRules } from "./plan_deliveries.ts";
import { renderMessage } from "./render_message.ts";

/** Who makes the commits, and when. */
export interface DeliveryRun {
  readonly run: { readonly id: string; readonly host: string };
  readonly now: Time;
}

/** The messages of a delivery's commits, in their order. Fails like `renderMessage()`. */
export function deliveryMessages(
  { branch, group, parts }: PlannedDelivery,
  { message, timeZone }: Pick<DeliveryRules, "message" | "timeZone">,
  { run, now }: DeliveryRun,
): Result<readonly string[]> {
  const messages: string[] = [];
  for (const { plan } of parts) {
    const written = message === null
      ? success(null)
      : renderMessage(message, plan, { run, now, timeZone, branch, group });
    if (!written.ok) return written;
    messages.push(commitMessage(plan, run, written.value));
  }
  return success(messages);
}

/** The first line of a lone commit's message; of several, what they do together. */
export function deliverySubject({ plan }: PlannedDelivery, messages: readonly string[]): string {
  const [only, ...others] = messages;
  return only === undefined || others.length > 0 ? commitSubject(plan) : only.split("\n", 1)[0] ?? "";
}
