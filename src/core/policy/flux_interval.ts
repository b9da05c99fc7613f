// A loose range to one that Flux understands: bounds to half-open stretches of versions, and those to Flux's own words.
import { parseRange as parseFluxRange } from "./flux/range.ts";
import { compareNumerals, type Numeral } from "./loose/numeral.ts";
import { type Bound, opensPrereleases, type Range } from "./loose/range.ts";

/** How the versions that Flux is to compare are spelled. */
export interface Spelling {
  /** Whether parts beyond the third, or numbers of builds, stand where Flux has prereleases. */
  readonly extended: boolean;
  /** `prerelease` of the policy. */
  readonly prerelease: boolean | null;
  /** The parts of the current tag where it is a prerelease: its own line may go on. */
  readonly line: Numeral | null;
}

/** From `lo` on and below `hi`; null: no bound. */
interface Stretch {
  readonly lo: Numeral | null;
  readonly hi: Numeral | null;
}

/** A range, and whether it takes exactly what the loose one takes. */
export interface FluxRangeText {
  readonly text: string;
  readonly isExact: boolean;
  /** Whether any alternative admits prereleases. */
  readonly opens: boolean;
}

/** Ranges with many `!=` would double with each. */
const mostAlternatives = 16;

/** Writes the range for Flux. A range that means the same to Flux stays as it was written. */
export function fluxRange(range: Range, spelling: Spelling): FluxRangeText {
  const opened = range.alternatives.map((bounds) =>
    spelling.prerelease ?? bounds.some((bound) => opensPrereleases(bound))
  );
  const opens = spelling.line !== null || opened.includes(true);
  const isPlain = !spelling.extended && !opens && meansTheSame(range);
  if (isPlain) return { text: range.text, isExact: true, opens };
  const stretches = range.alternatives.map(stretchesOf);
  const texts = stretches.flatMap((list, at) =>
    list.map((it) => stretchText(it, spelling.extended || (opened[at] ?? false)))
  );
  const { line } = spelling;
  if (line !== null) {
    const own = stretches.flat().map((it) => intersect(it, { lo: line, hi: above(line) }));
    texts.unshift(...own.flatMap((it) => it === null ? [] : [stretchText(it, true)]));
  }
  const isExact = range.alternatives.flat().every(({ stage }) => stage === null || stage === "");
  return {
    text: texts.length === 0 ? "<0.0.0" : [...new Set(texts)].join(" || "),
    isExact: isExact && stretches.every((list) => list.length <= mostAlternatives),
    opens,
  };
}

/** Loose versioning 3 and Flux agree on all forms of up to three parts without suffix, but for `~0.0.0`. */
function meansTheSame({ text, alternatives }: Range): boolean {
  return parseFluxRange(text).ok &&
    alternatives.flat().every(({ operator, parts, stage }) =>
      stage === null && parts.length <= 3 && !(operator === "~" && parts.every((part) => part === "0"))
    );
}

function stretchesOf(bounds: readonly Bound[]): readonly Stretch[] {
  let all: readonly Stretch[] = [{ lo: null, hi: null }];
  for (const bound of bounds) {
    const next = all.flatMap((one) => stretchesOfBound(bound).flatMap((other) => intersect(one, other) ?? []));
    // What is left out here is told: the list is longer than may be.
    if (next.length > mostAlternatives) return next;
    all = next;
  }
  return all;
}

function stretchesOfBound({ operator, parts }: Bound): readonly Stretch[] {
  const head = (count: number): Numeral => parts.slice(0, count);
  // `*`, and whatever stands before it.
  if (parts.length === 0) {
    return operator === "!=" || operator === "<" || operator === ">" ? [] : [{ lo: null, hi: null }];
  }
  switch (operator) {
    case "=":
      return [{ lo: parts, hi: above(parts) }];
    case "!=":
      return [{ lo: null, hi: parts }, { lo: above(parts), hi: null }];
    case ">":
      return [{ lo: above(parts), hi: null }];
    case ">=":
      return [{ lo: parts, hi: null }];
    case "<":
      return [{ lo: null, hi: parts }];
    case "<=":
      return [{ lo: null, hi: above(parts) }];
    case "~":
      return [{ lo: parts, hi: above(head(2)) }];
    case "^": {
      const first = parts.findIndex((part) => part !== "0");
      return [{ lo: parts, hi: above(head(first < 0 ? parts.length : first + 1)) }];
    }
  }
}

/** The first version above a whole line: 1.3 for 1.2. */
function above(parts: Numeral): Numeral {
  return [...parts.slice(0, -1), String(BigInt(parts.at(-1) ?? "0") + 1n)];
}

function intersect(a: Stretch, b: Stretch): Stretch | null {
  const lo = a.lo === null || b.lo === null ? a.lo ?? b.lo : compareNumerals(a.lo, b.lo) < 0 ? b.lo : a.lo;
  const hi = a.hi === null || b.hi === null ? a.hi ?? b.hi : compareNumerals(a.hi, b.hi) < 0 ? a.hi : b.hi;
  return lo !== null && hi !== null && compareNumerals(lo, hi) >= 0 ? null : { lo, hi };
}

function stretchText({ lo, hi }: Stretch, isOpen: boolean): string {
  const low = isOpen ? `>=${versionText(lo ?? [], true)}` : lo === null ? null : `>=${versionText(lo, false)}`;
  const high = hi === null ? null : `<${versionText(hi, isOpen)}`;
  return [low, high].filter((text) => text !== null).join(" ") || "*";
}

/** `-0` is the lowest there is of a version, so nothing of it lies below. */
function versionText(parts: Numeral, isOpen: boolean): string {
  const [major = "0", minor = "0", patch = "0", ...rest] = parts;
  const core = `${major}.${minor}.${patch}`;
  return isOpen ? `${core}-${rest.length === 0 ? "0" : rest.join(".")}` : core;
}
