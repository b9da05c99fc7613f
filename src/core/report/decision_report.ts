// A decision as JSON (contracts.md 1.2).
import type { Decision, Evidence, Gate } from "../model/decision.ts";
import { formatTimeOrNull } from "../model/time.ts";
import { formatDuration } from "../model/duration.ts";
import { formatPlatform } from "../model/platform.ts";
import type { Policy } from "../model/policy.ts";
import { referenceReport } from "./reference_report.ts";

/** `Decision`, without the tags: those are for `explain`. */
export function decisionReport(decision: Decision): Record<string, unknown> {
  const { target, state, selected, newest, blockers, reasons, evidence } = decision;
  const { file, line, column, part, setter, marker, value, policy } = target;
  return {
    target: { file, line, column, part, setter, marker, value },
    policy: {
      name: policy.name,
      kind: policy.kind,
      versioning: policy.versioning,
      source: policy.source,
      group: policy.group,
      rule: describeRule(policy),
    },
    state,
    current: referenceReport(target.current),
    selected: selected === null ? null : referenceReport(selected),
    newest: newest === null ? null : referenceReport(newest),
    blockers: blockers.map(gateReport),
    reasons,
    evidence: evidence === null ? null : evidenceReport(evidence),
  };
}

/** The rule in a few words, for people. */
export function describeRule(policy: Policy): string {
  const parts = [describeSelector(policy)];
  if (policy.filter !== null) parts.push(`tags like ${policy.filter}`);
  if (policy.prerelease === true) parts.push("prereleases too");
  if (policy.arch.length > 0) parts.push(`for ${policy.arch.map(formatPlatform).join(", ")}`);
  if (policy.minAgeSeconds !== null) parts.push(`at least ${formatDuration(policy.minAgeSeconds)} old`);
  if (policy.trustCreated) parts.push("by its builder's date as well");
  if (policy.repush === "hold") parts.push("not when pushed again");
  return parts.join("; ");
}

/** `Gate`. */
export function gateReport(gate: Gate): Record<string, unknown> {
  return { ...gate, until: formatTimeOrNull(gate.until) };
}

function describeSelector(policy: Policy): string {
  if (policy.kind === "latest") return `the tag ${policy.tag ?? "in the value, else latest"}`;
  if (policy.kind === "digest") return `the digest of the tag ${policy.tag ?? "in the value, else latest"}`;
  return policy.range === null ? "any version" : policy.range;
}

function evidenceReport(evidence: Evidence): Record<string, unknown> {
  return {
    digest: evidence.digest,
    created: formatTimeOrNull(evidence.created),
    firstSeen: formatTimeOrNull(evidence.firstSeen),
    ageSeconds: evidence.ageSeconds,
    platforms: evidence.platforms.map(formatPlatform),
    source: evidence.source,
    revision: evidence.revision,
    signer: null,
    repushed: evidence.repushed,
    gates: evidence.gates.map(gateReport),
    scan: null,
  };
}
