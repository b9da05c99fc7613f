// Step 4 of the update pass: what people hold, from the checkout's own list.
import { holdsFile, readHolds } from "../core/documents/holds.ts";
import type { Holds } from "../core/model/hold.ts";
import { type Problem, problemOf } from "../core/model/problem.ts";
import type { Time } from "../core/model/time.ts";
import { isInForce } from "../core/policy/holds.ts";
import type { CheckoutReader } from "./checkout_reader.ts";

/** The holds in force, and what is wrong with their list. */
export interface SurveyedHolds {
  readonly holds: Omit<Holds, "human">;
  readonly problems: readonly Problem[];
}

/** Reads the list. One that cannot be read holds every image (contracts.md 2.3). */
export async function surveyHolds(
  reader: CheckoutReader,
  now: Time,
  clockFault: string | null,
): Promise<SurveyedHolds> {
  const text = await reader.read(holdsFile);
  const { holds, problems } = text.ok
    ? readHolds(text.value)
    : { holds: null, problems: [{ ...problemOf(text.failure), code: "hold.unreadable" as const }] };
  if (holds === null) return { holds: { fault: `${holdsFile} cannot be read`, listed: [] }, problems };
  return { holds: { fault: null, listed: holds.filter((hold) => isInForce(hold, now, clockFault)) }, problems };
}
