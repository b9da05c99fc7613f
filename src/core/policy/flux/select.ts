// From a list of tags to Flux's own answer, with a reason for each tag (Flux semantics 1).
import type { TagReason, TagVerdict } from "../../model/decision.ts";
import { type Failure, failure, type Result, success } from "../../model/problem.ts";
import { once } from "../once.ts";
import { advise } from "./advice.ts";
import { rankByAlphabet } from "./alphabetical.ts";
import { type Filtered, filterTags } from "./filter.ts";
import { rankByNumber } from "./numerical.ts";
import type { Ranked, Ranking } from "./ranked.ts";
import { type FluxReason, fluxVerdicts } from "./reasons.ts";
import { type CompiledFlux, compileFlux, type FluxRule } from "./rule.ts";
import { rankBySemver } from "./semver.ts";

/** What a rule makes of a list of tags. Flux never looks at the tag in the file: only the reasons and counts do. */
export interface FluxSelection {
  /** Flux's answer, null when nothing fits. It may be below the tag in the file. */
  readonly selected: string | null;
  /** All tags that may be taken, best first. */
  readonly candidates: readonly string[];
  /** How many candidates, from the best on, are not below the tag in the file; null where that cannot be told. */
  readonly notBelow: number | null;
  /** One for each distinct tag: allowed ones first, best first; then the others, greatest first by bytes. Made on request. */
  readonly tags: readonly TagReason[];
  /** Sentences for the user: where Flux is silent or does harm. */
  readonly notes: readonly string[];
}

/** A selection, and the failure where Flux has one that concerns the tags and not the policy. */
export interface FluxFindings {
  readonly selection: FluxSelection;
  readonly failure: Failure | null;
}

/**
 * Selects as Flux does; `current` is the tag in the file, null where there is none. No version in the range is no
 * failure: `selected` is null. Fails with `policy.invalid` or `policy.invalid_filter` when the rule cannot be
 * understood, `policy.no_tags` when no tag passes the filter, `policy.not_a_number` when `numerical` meets another text.
 */
export function selectFlux(
  tags: readonly string[],
  rule: FluxRule | CompiledFlux,
  current: string | null,
): Result<FluxSelection> {
  const compiled = "rule" in rule ? success(rule) : compileFlux(rule);
  if (!compiled.ok) return compiled;
  const { selection, failure } = explainFlux(tags, compiled.value, current);
  return failure === null ? success(selection) : { ok: false, failure };
}

/** As `selectFlux`, with the reason of each tag also where Flux fails. */
export function explainFlux(tags: readonly string[], rule: CompiledFlux, current: string | null): FluxFindings {
  // A digest may follow the tag in a file's value; it is no part of the tag.
  const held = current?.split("@", 1)[0] || null;
  const filtered = filterTags(tags, rule);
  const ranking = rank(filtered, rule, held === null ? null : rule.keyOf(held));
  const firstBelow = ranking.ranked.findIndex(({ standing }) => standing === "below");
  const told = once(() => tellTags(filtered, ranking, rule, held));
  const isOrdered = held !== null && ranking.ranked.some(({ standing }) => standing !== null);
  return {
    selection: {
      selected: ranking.ranked[0]?.tag ?? null,
      candidates: ranking.ranked.map(({ tag }) => tag),
      notBelow: !isOrdered ? null : firstBelow < 0 ? ranking.ranked.length : firstBelow,
      get tags() {
        return told();
      },
      notes: advise({ filtered, ranking, rule, held, isOrdered }),
    },
    failure: filtered.entries.length === 0 ? noTags(filtered) : ranking.failure,
  };
}

function rank({ entries }: Filtered, rule: CompiledFlux, current: string | null): Ranking {
  if (rule.range !== null) return rankBySemver(entries, rule.range, current);
  if (rule.rule.kind === "alphabetical") return rankByAlphabet(entries, rule.descending, current);
  return rankByNumber(entries, rule.descending, rule.filtered, current);
}

function tellTags(
  filtered: Filtered,
  ranking: Ranking,
  rule: CompiledFlux,
  held: string | null,
): readonly TagReason[] {
  const tell = (tag: string, key: string | null, reason: FluxReason): TagReason => ({
    tag,
    key: rule.extracts ? key : null,
    verdict: verdictOf(tag, reason, rule, held),
    reason,
  });
  const told = ranking.ranked.map((entry, at) => tell(entry.tag, entry.key, reasonOf(entry, at, held)));
  if (told.length === filtered.tags.length) return told;
  const entryOf = new Map(filtered.entries.map((entry) => [entry.tag, entry]));
  for (const tag of filtered.tags) {
    const dropped = filtered.dropped.get(tag);
    const key = entryOf.get(tag)?.key ?? "";
    const reason = ranking.dropped.get(key) ?? (ranking.failure === null ? null : "unranked");
    if (dropped !== undefined) told.push(tell(tag, dropped.key, dropped.reason));
    else if (reason !== null) told.push(tell(tag, key, reason));
  }
  return told;
}

function reasonOf({ tag, standing }: Ranked, at: number, held: string | null): FluxReason {
  if (at === 0) return "selected";
  return standing === "below" || tag === held ? "not-newer" : "lower";
}

function verdictOf(tag: string, reason: FluxReason, rule: CompiledFlux, held: string | null): TagVerdict {
  if (reason === "excluded" && rule.skip.has(tag)) return "skipped";
  if (tag === held && (reason === "not-newer" || reason === "selected")) return "current";
  return fluxVerdicts[reason];
}

function noTags(filtered: Filtered): Failure {
  const count = filtered.dropped.size;
  const message = count === 0 ? "the repository has no tags" : `none of the ${count} tags passes exclusions and filter`;
  return failure("policy.no_tags", message, {
    cure: count === 0 ? "push a tag, or look for a typing error in the image's name" : "widen filterTags.pattern",
  }).failure;
}
