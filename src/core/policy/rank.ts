// A target and the tags of its repository to the tags worth asking about, best first.
import type { Gate, TagReason, Target } from "../model/decision.ts";
import { type Result, success } from "../model/problem.ts";
import { selectTags, type TagSelection } from "./select_tags.ts";

/** What the tag list alone says. */
export interface Ranking {
  /** Tags that may be taken instead of the current one, best first. */
  readonly candidates: readonly string[];
  /** What the selector alone would take; null when nothing fits. */
  readonly newest: string | null;
  /** Whether the current tag is still offered, so that its digest can be asked for. */
  readonly currentIsThere: boolean;
  /** An answer of the selector that is refused whatever it is. */
  readonly refused: readonly Gate[];
  /** Made when it is asked for. */
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

/** Ranks a list for a target that needs one. Fails with `policy.*` when the policy is wrong or meets a stray tag. */
export function rankTags(target: Target, tags: readonly string[]): Result<Ranking> {
  const { policy, current } = target;
  const selection = selectTags(policy, tags, current.tag);
  if (!selection.ok) return selection;
  const { selected, notes, failure } = selection.value;
  // No tag at all is no match; a tag that the policy cannot bear is a fault of the policy.
  if (failure !== null && failure.code !== "policy.no_tags") return { ok: false, failure };
  const held = current.tag === null ? -1 : selection.value.candidates.indexOf(current.tag);
  const candidates = held < 0 ? selection.value.candidates : selection.value.candidates.slice(0, held);
  const lower = refusedDowngrade(selection.value, current.tag);
  return success({
    candidates,
    newest: candidates[0] ?? (lower === null ? selected : current.tag),
    currentIsThere: current.tag !== null && tags.includes(current.tag),
    refused: lower === null ? [] : [lower],
    get tags() {
      return selection.value.tags;
    },
    notes,
  });
}

/** The selector's answer when it is below the tag in the file, which no policy gets without saying so. */
function refusedDowngrade({ candidates, selected }: TagSelection, current: string | null): Gate | null {
  if (current === null || selected === null || selected === current || candidates.includes(selected)) return null;
  return {
    gate: "downgrade",
    verdict: "refuse",
    tag: selected,
    digest: null,
    message: `it is below ${current}; allowDowngrade permits it`,
    until: null,
  };
}
