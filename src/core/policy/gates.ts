// Evidence to verdicts: may this digest be taken? What is not known never passes.
import { formatDuration } from "../model/duration.ts";
import type { Gate } from "../model/decision.ts";
import type { Digest } from "../model/digest.ts";
import { formatPlatform, type Platform, runsOn } from "../model/platform.ts";
import type { Policy } from "../model/policy.ts";
import type { Time } from "../model/time.ts";
import { type Beginning, beginningOf, type Moments } from "./age.ts";

/** What is known of one candidate when it is judged. */
export interface Candidate {
  readonly tag: string;
  /** Null in a recorded case, which knows tags alone. */
  readonly digest: Digest | null;
  readonly platforms: readonly Platform[];
  readonly moments: Moments;
  /** Why no age can be told by this clock; null when it can. */
  readonly clockFault: string | null;
  /** Whether it is a released tag whose digest has changed. */
  readonly repushed: boolean;
  /** Why its age is nobody's concern; null when it counts. */
  readonly ageExempt: string | null;
}

/** What a policy says of gates. */
export type GatedBy = Pick<Policy, "arch" | "minAgeSeconds" | "repush" | "trustCreated">;

/** The verdict of every gate that the policy sets, in the order of contracts.md 1.2. */
export function judge(policy: GatedBy, candidate: Candidate, now: Time): readonly Gate[] {
  const gates: Gate[] = [];
  if (policy.arch.length > 0) gates.push(platformsGate(policy.arch, candidate));
  if (policy.minAgeSeconds !== null) gates.push(minAgeGate(policy.minAgeSeconds, candidate, policy.trustCreated, now));
  if (policy.repush === "hold") gates.push(repushGate(candidate));
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

function minAgeGate(minAgeSeconds: number, candidate: Candidate, trustCreated: boolean, now: Time): Gate {
  const base = subject("minAge", candidate);
  if (candidate.ageExempt !== null) return { ...base, verdict: "pass", message: candidate.ageExempt, until: null };
  if (candidate.clockFault !== null) {
    return { ...base, verdict: "unknown", message: `its age is not known: ${candidate.clockFault}`, until: null };
  }
  const beginning = beginningOf(candidate.moments, trustCreated, now);
  if (beginning === null) return { ...base, verdict: "unknown", message: "its age is not known", until: null };
  const age = Math.floor((now - beginning.since) / 1000);
  const told = ageText(beginning, age);
  if (age >= minAgeSeconds) return { ...base, verdict: "pass", message: told, until: null };
  return {
    ...base,
    verdict: "hold",
    message: `${told}, wanted ${formatDuration(minAgeSeconds)}`,
    until: beginning.since + minAgeSeconds * 1000,
  };
}

function ageText({ by }: Beginning, age: number): string {
  if (by === "registry") return `pushed ${formatDuration(age)} ago by the registry's clock`;
  if (by === "builder") return `built ${formatDuration(age)} ago as its builder says`;
  return `seen for ${formatDuration(age)}`;
}

/** Rulings 5. The closed set of contracts.md 1.2 has no gate of its own for it: it is the policy's standing hold. */
function repushGate(candidate: Candidate): Gate {
  const base = subject("hold", candidate);
  if (!candidate.repushed) return { ...base, verdict: "pass", message: "it was not pushed again", until: null };
  return { ...base, verdict: "hold", message: "it was pushed again with another digest (repush: hold)", until: null };
}

function subject(gate: Gate["gate"], candidate: Candidate): Pick<Gate, "gate" | "tag" | "digest"> {
  return { gate, tag: candidate.tag, digest: candidate.digest };
}
