// Holds to the gate `hold`: what a person said shall stay does stay, whatever the policy would take.
import type { Gate, Target } from "../model/decision.ts";
import type { Digest } from "../model/digest.ts";
import type { Hold, Holds } from "../model/hold.ts";
import { canonicalName, formatRepository, type ImageReference } from "../model/reference.ts";
import { formatTime, type Time } from "../model/time.ts";
import { isAbove } from "./is_above.ts";

/** The holds that concern a value, those of the file first. */
export function holdsOn(holds: Holds, target: Target): readonly Hold[] {
  return [...holds.listed.filter((hold) => isOf(hold, target)), ...holds.human.get(target) ?? []];
}

/** Whether an image's name, as written or in canonical form, is that of the value. */
export function isOf({ image }: Pick<Hold, "image">, { repository, current }: Target): boolean {
  const wanted = canonicalName(image);
  return wanted !== null && (wanted === formatRepository(repository) || wanted === canonicalName(current.name));
}

/** Whether a hold is the quarantine of this very image: what no host starts. */
export function isQuarantineOf(hold: Hold, { name, tag, digest }: ImageReference): boolean {
  const isNamed = hold.digest !== null ? hold.digest === digest : hold.tag !== null && hold.tag === tag;
  return hold.kind === "quarantine" && isNamed && canonicalName(hold.image) === canonicalName(name);
}

/** Whether a hold has not ended. By a clock that is wrong nothing ends. */
export function isInForce(hold: Hold, now: Time, clockFault: string | null): boolean {
  return hold.until === null || hold.until > now || clockFault !== null;
}

/** The gate of a value that stays whatever its registry offers; null when candidates have to be looked at. */
export function wholeHold(holds: Holds, target: Target, newest: string | null): Gate | null {
  const subject = { gate: "hold", tag: newest, digest: null } as const;
  if (holds.fault !== null) return { ...subject, verdict: "unknown", message: holds.fault, until: null };
  const hold = longest(holdsOn(holds, target).filter(isWhole));
  return hold === null ? null : { ...subject, verdict: "hold", message: describe(hold), until: hold.until };
}

/**
 * The gate of one candidate; null when no hold concerns the value. While its digest is not known (null), only what holds
 * the tag whatever its digest counts.
 */
export function holdGate(holds: Holds, target: Target, tag: string, digest: Digest | null): Gate | null {
  const subject = { gate: "hold", tag, digest } as const;
  if (holds.fault !== null) return { ...subject, verdict: "unknown", message: holds.fault, until: null };
  const all = holdsOn(holds, target);
  if (all.length === 0) return null;
  const hold = longest(all.filter((it) => bars(it, target, tag, digest)));
  if (hold === null) return { ...subject, verdict: "pass", message: "no hold concerns it", until: null };
  return { ...subject, verdict: "hold", message: describe(hold), until: hold.until };
}

function isWhole({ tag, digest, above }: Hold): boolean {
  return tag === null && digest === null && above === null;
}

function bars(hold: Hold, { policy }: Target, tag: string, digest: Digest | null): boolean {
  if (hold.tag !== null && hold.tag !== tag) return false;
  if (hold.digest !== null && hold.digest !== digest) return false;
  // What cannot be compared is not known to be above.
  return hold.above === null || isAbove(policy, tag, hold.above) !== true;
}

/** The one that ends last: until then nothing changes. */
function longest(holds: readonly Hold[]): Hold | null {
  const end = (hold: Hold): number => hold.until ?? Infinity;
  return holds.reduce<Hold | null>((last, hold) => last === null || end(hold) > end(last) ? hold : last, null);
}

/** Who holds it, until when and why, in a few words. */
export function describe(hold: Hold): string {
  const by = hold.kind === "human" ? "held" : `held by ${hold.by === "" ? "somebody" : hold.by}`;
  const until = hold.until === null ? "" : ` until ${formatTime(hold.until)}`;
  const above = hold.above === null ? "" : `, waits for a release above ${hold.above}`;
  return `${by}${until}${above}${hold.reason === "" ? "" : `: ${hold.reason}`}`;
}
