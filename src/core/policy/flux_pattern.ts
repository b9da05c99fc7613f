// The shape of a tag to a filter of Flux: which tags have that shape, and what of them Flux is to compare.
import { findCore } from "./loose/core.ts";
import type { Reading } from "./loose/read_tag.ts";
import { readSuffix, type Suffix } from "./loose/suffix.ts";
import type { WordTable } from "./loose/words.ts";

/** A filter for the tags of one shape. */
export interface ShapePattern {
  readonly filter: string;
  /** Null: the whole tag is compared. */
  readonly extract: string | null;
  /** How the extracted texts are ordered. */
  readonly order: "semver" | "text";
  /** Whether parts beyond the third, or numbers of builds, stand where Flux has prereleases. */
  readonly extended: boolean;
  /** Whether Flux reads such tags alike without any filter: a plain version of three parts. */
  readonly isPlain: boolean;
  readonly notes: readonly string[];
}

/** Words behind a version that Flux may take for a prerelease where the policy admits some. */
const prereleases = "(?:-(?:dev|nightly|snapshot|canary|alpha|beta|milestone|pre|preview|rc)(?:[.-]?[0-9]+)*)?";

/** What is written for a stretch of a tag, and what of it is compared: references to its groups. */
interface Piece {
  readonly pattern: string;
  readonly keys: readonly string[];
}

// Without a repair the number is 1, with the first 11, with the twelfth 112: so the order is right, and never empty.
const repaired: Piece = {
  pattern: "(?:-(?:security|hotfix|patch|update|p)[.-]?0*(?P<fix>[0-9]+))?",
  keys: ["1${fix}"],
};

/** The filter for tags of the shape of `tag`, which `reading` was read of. `opens`: prereleases are to pass. */
export function shapePattern(tag: string, reading: Reading, table: WordTable, opens: boolean): ShapePattern | null {
  const core = findCore(tag, table);
  if (core === null) return null;
  const notes: string[] = [];
  const suffix = suffixPieces(tag.slice(core.end), reading.suffix, table, notes);
  const spelledWithV = /V$/.test(tag.slice(0, core.start)) ? "[vV]?" : "v?";
  const lead = `^${quoteText(reading.prefix)}${/[A-Za-z]$/.test(reading.prefix) ? "" : spelledWithV}`;
  const tail = suffix.map(({ pattern }) => pattern).join("");
  const keys = suffix.flatMap((it) => it.keys);
  if (reading.kind === "number") return versionPattern({ lead, tail, keys, opens, notes }, reading.parts.length);
  // Compared letter by letter, a `v` would stand above every year.
  const start = `^${quoteText(tag.slice(0, core.start))}`;
  const date = quoteText(tag.slice(core.start, core.end)).replace(/[0-9]+/g, (digits) => `[0-9]{${digits.length}}`);
  const isWhole = tail === "";
  return {
    filter: `${start}${isWhole ? date : `(?P<date>${date})`}${tail}$`,
    extract: isWhole ? null : ["${date}", ...keys].join("-"),
    order: "text",
    extended: false,
    isPlain: false,
    notes,
  };
}

interface Around {
  readonly lead: string;
  readonly tail: string;
  readonly keys: readonly string[];
  readonly opens: boolean;
  readonly notes: string[];
}

