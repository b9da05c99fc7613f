// Holds as JSON (contracts.md 1.2), and the answer of `hold` and `unhold`.
import type { Hold } from "../model/hold.ts";
import type { Problem } from "../model/problem.ts";
import { formatTime, formatTimeOrNull, type Time } from "../model/time.ts";
import { type DeliveryReport, deliveryReport } from "./plan_report.ts";
import { problemReport } from "./reference_report.ts";

/** What the verbs have done. */
export interface HoldFacts {
  readonly at: Time;
  /** As the user named it; null lists all. */
  readonly image: string | null;
  /** In force when the verb ends: those of the image, or all. */
  readonly holds: readonly Hold[];
  readonly added: readonly Hold[];
  readonly removed: readonly Hold[];
  /** Null when nothing had to change. */
  readonly delivery: DeliveryReport | null;
  readonly problems: readonly Problem[];
}

/** `magos.hold/v1`. */
export function holdsReport(facts: HoldFacts): Record<string, unknown> {
  return {
    schema: "magos.hold/v1",
    at: formatTime(facts.at),
    image: facts.image,
    holds: facts.holds.map(holdReport),
    added: facts.added.map(holdReport),
    removed: facts.removed.map(holdReport),
    delivery: facts.delivery === null ? null : deliveryReport(facts.delivery),
    problems: facts.problems.map(problemReport),
  };
}

/** `Hold`. */
export function holdReport(
  { image, tag, digest, above, kind, reason, by, since, until }: Hold,
): Record<string, unknown> {
  return {
    image,
    tag,
    digest,
    above,
    kind,
    reason,
    by,
    since: formatTime(since),
    until: formatTimeOrNull(until),
  };
}
