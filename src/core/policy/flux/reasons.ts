// Why a tag was taken or dropped, and what an answer says of it.
import type { TagVerdict } from "../../model/decision.ts";

/** Every reason with what it means; the first that applies, in the order of the walk. */
export const fluxReasons = {
  excluded: "excluded or skipped by name",
  filter: "the filter does not match",
  shadowed: "another tag gives the same text, and that one stands for it",
  "not-a-version": "no version to Flux, which wants three parts",
  "not-a-number": "no number",
  prerelease: "a prerelease, and the range takes none",
  range: "outside of the range",
  unranked: "a number, but another tag is none and fails the policy",
  "not-newer": "not above the tag in the file",
  lower: "allowed, a better one won",
  selected: "the answer",
} as const satisfies Record<string, string>;

/** A code of `fluxReasons`. */
export type FluxReason = keyof typeof fluxReasons;

/** The verdict that a reason stands for; `current`, `skipped` and ties need more than the reason. */
export const fluxVerdicts: Readonly<Record<FluxReason, TagVerdict>> = {
  excluded: "excluded",
  filter: "unmatched",
  shadowed: "shadowed",
  "not-a-version": "unparsable",
  "not-a-number": "unparsable",
  prerelease: "prerelease",
  range: "out-of-range",
  unranked: "candidate",
  "not-newer": "below",
  lower: "candidate",
  selected: "selected",
};
