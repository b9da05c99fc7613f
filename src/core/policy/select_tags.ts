// A policy and a list of tags to the answer of its selector, under the versioning that it says.
import type { TagReason } from "../model/decision.ts";
import type { Policy } from "../model/policy.ts";
import { type Failure, type Result, success } from "../model/problem.ts";
import { defaultExclusions } from "../documents/flux_fields.ts";
import { fixedTagNote } from "./fixed_tag.ts";
import { compileFlux } from "./flux/rule.ts";
import { explainFlux } from "./flux/select.ts";
import { compileLoose, type LooseRule } from "./loose/rule.ts";
import { selectCompiled } from "./loose/select.ts";

/** What a selector makes of a list. */
export interface TagSelection {
  /** Tags that may be taken instead of the current one, best first. */
  readonly candidates: readonly string[];
  /** The selector's answer: the best candidate, else the current tag where it stays the answer, else null. */
  readonly selected: string | null;
  /** What stays when no candidate may be taken. */
  readonly staying: string | null;
  /** One for each distinct tag; made when it is asked for. */
  readonly tags: readonly TagReason[];
  readonly notes: readonly string[];
  /** Where the list is what keeps a valid policy from an answer: `policy.no_tags`, `policy.not_a_number`. */
  readonly failure: Failure | null;
}

/** Selects; fails with `policy.invalid` or `policy.invalid_filter` when the policy cannot be understood. */
export function selectTags(policy: Policy, tags: readonly string[], current: string | null): Result<TagSelection> {
  const { kind } = policy;
  if (kind === "latest" || kind === "digest") return success(followTag(policy, tags, current));
  const selected = policy.versioning === "flux"
    ? selectAsFlux({ ...policy, kind }, tags, current)
    : selectAsLoose({ ...policy, kind }, tags, current);
  const note = fixedTagNote(policy);
  return note === null || !selected.ok ? selected : success(withNote(selected.value, note));
}

function withNote(selection: TagSelection, note: string): TagSelection {
  const { candidates, selected, notes, failure } = selection;
  return {
    candidates,
    selected,
    notes: [...notes, note],
    failure,
    // These are made when they are asked for.
    get staying() {
      return selection.staying;
    },
    get tags() {
      return selection.tags;
    },
  };
}

/** The policy under another versioning, as `policy test --versioning` asks for it. */
export function underVersioning(policy: Policy, versioning: Policy["versioning"]): Policy {
  const exclusions = versioning === "flux" && policy.exclusions.length === 0 ? defaultExclusions : policy.exclusions;
  return { ...policy, versioning, exclusions };
}

type Selecting = Policy & { readonly kind: LooseRule["kind"] };

function selectAsLoose(policy: Selecting, tags: readonly string[], current: string | null): Result<TagSelection> {
  const rule = compileLoose(looseRuleOf(policy));
  if (!rule.ok) return rule;
  const selection = selectCompiled(tags, rule.value, current);
  return success({
    candidates: selection.candidates,
    selected: selection.selected,
    // Without any tag the answer is what stays: the tag in the file, if it is one that the policy can read.
    get staying() {
      return selectCompiled([], rule.value, current).selected;
    },
    get tags() {
      return selection.tags;
    },
    notes: selection.notes,
    failure: null,
  });
}

/** What loose versioning reads of a policy. */
function looseRuleOf(policy: Selecting): LooseRule {
  const { kind, range, order, filter, extract, prerelease, allowDowngrade, exclusions, skip, words } = policy;
  return { kind, range, order, filter, extract, prerelease, allowDowngrade, exclusions, skip, words };
}

/** Flux never looks at the tag in the file, so its answer may be below it; candidates are those that are not. */
function selectAsFlux(policy: Selecting, tags: readonly string[], current: string | null): Result<TagSelection> {
  const compiled = compileFlux(policy);
  if (!compiled.ok) return compiled;
  const { selection, failure } = explainFlux(tags, compiled.value, current);
  const notBelow = policy.allowDowngrade ? null : selection.notBelow;
  return success({
    candidates: selection.candidates.slice(0, notBelow ?? undefined),
    selected: failure === null ? selection.selected : null,
    staying: current,
    get tags() {
      return selection.tags;
    },
    notes: selection.notes,
    failure,
  });
}

/** `latest` and `digest` follow one tag: the policy's, else the value's, else `latest` (rulings 2). */
function followTag(policy: Policy, tags: readonly string[], current: string | null): TagSelection {
  const followed = policy.tag ?? current ?? "latest";
  const isThere = tags.includes(followed);
  return {
    candidates: isThere && followed !== current ? [followed] : [],
    selected: isThere ? followed : null,
    staying: current,
    get tags() {
      return [...new Set(tags)].map((tag) => ({
        tag,
        key: null,
        verdict: tag !== followed ? "unmatched" as const : tag === current ? "current" as const : "selected" as const,
        reason: tag === followed ? "the followed tag" : `not the followed tag, ${followed}`,
      }));
    },
    notes: [],
    failure: null,
  };
}