/** Flux knows three parts. Fewer are filled up; more go where it has prereleases, which it orders as numbers too. */
function versionPattern({ lead, tail, keys, opens, notes }: Around, count: number): ShapePattern {
  const names = Array.from({ length: count }, (_, at) => ["major", "minor", "patch"][at] ?? `part${at + 1}`);
  const numbers = [...names.slice(3).map(reference), ...keys];
  const extended = numbers.length > 0;
  const admits = opens && !extended;
  if (opens && extended) notes.push("Flux takes no prereleases here: their place is taken by the numbers of the tag");
  const isThree = count === 3 && !extended;
  // What begins with a zero is no number in a prerelease, so the zeros stay out.
  const parts = names.map((name, at) =>
    at < 3 ? `(?P<${name}>[0-9]${count === 1 ? "{1,6}" : "+"})` : `0*(?P<${name}>[0-9]+)`
  ).join("\\.");
  const pattern = isThree
    ? `(?P<version>[0-9]+\\.[0-9]+\\.[0-9]+${admits ? prereleases : ""})`
    : parts + (admits ? `(?P<pre>${prereleases})` : "");
  const three = ["major", "minor", "patch"].map((name) => names.includes(name) ? reference(name) : "0").join(".");
  return {
    filter: `${lead}${pattern}${tail}$`,
    extract: isThree ? "$version" : three + (extended ? `-${numbers.join(".")}` : admits ? "${pre}" : ""),
    order: "semver",
    extended,
    isPlain: isThree && /^\^(?:v|\[vV\])\?$/.test(lead) && tail === "" && !admits,
    notes,
  };
}

function reference(name: string): string {
  return `\${${name}}`;
}

/** Text as a pattern that matches nothing else. */
export function quoteText(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

interface Word {
  /** What parts it from the word before. */
  readonly mark: string;
  readonly text: string;
  readonly read: Suffix;
}

function suffixPieces(text: string, whole: Suffix, table: WordTable, notes: string[]): readonly Piece[] {
  if (whole.fix.length > 0 && whole.build.length + whole.flavour.length + whole.ids.length === 0) return [repaired];
  const words = [...text.matchAll(/([-_]|\.(?=[A-Za-z]))?((?:(?!\.[A-Za-z])[^-_])+)/g)]
    .map(([, mark = "", word = ""]): Word => ({ mark, text: word, read: readSuffix(`-${word}`, 0, table) }));
  const isRead = whole.fix.length === 0 && whole.after === null && agree(words.map(({ read }) => read), whole);
  if (!isRead) {
    notes.push(`Flux stays with "${text}" as it is written`);
    return [{ pattern: quoteText(text), keys: [] }];
  }
  return words.map((word, at) => pieceOf(word, words[at - 1] ?? null, at, notes));
}

function pieceOf({ mark, text, read }: Word, before: Word | null, at: number, notes: string[]): Piece {
  const lead = quoteText(mark);
  if (read.prerelease.length > 0) return { pattern: "", keys: [] };
  const [build] = read.build;
  const isFlavours = build?.label === "" && before?.read.flavour.length === 1;
  if (build !== undefined && !isFlavours) {
    const [, label = "", digits = ""] = /^(.*?)([0-9]+(?:\.[0-9]+)*)$/.exec(text) ?? [];
    const names = digits.split(".").map((_, number) => `build${at + 1}x${number + 1}`);
    const numbers = names.map((name) => `0*(?P<${name}>[0-9]+)`).join("\\.");
    return { pattern: lead + quoteText(label) + numbers, keys: names.map(reference) };
  }
  const [id] = read.ids;
  if (id === undefined) {
    if (/[0-9]/.test(text)) notes.push(`Flux stays with "${mark}${text}"; magos lets the number of a system rise`);
    return { pattern: lead + quoteText(text), keys: [] };
  }
  if (id.order === null) {
    notes.push("of several builds of one version Flux takes the one that is first by its letters, not the newest");
    return { pattern: `${lead}g?[0-9a-f]{7,40}`, keys: [] };
  }
  const name = `id${at + 1}`;
  return { pattern: `${lead}0*(?P<${name}>[0-9]{8,})`, keys: [reference(name)] };
}

/** Whether words read one by one mean what they mean together; a number right after a flavour may be its own. */
function agree(words: readonly Suffix[], whole: Suffix): boolean {
  const kinds = ["prerelease", "fix", "ids", "flavour"] as const;
  return kinds.every((kind) => words.reduce((sum, word) => sum + word[kind].length, 0) === whole[kind].length);
}
