// A policy's selector under loose versioning, checked and made ready once for all targets that follow it.
import { compilePattern, compileTemplate, matchesPattern, type Pattern } from "../../model/pattern.ts";
import { failure, type Result, success } from "../../model/problem.ts";
import { parseRange, type Range } from "./range.ts";
import { readTag } from "./read_tag.ts";
import { type WordClass, type WordTable, wordTable } from "./words.ts";

/** How tags are selected, as a policy or marker says it. */
export interface LooseRule {
  readonly kind: "semver" | "alphabetical" | "numerical";
  /** Of `semver` only. */
  readonly range: string | null;
  /** An RE2 pattern. */
  readonly filter: string | null;
  /** A template of Go's `Regexp.Expand`; needs a filter. */
  readonly extract: string | null;
  /** Null: not said, so the range and the current tag decide. */
  readonly prerelease: boolean | null;
  readonly allowDowngrade: boolean;
  /** Of `alphabetical` and `numerical`. */
  readonly order: "asc" | "desc";
  /** RE2 patterns of tags that take no part. */
  readonly exclusions: readonly string[];
  /** Tags that take no part, by their whole name. */
  readonly skip: readonly string[];
  /** Words of a suffix that mean something else here. */
  readonly words: Readonly<Partial<Record<WordClass, readonly string[]>>>;
}

/** A rule made ready by `compileLoose`. */
export interface CompiledLoose {
  readonly rule: LooseRule;
  readonly words: WordTable;
  readonly range: Range;
  /** Whether a filter is set: then no prefix is dropped for being unusual. */
  readonly filtered: boolean;
  /** Whether the version is read from another text than the tag. */
  readonly extracts: boolean;
  /** The text that the selector reads of a tag, or null where the filter does not match. */
  readonly textOf: (tag: string) => string | null;
  readonly isExcluded: (tag: string) => boolean;
  readonly skip: ReadonlySet<string>;
  /** The one tag that the filter names exactly, when it is no version: then it is the answer. */
  readonly channel: string | null;
  /** Whether lower is better. */
  readonly descending: boolean;
}

const longestTemplate = 200;

/** Checks a rule; fails with `policy.invalid` (range, words, template) or `policy.invalid_filter` (patterns). */
export function compileLoose(rule: LooseRule): Result<CompiledLoose> {
  const words = wordTable(rule.words);
  if (!words.ok) return words;
  const range = parseRange(rule.kind === "semver" ? rule.range : null, words.value);
  if (!range.ok) return range;
  const exclusions: Pattern[] = [];
  for (const source of rule.exclusions) {
    const pattern = compilePattern(source);
    if (!pattern.ok) return pattern;
    exclusions.push(pattern.value);
  }
  const text = compileText(rule.filter ?? "", rule.extract ?? "");
  if (!text.ok) return text;
  return success({
    rule,
    words: words.value,
    range: range.value,
    filtered: (rule.filter ?? "") !== "",
    extracts: (rule.extract ?? "") !== "",
    textOf: text.value,
    isExcluded: (tag) => exclusions.some((pattern) => matchesPattern(pattern, tag)),
    skip: new Set(rule.skip),
    channel: channelOf(rule.filter ?? "", words.value),
    descending: rule.kind !== "semver" && rule.order === "desc",
  });
}

function compileText(filter: string, extract: string): Result<(tag: string) => string | null> {
  if (extract !== "" && filter === "") {
    return failure("policy.invalid", `extract "${extract.slice(0, 60)}" stands without a pattern`, {
      cure: "add the pattern whose groups it names",
    });
  }
  if (extract.length > longestTemplate) {
    return failure("policy.invalid", `extract is longer than ${longestTemplate} characters`, {
      cure: "name the groups that hold the version, like $version",
    });
  }
  if (filter === "") return success((tag) => tag);
  const pattern = compilePattern(filter);
  if (!pattern.ok) return pattern;
  if (extract !== "") return success(compileTemplate(pattern.value, extract));
  return success((tag) => (matchesPattern(pattern.value, tag) ? tag : null));
}

/** The tag that a pattern such as `^release$` or `^(v1\.x)$` names exactly, when it reads as no version. */
function channelOf(filter: string, words: WordTable): string | null {
  const match = /^\^(\((?:\?:|\?P?<\w+>)?)?((?:[A-Za-z0-9_-]|\\[.\-_])+)(\))?\$$/.exec(filter);
  if (match === null || (match[1] === undefined) !== (match[3] === undefined)) return null;
  const name = (match[2] ?? "").replaceAll("\\", "");
  return readTag(name, words) === null ? name : null;
}
