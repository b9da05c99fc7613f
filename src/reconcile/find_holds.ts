// Step 4 of the update pass: all that is held, by the checkout's own list and by people who went back by hand.
import type { Target } from "../core/model/decision.ts";
import type { Holds } from "../core/model/hold.ts";
import { type Problem, type Result, success } from "../core/model/problem.ts";
import type { Time } from "../core/model/time.ts";
import { clockFault } from "../core/policy/clock.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { CheckoutReader } from "./checkout_reader.ts";
import { type HistoryPorts, holdsRecord, humanHolds } from "./human_holds.ts";
import { surveyHolds } from "./survey_holds.ts";

/** What is needed to find holds. */
export interface HoldPorts extends HistoryPorts {
  readonly clock: Clock;
}

/** The holds of a pass. */
export interface HeldValues {
  readonly holds: Holds;
  /** What `keepHolds` keeps. */
  readonly record: string;
  readonly problems: readonly Problem[];
}

/** Finds them for all values that the checkout follows. Fails when its history cannot be read. */
export async function findHolds(
  reader: CheckoutReader,
  revision: string,
  targets: readonly Target[],
  ports: HoldPorts,
  newestTime: Time | null,
): Promise<Result<HeldValues>> {
  const now = ports.clock.now();
  const listed = await surveyHolds(reader, now, clockFault(now, newestTime));
  const went = await humanHolds(revision, targets, ports);
  if (!went.ok) return went;
  const holds = { ...listed.holds, human: went.value.human };
  return success({ holds, record: holdsRecord(targets, holds, went.value.question), problems: listed.problems });
}
