// Patterns so plain that the engine's own expressions find the same and take no longer: on a host that interprets its
// code they are many times faster than a matcher written in script.

/** Characters of ASCII, as a set of 128 bits: bit `n` stands for the code `n`. */
type CharacterSet = bigint;

/** A set that is repeated; `most` is null without a limit. */
interface Repeat {
  readonly set: CharacterSet;
  readonly least: number;
  readonly most: number | null;
}

const all: CharacterSet = (1n << 128n) - 1n;
const newline = bit(10);
const digits = range(48, 57);
const word = digits | range(65, 90) | range(97, 122) | bit(95);
// RE2's `\s` has no vertical tab.
const blanks = bit(9) | bit(10) | bit(12) | bit(13) | bit(32);
const classes: Readonly<Record<string, CharacterSet>> = {
  d: digits,
  D: all & ~digits,
  w: word,
  W: all & ~word,
  s: blanks,
  S: all & ~blanks,
};

/** No repeat count of the plain ones is larger: the engine unrolls them. */
const largestCount = 64;

// One piece of a pattern: a group's end or begin, or one set of characters with its repeat. No alternatives, no lazy or
// repeated groups, no flags: what is none of these is left to the linear matcher.
const piece =
  /(?<open>\((?:\?:|\?P?<\w+>)?)|(?<close>\)(?![*+?{]))|(?:\[(?<not>\^?)(?<inside>(?:[A-Za-z0-9_]-[A-Za-z0-9_]|[A-Za-z0-9_.+@:~]|\\[dws.+\-])+-?)\]|\\(?<class>[dDwWsS])|\\(?<escaped>[.+*?()[\]{}|^$\-\/])|(?<any>\.)|(?<literal>[A-Za-z0-9_@:~=,;!%&#<>"'`/ -]))(?<repeat>[*+?]|\{\d{1,3}(?:,(?:\d{1,3})?)?\})?(?![*+?{])/y;

/**
 * The same expression for the engine, or null when it is not plain. `source` must have been accepted as RE2 before, and
 * the answer is for texts of ASCII alone. Groups have the same numbers.
 *
 * Backtracking stays bounded: a repeat that gives characters back fails at once where what follows cannot begin with
 * them, so one pass over the text is enough. One repeat may overlap with what follows, when the pattern is anchored.
 */
export function plainPattern(source: string): RegExp | null {
  const anchored = source.startsWith("^");
  const closed = source.endsWith("$") && !source.endsWith("\\$");
  const repeats: Repeat[] = [];
  let translated = "";
  let depth = 0;
  const end = source.length - (closed ? 1 : 0);
  for (let at = anchored ? 1 : 0; at < end;) {
    piece.lastIndex = at;
    const groups = piece.exec(source)?.groups;
    if (groups === undefined || piece.lastIndex > end) return null;
    at = piece.lastIndex;
    if (groups["open"] !== undefined) {
      depth++;
      translated += groups["open"] === "(?:" ? "(?:" : "(";
    } else if (groups["close"] !== undefined) {
      depth--;
      translated += ")";
    } else {
      const repeat = repeatOf(setOf(groups), groups["repeat"] ?? "");
      if (repeat === null) return null;
      repeats.push(repeat);
      translated += `${writeSet(repeat.set)}${groups["repeat"] ?? ""}`;
    }
  }
  if (depth !== 0 || countOverlaps(repeats) > (anchored ? 1 : 0)) return null;
  return new RegExp(`${anchored ? "^" : ""}${translated}${closed ? "$" : ""}`);
}

function setOf(groups: Readonly<Record<string, string | undefined>>): CharacterSet {
  const { inside, not, class: named, escaped, any, literal } = groups;
  if (any !== undefined) return all & ~newline;
  if (named !== undefined) return classes[named] ?? 0n;
  if (inside === undefined) return bit((escaped ?? literal ?? "").charCodeAt(0));
  let set: CharacterSet = 0n;
  for (const [item, kind] of inside.matchAll(/\\(.)|(.)-(.)|[^]/g)) {
    if (kind !== undefined) set |= classes[kind] ?? bit(kind.charCodeAt(0));
    else set |= range(item.charCodeAt(0), item.charCodeAt(item.length - 1));
  }
  return not === "^" ? all & ~set : set;
}

function repeatOf(set: CharacterSet, written: string): Repeat | null {
  if (set === 0n) return null;
  if (written === "") return { set, least: 1, most: 1 };
  if (written === "*") return { set, least: 0, most: null };
  if (written === "+") return { set, least: 1, most: null };
  if (written === "?") return { set, least: 0, most: 1 };
  const [, least = "", comma, most = ""] = /^\{(\d+)(,?)(\d*)\}$/.exec(written) ?? [];
  const counts = { least: Number(least), most: comma === "" ? Number(least) : most === "" ? null : Number(most) };
  return Math.max(counts.least, counts.most ?? 0) > largestCount ? null : { set, ...counts };
}

/** How many repeats could give a character to what follows them. */
function countOverlaps(repeats: readonly Repeat[]): number {
  let overlaps = 0;
  repeats.forEach((repeat, at) => {
    if (repeat.least === repeat.most) return;
    for (const next of repeats.slice(at + 1)) {
      if ((next.set & repeat.set) !== 0n) {
        overlaps++;
        return;
      }
      if (next.least > 0) return;
    }
  });
  return overlaps;
}

/** The set as a class of the engine, each code written as `\xNN`. */
function writeSet(set: CharacterSet): string {
  let text = "";
  for (let code = 0; code < 128;) {
    let last = code;
    while (last < 128 && (set & bit(last)) !== 0n) last++;
    if (last > code) text += last - code === 1 ? hex(code) : `${hex(code)}-${hex(last - 1)}`;
    code = last + 1;
  }
  return `[${text}]`;
}

function hex(code: number): string {
  return `\\x${code.toString(16).padStart(2, "0")}`;
}

function bit(code: number): CharacterSet {
  return code < 128 ? 1n << BigInt(code) : 0n;
}

function range(first: number, last: number): CharacterSet {
  let set: CharacterSet = 0n;
  for (let code = first; code <= last; code++) set |= bit(code);
  return set;
}
