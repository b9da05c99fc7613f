// A target and the tags of its repository to the tags worth asking about, best first.
import type { Gate, TagReason, Target } from "../model/decision.ts";
import { type Result, success } from "../model/problem.ts";
import { selectLoose } from "./loose/select.ts";

/** What the tag list alone says. */
export interface Ranking {
  /** Tags that may be taken instead of the current one, best first. */
  readonly candidates: readonly string[];
  /** What the selector alone would take; null when nothing fits. */
  readonly newest: string | null;
  /** Whether the current tag is still offered, so that its digest can be asked for. */
  readonly currentIsThere: boolean;
  readonly tags: readonly TagReason[];
  readonly notes: readonly string[];
}

/**
 * The verdicts of a list once the gates have spoken: what they held back is `held` with their words, and `selected` is
 * the tag that was taken in the end.
 */
export function settleTags(
  tags: readonly TagReason[],
  blockers: readonly Gate[],
  taken: string | null,
): readonly TagReason[] {
  const held = new Map(blockers.map((gate) => [gate.tag, `${gate.gate}: ${gate.message}`]));
  return tags.map((reason) => {
    const why = held.get(reason.tag);
    if (why !== undefined) return { ...reason, verdict: "held", reason: why };
    return reason.tag === taken ? { ...reason, verdict: "selected", reason: "selected" } : reason;
  });
}

/** Whether the policy chooses among tags; the others follow one. */
export function needsTagList(target: Target): boolean {
  return target.policy.kind !== "latest" && target.policy.kind !== "digest";
}

/** The tag that `latest` and `digest` follow: the marker's, else the value's, else `latest` (rulings.md 2). */
export function followedTag(target: Target): string {
  return target.policy.tag ?? target.current.tag ?? "latest";
}

/** Ranks a list for a target that needs one. Fails with `policy.*` when the policy itself is wrong. */
export function rankTags(target: Target, tags: readonly string[]): Result<Ranking> {
  const { policy, current } = target;
  const selection = selectLoose(tags, {
    kind: "semver",
    range: policy.range,
    filter: policy.filter,
    extract: policy.extract,
    prerelease: policy.prerelease,
    allowDowngrade: policy.allowDowngrade,
    order: "asc",
    exclusions: [],
    skip: [],
    words: {},
  }, current.tag);
  if (!selection.ok) return selection;
  const { candidates, selected, notes } = selection.value;
  return success({
    candidates,
    newest: candidates[0] ?? selected,
    currentIsThere: current.tag !== null && tags.includes(current.tag),
    tags: selection.value.tags,
    notes,
  });
}
