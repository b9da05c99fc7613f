// A policy's selector as Flux takes it, checked and made ready once for all targets that follow it.
import { compilePattern, compileTemplate, matchesPattern, type Pattern } from "../../model/pattern.ts";
import { failure, type Result, success } from "../../model/problem.ts";
import { type FluxRange, parseRange } from "./range.ts";

/** How tags are selected, as an ImagePolicy and its ImageRepository say it. */
export interface FluxRule {
  readonly kind: "semver" | "alphabetical" | "numerical";
  /** Of `semver`, where it is required. */
  readonly range: string | null;
  /** Of `alphabetical` and `numerical`: `asc` or `desc` in any case; empty is `asc`. */
  readonly order: string;
  /** `filterTags.pattern`; null without `filterTags`, which is not the same as an empty pattern (see `select.ts`). */
  readonly filter: string | null;
  /** `filterTags.extract`. */
  readonly extract: string | null;
  /** The `exclusionList`; Flux's own default is `defaultExclusions`. */
  readonly exclusions: readonly string[];
  /** magos's own addition: tags that take no part, by their whole name. */
  readonly skip: readonly string[];
}

/** A rule made ready by `compileFlux`. */
export interface CompiledFlux {
  readonly rule: FluxRule;
  /** Null but for `semver`. */
  readonly range: FluxRange | null;
  /** Whether lower is better. */
  readonly descending: boolean;
  /** Whether the rule has `filterTags`, under which Flux decides ties by chance. */
  readonly filtered: boolean;
  /** Whether the selector reads another text than the tag. */
  readonly extracts: boolean;
  /** The text that the selector reads of a tag, or null where the filter does not match. */
  readonly keyOf: (tag: string) => string | null;
  readonly isExcluded: (tag: string) => boolean;
  readonly skip: ReadonlySet<string>;
}

/** What an ImageRepository without `exclusionList` excludes: signatures. */
export const defaultExclusions: readonly string[] = ["^.*\\.sig$"];

const longestTemplate = 1000;

/** Checks a rule; fails with `policy.invalid` (range, order, template) or `policy.invalid_filter` (patterns). */
export function compileFlux(rule: FluxRule): Result<CompiledFlux> {
  const range = rule.kind === "semver" ? parseRange(rule.range ?? "") : success(null);
  if (!range.ok) return range;
  const order = rule.kind === "semver" ? "ASC" : rule.order.toUpperCase() || "ASC";
  if (order !== "ASC" && order !== "DESC") {
    return failure("policy.invalid", `the order "${rule.order.slice(0, 60)}" is neither asc nor desc`, {
      cure: "write order: asc (the greatest wins) or order: desc",
    });
  }
  const isExcluded = compileExclusions(rule.exclusions);
  if (!isExcluded.ok) return isExcluded;
  const filtered = rule.filter !== null || (rule.extract ?? "") !== "";
  const keyOf = filtered ? compileKey(rule.filter ?? "", rule.extract ?? "") : success((tag: string) => tag);
  if (!keyOf.ok) return keyOf;
  return success({
    rule,
    range: range.value,
    descending: order === "DESC",
    filtered,
    extracts: (rule.extract ?? "") !== "",
    keyOf: keyOf.value,
    isExcluded: isExcluded.value,
    skip: new Set(rule.skip),
  });
}

function compileExclusions(sources: readonly string[]): Result<(tag: string) => boolean> {
  const patterns: Pattern[] = [];
  for (const source of sources) {
    const pattern = compilePattern(source);
    if (!pattern.ok) return pattern;
    patterns.push(pattern.value);
  }
  return success((tag) => patterns.some((pattern) => matchesPattern(pattern, tag)));
}

function compileKey(filter: string, extract: string): Result<(tag: string) => string | null> {
  if (extract.length > longestTemplate) {
    return failure("policy.invalid", `extract is longer than ${longestTemplate} characters`, {
      cure: "name the groups that hold the version, like $version",
    });
  }
  const pattern = compilePattern(filter);
  if (!pattern.ok) return pattern;
  if (extract !== "") return success(compileTemplate(pattern.value, extract));
  return success((tag) => (matchesPattern(pattern.value, tag) ? tag : null));
}
