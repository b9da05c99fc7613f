// Said aloud where Flux is silent: what it does not see, and what it decides by chance or by text.
import type { Entry, Filtered } from "./filter.ts";
import { hiddenVersionsNote } from "./hidden_versions.ts";
import { looseSwitch, type Situation } from "./situation.ts";
import { digitsAsTextNote } from "./text_order.ts";
import { lostSuffixNote, noVersionNote } from "./unread_notes.ts";

/** Sentences for the user; none where Flux does what people expect. */
export function advise(situation: Situation): readonly string[] {
  const notes = [
    directionNote(situation),
    hiddenVersionsNote(situation) ?? noVersionNote(situation),
    lostSuffixNote(situation),
    onlyPrereleasesNote(situation),
    digitsAsTextNote(situation),
    strayTextNote(situation),
    emptyTextNote(situation),
    shadowedNote(situation),
    chanceNote(situation),
  ];
  return notes.filter((note) => note !== null);
}

function directionNote({ ranking, held, isOrdered }: Situation): string | null {
  if (held === null || isOrdered || ranking.ranked.length === 0) return null;
  return `the policy gives ${held} in the file no place in its order, so a step down cannot be told from a step up`;
}

/** Every version in the range has a suffix: to Flux a prerelease, to people often a flavour. */
function onlyPrereleasesNote({ ranking }: Situation): string | null {
  const count = ranking.ranked.length > 0 ? 0 : countOf(ranking.dropped.values(), "prerelease");
  if (count === 0) return null;
  return `${tags(count)} would be in the range, but every suffix, -alpine and -1 too, is a prerelease to Flux; ` +
    `a bound with -0 (">=1.0.0-0") takes them, ${looseSwitch} tells flavours and builds from prereleases`;
}

function strayTextNote({ ranking, filtered }: Situation): string | null {
  if (ranking.failure?.code !== "policy.not_a_number") return null;
  const numbers = filtered.entries.length - ranking.dropped.size;
  const rest = numbers === 1 ? "the 1 number is" : `the ${numbers} numbers are`;
  return `under Flux one text that is no number fails a numerical policy; under ${looseSwitch} ${rest} ranked without it`;
}

/** A misspelt group name expands to nothing, for every tag alike. */
function emptyTextNote({ filtered, rule }: Situation): string | null {
  if (!rule.extracts || !filtered.entries.some(({ key }) => key === "")) return null;
  const count = 1 + shadowedBy("", filtered).length;
  return `extract "${rule.rule.extract}" gives an empty text for ${
    tags(count)
  }: a $name runs over all letters, digits ` +
    "and _ that follow, and one that names no group of the pattern is empty; write ${name}";
}

function shadowedNote({ filtered, ranking }: Situation): string | null {
  const answer: Entry | undefined = ranking.ranked[0];
  const shadowed = answer === undefined ? [] : shadowedBy(answer.key, filtered);
  if (answer === undefined || shadowed.length === 0) return null;
  return `${shadowed.length + 1} tags extract to "${answer.key}": Flux takes the least by bytes, ${answer.tag}, and ` +
    `does not see ${listed(shadowed)}; extract all of the tag that counts, or use ${looseSwitch}`;
}

function chanceNote({ ranking, rule }: Situation): string | null {
  const answer = ranking.ranked[0];
  if (!rule.filtered || answer === undefined || ranking.tied.length === 0) return null;
  const tied = new Set(ranking.tied);
  const others = ranking.ranked.filter(({ key }) => tied.has(key)).map(({ tag }) => tag);
  return `${answer.tag} is equal to ${
    listed(others)
  } in this order; with filterTags Flux takes one of them by chance, ` +
    "magos always this one";
}

function shadowedBy(key: string, { dropped }: Filtered): readonly string[] {
  return Array.from(dropped).filter(([, of]) => of.reason === "shadowed" && of.key === key).map(([tag]) => tag);
}

function countOf(reasons: Iterable<string>, wanted: string): number {
  let count = 0;
  for (const reason of reasons) if (reason === wanted) count++;
  return count;
}

function tags(count: number): string {
  return count === 1 ? "1 tag" : `${count} tags`;
}

/** The first few by name; a repository may hold thousands. */
function listed(names: readonly string[]): string {
  const named = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${named} and ${names.length - 3} more` : named;
}
