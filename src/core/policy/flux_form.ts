// A policy and the tag that a file holds to what Flux is to be told: the same answer where Flux can give it, the nearest
// and a sentence about it where it cannot.
import { compilePattern, compileTemplate, matchesPattern } from "../model/pattern.ts";
import type { Policy } from "../model/policy.ts";
import { type Result, success } from "../model/problem.ts";
import { compileFlux } from "./flux/rule.ts";
import { fluxRange } from "./flux_interval.ts";
import { quoteText, shapePattern } from "./flux_pattern.ts";
import { parseRange } from "./loose/range.ts";
import { isUnreleased, type Reading, readTag } from "./loose/read_tag.ts";
import { type WordTable, wordTable } from "./loose/words.ts";

/** `spec.policy` and `spec.filterTags` of an ImagePolicy. */
export interface FluxForm extends Pick<Policy, "kind" | "range" | "order" | "filter" | "extract"> {
  /** Where Flux would answer differently, or only by accident alike. */
  readonly notes: readonly string[];
}

/** Translates. `current` is the tag in the file, which sets the shape; fails where the policy itself is wrong. */
export function fluxForm(policy: Policy, current: string | null): Result<FluxForm> {
  const { kind, range, order, filter, extract, versioning } = policy;
  if (kind === "latest" || kind === "digest") return success(channel(policy.tag ?? current ?? "latest"));
  if (versioning === "flux") {
    const sound = compileFlux({ ...policy, kind });
    return sound.ok ? success({ kind, range, order, filter, extract, notes: [] }) : sound;
  }
  const words = wordTable(policy.words);
  if (!words.ok) return words;
  const subject = subjectOf(policy, current, words.value);
  if (!subject.ok) return subject;
  const { text, reading, ownFilterFits } = subject.value;
  if (kind === "numerical" && (reading === null || /^[0-9]+$/.test(text ?? ""))) {
    const stray = filter === null ? "^[0-9]+$" : filter;
    return success({ kind, range: null, order, filter: stray, extract, notes: floats(text) });
  }
  if (kind !== "semver" && (order === "desc" || reading === null)) {
    const notes = ["Flux compares letter by letter: 1.10 stands below 1.9"];
    return success({ kind: "alphabetical", range: null, order, filter, extract, notes });
  }
  return versions(policy, current, reading, ownFilterFits, words.value);
}

/** One tag that only moves by its digest. */
function channel(tag: string): FluxForm {
  return { kind: "alphabetical", range: null, order: "asc", filter: `^${quoteText(tag)}$`, extract: null, notes: [] };
}

interface Subject {
  /** What is compared of the current tag. */
  readonly text: string | null;
  readonly reading: Reading | null;
  /** Whether Flux can read what the policy's own filter leaves. */
  readonly ownFilterFits: boolean;
}

function subjectOf({ filter, extract }: Policy, current: string | null, words: WordTable): Result<Subject> {
  const bare: Subject = {
    text: current,
    reading: current === null ? null : readTag(current, words),
    ownFilterFits: false,
  };
  if (filter === null) return success(bare);
  const pattern = compilePattern(filter);
  if (!pattern.ok) return pattern;
  const key = current === null
    ? null
    : extract === null
    ? (matchesPattern(pattern.value, current) ? current : null)
    : compileTemplate(pattern.value, extract)(current);
  if (key === null) return success({ text: null, reading: null, ownFilterFits: true });
  const reading = readTag(key, words);
  return success({ text: key, reading, ownFilterFits: reading === null || isPlain(key) });
}

function isPlain(text: string): boolean {
  return /^v?[0-9]+\.[0-9]+\.[0-9]+$/.test(text);
}

/** Versions: the shape of the tag in the file becomes a filter, as Flux never looks at that tag. */
function versions(
  policy: Policy,
  current: string | null,
  reading: Reading | null,
  ownFilterFits: boolean,
  words: WordTable,
): Result<FluxForm> {
  const parsed = parseRange(policy.kind === "semver" ? policy.range : null, words);
  if (!parsed.ok) return parsed;
  const { filter, extract, prerelease } = policy;
  const line = reading !== null && reading.suffix.prerelease.length > 0 && prerelease === null ? reading.parts : null;
  const spelling = { extended: false, prerelease, line };
  const plain = fluxRange(parsed.value, spelling);
  const own = current === null ? null : readTag(current, words);
  const shape = current === null || own === null || ownFilterFits
    ? null
    : shapePattern(current, own, words, plain.opens);
  const notes = [...shape?.notes ?? []];
  if (filter !== null && shape !== null) {
    notes.push("Flux gets a filter for the shape of the tag in the file; the policy's own one stays magos's");
  }
  if (shape === null) {
    if (!ownFilterFits) notes.push("the file holds no version, so Flux takes the greatest one of three parts");
    else if (reading === null) notes.push("Flux takes only what its filter makes versions of three parts");
    return success({ ...semver(plain, notes), filter, extract });
  }
  if (shape.order === "text") {
    if (policy.kind === "semver" && parsed.value.text !== "*") {
      notes.push(`Flux knows no ranges of dates: ${parsed.value.text} counts for magos alone`);
    }
    const { filter, extract } = shape;
    return success({ kind: "alphabetical", range: null, order: "asc", filter, extract, notes });
  }
  const range = fluxRange(parsed.value, { ...spelling, extended: shape.extended, line: shape.extended ? null : line });
  if (own !== null && isUnreleased(own) && own.suffix.after !== null) {
    notes.push("Flux cannot follow states between two releases");
  }
  return success({
    ...semver(range, notes),
    filter: shape.isPlain ? null : shape.filter,
    extract: shape.isPlain ? null : shape.extract,
  });
}

function semver(
  range: { readonly text: string; readonly isExact: boolean; readonly opens: boolean },
  notes: readonly string[],
): Pick<FluxForm, "kind" | "range" | "order" | "notes"> {
  const told = [...notes];
  if (!range.isExact) told.push("Flux's range is wider or narrower at its suffixes");
  if (range.opens) told.push("Flux compares rc10 and rc9 by their letters");
  return { kind: "semver", range: range.text, order: "asc", notes: told };
}

function floats(text: string | null): readonly string[] {
  return text !== null && /^[0-9]+$/.test(text) ? [] : ["Flux reads decimal numbers: 1.10 is below 1.9"];
}
