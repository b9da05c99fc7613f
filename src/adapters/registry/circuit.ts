// When a host is left alone because it answers badly again and again, and when it is trusted anew (registries 4.6).
import type { Time } from "../../core/model/time.ts";
import type { HostProfile, HostTrouble } from "../../core/ports/store.ts";

/** What one answer says of its host. `failed`: a 5xx or 408, or nothing in time. */
export type Verdict = "good" | "limited" | "failed";

/** The longest a host may make us wait (registries 4.6). */
export const longestPause = 6 * 3_600_000;

const mostLimited = 3;
const mostFailed = 5;
const firstPause = 10 * 60_000;

/**
 * What the profile learns from an answer that came while the host was not paused: bad ones are counted, enough of them
 * pause the host, and after a pause one is enough; each pause is twice as long as the one before. A good one forgets all.
 */
export function afterAnswer(profile: HostProfile, verdict: Verdict, now: Time): Partial<HostProfile> {
  const before = profile.trouble ?? null;
  if (verdict === "good") return before === null ? {} : { trouble: null, pausedUntil: null };
  const limited = (before?.limited ?? 0) + (verdict === "limited" ? 1 : 0);
  const failed = (before?.failed ?? 0) + (verdict === "failed" ? 1 : 0);
  const pause = before?.pause ?? 0;
  const trouble: HostTrouble = { limited, failed, last: verdict, pause };
  if (pause === 0 && limited < mostLimited && failed < mostFailed) return { trouble };
  const next = pause === 0 ? firstPause : Math.min(2 * pause, longestPause);
  return { trouble: { ...trouble, pause: next }, pausedUntil: now + next };
}

/** Whether the host's pause is over and one answer has to show that it is well again. */
export function isOnTrial(profile: HostProfile): boolean {
  return (profile.trouble?.pause ?? 0) > 0;
}
