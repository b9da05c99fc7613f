// Whether one tag is a higher release than another, by the order of the policy that rules them.
import type { Policy } from "../model/policy.ts";
import { selectTags } from "./select_tags.ts";

/**
 * True or false by the policy's own order, equal ones are not above; null when the two cannot be compared: another
 * shape, no version, or a policy that follows one tag. Ranges, skips and gates play no part.
 */
export function isAbove(policy: Policy, tag: string, than: string): boolean | null {
  const { kind, versioning } = policy;
  if (kind === "latest" || kind === "digest") return null;
  // Flux needs a range; this one takes prereleases too.
  const range = versioning === "flux" ? ">=0.0.0-0" : null;
  const open = { ...policy, range, prerelease: true, allowDowngrade: false, exclusions: [], skip: [] };
  return versioning === "flux" ? isAboveInFlux(open, tag, than) : isAboveInLoose(open, tag, than);
}

function isAboveInLoose(policy: Policy, tag: string, than: string): boolean | null {
  const selection = selectTags(policy, [tag], than);
  // Without a version to stand on, any tag would do.
  if (!selection.ok || selection.value.staying === null) return null;
  const verdict = selection.value.tags.find((reason) => reason.tag === tag)?.verdict;
  if (verdict === "selected" || verdict === "candidate") return true;
  return verdict === "below" || verdict === "current" ? false : null;
}

/** Flux ranks without looking at the tag in the file, so both are asked from both sides. */
function isAboveInFlux(policy: Policy, tag: string, than: string): boolean | null {
  const [forward, backward] = [selectTags(policy, [tag], than), selectTags(policy, [than], tag)];
  if (!forward.ok || !backward.ok) return null;
  if (forward.value.selected === null || backward.value.selected === null) return null;
  const isNotBelow = forward.value.candidates.length > 0;
  return isNotBelow && backward.value.candidates.length === 0;
}
