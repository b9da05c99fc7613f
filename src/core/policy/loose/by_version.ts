// The selector `semver`: the greatest version of the current tag's shape, or of the plainest one where there is none.
import { ambiguityNote, directionNote, type OtherShape, otherShapeNote, unusualPrefixNote } from "./notes.ts";
import { keepPlainest } from "./plainest.ts";
import { rankBestFirst } from "./ranking.ts";
import { readTag } from "./read_tag.ts";
import type { CompiledLoose } from "./rule.ts";
import type { Candidate, LooseReason, Screened } from "./screen.ts";
import type { Findings } from "./selection.ts";
import { differenceOf } from "./shape.ts";
import { askAbout, type Held, isNewer, placeVersion, readHeld, type Version } from "./version.ts";

/** Selects by version (loose versioning 2 to 5). `current` is the tag in the file, if the filter lets it through. */
export function selectByVersion(screened: Screened, rule: CompiledLoose, current: Candidate | null): Findings {
  const dropped = new Map<string, LooseReason>(screened.dropped);
  const held = readHeld(current, rule);
  const inRange: Version[] = [];
  for (const candidate of screened.candidates) {
    const reading = readTag(candidate.text, rule.words);
    const reason = reading === null ? "not-a-version" : askAbout(reading, rule, held);
    if (reason !== null) dropped.set(candidate.tag, reason);
    else if (reading !== null) inRange.push(placeVersion(candidate, reading, rule, held));
  }
  return held === null ? selectPlainest(inRange, rule, dropped) : selectFollower(inRange, rule, held, dropped);
}

/** The greatest of the current shape that is newer, else the current tag. */
function selectFollower(
  inRange: readonly Version[],
  rule: CompiledLoose,
  held: Held,
  dropped: Map<string, LooseReason>,
): Findings {
  const takeable: Version[] = [];
  const below: Version[] = [];
  const others: OtherShape[] = [];
  for (const version of inRange) {
    const difference = differenceOf(version.shape, held.shape);
    if (difference === null) {
      (rule.rule.allowDowngrade || isNewer(version, held, rule) ? takeable : below).push(version);
      continue;
    }
    dropped.set(version.tag, difference);
    if (isNewer(version, held, rule)) others.push({ version, difference });
  }
  const ranked = rankBestFirst(takeable, rule.descending);
  const answer: Version = ranked[0] ?? held;
  const note = otherShapeNote(others, answer, rule);
  return {
    allowed: [...ranked, ...rankBestFirst(below, rule.descending)].map(({ tag }) => tag),
    candidateCount: ranked.length,
    selected: answer.tag,
    dropped,
    notes: note === null ? [] : [note],
  };
}

/** The greatest of the plainest shape; nothing where several are equally plain. */
function selectPlainest(
  inRange: readonly Version[],
  rule: CompiledLoose,
  dropped: Map<string, LooseReason>,
): Findings {
  const plainest = keepPlainest(inRange, rule.filtered, rule.extracts);
  for (const [tag, reason] of plainest.dropped) dropped.set(tag, reason);
  const allowed = rankBestFirst(plainest.kept, rule.descending).map(({ tag }) => tag);
  const notes: string[] = [];
  if (plainest.ambiguous.length > 0) notes.push(ambiguityNote(plainest.ambiguous, rule));
  else if (allowed.length > 0) notes.push(directionNote);
  else if (inRange.length > 0) notes.push(unusualPrefixNote(inRange, rule));
  return { allowed, candidateCount: allowed.length, selected: allowed[0] ?? null, dropped, notes };
}
