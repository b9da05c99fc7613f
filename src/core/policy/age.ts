// How long a digest has been at its tag, and by whose word (registries.md 3.6, rulings 6).
import type { Time } from "../model/time.ts";

/** What is known of the moment that a tag was set to a digest. */
export interface Moments {
  /** By our own clock, which no publisher sets. */
  readonly firstSeen: Time | null;
  /** By the registry's own API, for this very digest. */
  readonly pushedAt: Time | null;
  /** By the builder, who may write what he likes. */
  readonly created: Time | null;
}

/** The moment that the age counts from. */
export interface Beginning {
  readonly since: Time;
  readonly by: "sighting" | "registry" | "builder";
}

// Registries that keep no time give zero, and reproducible builds give any early year (registries.md 3.4).
const firstDockerRelease = Date.UTC(2013, 2, 13);
const slack = 10 * 60_000;

/**
 * The earliest moment that may be believed, or null when no age can be told: never seen, or seen at a time that the
 * clock has not reached. The builder's date counts only where the policy trusts it.
 */
export function beginningOf(
  { firstSeen, pushedAt, created }: Moments,
  trustCreated: boolean,
  now: Time,
): Beginning | null {
  if (firstSeen === null || firstSeen > now) return null;
  const isEarlier = (time: Time | null, than: Time): time is Time =>
    time !== null && time >= firstDockerRelease && time < than;
  let beginning: Beginning = { since: firstSeen, by: "sighting" };
  if (isEarlier(pushedAt, beginning.since)) beginning = { since: pushedAt, by: "registry" };
  if (trustCreated && isEarlier(created, beginning.since)) beginning = { since: created, by: "builder" };
  return beginning;
}

/** Whether the builder's date lies after our own first sight of what he built, which no honest clock gives. */
export function isPostDated({ firstSeen, created }: Moments): boolean {
  return firstSeen !== null && created !== null && created > firstSeen + slack;
}
