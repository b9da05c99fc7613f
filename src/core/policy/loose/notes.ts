// What the user should know beside the answer: what else is there, and how to get it (loose versioning 4 and 5).
import { rankBestFirst } from "./ranking.ts";
import type { CompiledLoose } from "./rule.ts";
import { looseReasons } from "./screen.ts";
import { operatingSystems } from "./words.ts";
import type { ShapeDifference } from "./shape.ts";
import type { Version } from "./version.ts";

/** A version that the shape keeps out, with the first thing that differs. */
export interface OtherShape {
  readonly version: Version;
  readonly difference: ShapeDifference;
}

/** Said whenever no current tag sets a direction. */
export const directionNote = "no version in the file sets a shape, so upgrade and downgrade cannot be told apart";

// Enough to act on; a repository may hold hundreds of shapes.
const longestList = 5;

/** Names the greatest of the tags that are above the answer and only their shape keeps out; null when there are none. */
export function otherShapeNote(greater: readonly OtherShape[], answer: Version, rule: CompiledLoose): string | null {
  const differences = new Map(greater.map(({ version, difference }) => [version.tag, difference]));
  const ranked = rankBestFirst(greater.map(({ version }) => version), rule.descending);
  const equals = ranked.filter((version) => version.sort === ranked[0]?.sort).slice(0, longestList);
  if (equals.length === 0) return null;
  const told = equals.map(({ tag }) => {
    const difference = differences.get(tag) ?? "shape.prefix";
    return `${tag} (${difference}: ${looseReasons[difference]})`;
  });
  const verb = equals.length === 1 ? "is" : "are";
  return `${told.join(", ")} ${verb} above ${answer.tag} but of another shape; to follow it, write that form once`;
}

/** Names the shapes among which nothing decides, with a filter for each. */
export function ambiguityNote(groups: readonly (readonly Version[])[], rule: CompiledLoose): string {
  const told = groups.slice(0, longestList).map((group) => {
    const [best] = rankBestFirst(group, rule.descending);
    return best === undefined ? "" : `${best.tag} (filter ${filterFor(best)})`;
  });
  const rest = groups.length > longestList ? ` and ${groups.length - longestList} more` : "";
  return `shape.ambiguous: tags of ${groups.length} shapes are equally plain: ${told.join(", ")}${rest}; ` +
    "set a filter, or write a tag of the wanted form once";
}

/** Names the best of the tags that no usual prefix starts. */
export function unusualPrefixNote(versions: readonly Version[], rule: CompiledLoose): string {
  const [best] = rankBestFirst(versions, rule.descending);
  return `all versions have an unusual prefix, the best is ${best?.tag}; set a filter, or write a tag of that form once`;
}

/** A pattern that lets through the tags of the same shape: numbers are free, but for those of a plain flavour. */
export function filterFor(version: Version): string {
  const { prefix, flavours } = version.shape;
  const rest = version.tag.slice(prefix.length).replace(/^[vV]/, "");
  const [, core = "", suffix = ""] = /^([0-9.]*[0-9])?(.*)$/.exec(rest) ?? [];
  const kept = flavours.filter(({ name, numbers }) => numbers.length > 0 && !operatingSystems.has(name));
  const words = suffix.split(/([-_])/).map((word) =>
    wordPattern(word, kept.some(({ name }) => startsWith(word, name)))
  );
  return `^${escape(prefix)}v?${core === "" ? "" : "[0-9.]+"}${words.join("")}$`;
}

function wordPattern(word: string, isKept: boolean): string {
  if (isKept) return escape(word);
  if (/^g?[0-9a-f]{7,40}$/i.test(word)) return "g?[0-9a-f]+";
  return word.split(/(\d[\d.]*)/).map((piece) => (/^\d/.test(piece) ? "[0-9.]+" : escape(piece))).join("");
}

function startsWith(word: string, name: string): boolean {
  return word.toLowerCase().replace(/^\./, "").startsWith(name);
}

function escape(text: string): string {
  return text.replace(/[.+]/g, "\\$&");
}
