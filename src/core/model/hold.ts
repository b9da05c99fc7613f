// What is kept from moving, by whom and until when: written in `.magos/holds.yaml`, or read from what people did in git.
import type { Target } from "./decision.ts";
import type { Digest } from "./digest.ts";
import type { Time } from "./time.ts";

/**
 * One hold (contracts.md 1.2). It bars a candidate when all that it names fits: the tag, the digest, and not being above
 * `above`. One that names none of them bars everything: the image stays where it is.
 */
export interface Hold {
  /** As written; it is matched by its canonical name. */
  readonly image: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
  /** Releases above it, by the policy's own order, are free. */
  readonly above: string | null;
  readonly kind: "manual" | "quarantine" | "human" | "closed-pr";
  readonly reason: string;
  readonly by: string;
  readonly since: Time;
  /** When it ends by itself; null: never. */
  readonly until: Time | null;
}

/** All holds that are in force in a pass. */
export interface Holds {
  /** Why the file cannot be trusted; then everything is held. Null: it can. */
  readonly fault: string | null;
  /** Of the file. */
  readonly listed: readonly Hold[];
  /** Of people who went back by hand, each for one marked value. */
  readonly human: ReadonlyMap<Target, readonly Hold[]>;
}

/** Nothing is held. */
export const noHolds: Holds = { fault: null, listed: [], human: new Map() };
