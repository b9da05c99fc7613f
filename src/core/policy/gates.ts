// Evidence to verdicts: may this digest be taken? What is not known never passes.
import { formatDuration } from "../model/duration.ts";
import type { Gate } from "../model/decision.ts";
import type { Digest } from "../model/digest.ts";
import { formatPlatform, type Platform, runsOn } from "../model/platform.ts";
import type { Policy } from "../model/policy.ts";
import type { Time } from "../model/time.ts";

/** What is known of one candidate when it is judged. */
export interface Candidate {
  readonly tag: string;
  /** Null in a recorded case, which knows tags alone. */
  readonly digest: Digest | null;
  readonly platforms: readonly Platform[];
  readonly firstSeen: Time | null;
  /** Why its age is nobody's concern; null when it counts. */
  readonly ageExempt: string | null;
}

/** What a policy says of gates. */
export type GatedBy = Pick<Policy, "arch" | "minAgeSeconds">;

/** The verdict of every gate that the policy sets, in the order of contracts.md 1.2. */
export function judge(policy: GatedBy, candidate: Candidate, now: Time): readonly Gate[] {
  const gates: Gate[] = [];
  if (policy.arch.length > 0) gates.push(platformsGate(policy.arch, candidate));
  if (policy.minAgeSeconds !== null) gates.push(minAgeGate(policy.minAgeSeconds, candidate, now));
  return gates;
}

/** Whether a gate keeps its candidate from being taken. */
export function blocks(gate: Gate): boolean {
  return gate.verdict !== "pass" && gate.verdict !== "off";
}

function platformsGate(wanted: readonly Platform[], candidate: Candidate): Gate {
  const base = subject("platforms", candidate);
  if (candidate.platforms.length === 0) {
    return { ...base, verdict: "unknown", message: "its platforms are not known", until: null };
  }
  const missing = wanted.filter((platform) => !candidate.platforms.some((offered) => runsOn(offered, platform)));
  const names = missing.map(formatPlatform).join(", ");
  return {
    ...base,
    verdict: missing.length === 0 ? "pass" : "hold",
    message: missing.length === 0 ? "all platforms are there" : `waiting for ${names}`,
    until: null,
  };
}

function minAgeGate(minAgeSeconds: number, candidate: Candidate, now: Time): Gate {
  const base = subject("minAge", candidate);
  const wanted = formatDuration(minAgeSeconds);
  if (candidate.ageExempt !== null) return { ...base, verdict: "pass", message: candidate.ageExempt, until: null };
  // A clock that stands before the first sighting cannot tell an age.
  if (candidate.firstSeen === null || candidate.firstSeen > now) {
    return { ...base, verdict: "unknown", message: "its age is not known", until: null };
  }
  const age = Math.floor((now - candidate.firstSeen) / 1000);
  if (age >= minAgeSeconds) {
    return { ...base, verdict: "pass", message: `seen for ${formatDuration(age)}`, until: null };
  }
  return {
    ...base,
    verdict: "hold",
    message: `seen for ${formatDuration(age)}, wanted ${wanted}`,
    until: candidate.firstSeen + minAgeSeconds * 1000,
  };
}

function subject(gate: Gate["gate"], candidate: Candidate): Pick<Gate, "gate" | "tag" | "digest"> {
  return { gate, tag: candidate.tag, digest: candidate.digest };
}
