// The selector `semver`: the greatest version of the current tag's shape, or of the plainest one where there is none.
import { ambiguityNote, directionNote, type OtherShape, otherShapeNote, unusualPrefixNote } from "./notes.ts";
import { keepPlainest } from "./plainest.ts";
import { rankBestFirst } from "./ranking.ts";
import { type Reading, readTag } from "./read_tag.ts";
import type { CompiledLoose } from "./rule.ts";
import type { Candidate, LooseReason, Screened } from "./screen.ts";
import type { Findings } from "./selection.ts";
import { differenceOf } from "./shape.ts";
import { askAbout, type Held, isNewer, placeVersion, readHeld, type Version } from "./version.ts";

/** Selects by version (loose versioning 2 to 5). `current` is the tag in the file, if the filter lets it through. */
export function selectByVersion(screened: Screened, rule: CompiledLoose, current: Candidate | null): Findings {
  const held = readHeld(current, rule);
  return held === null ? selectPlainest(screened, rule) : selectFollower(screened, rule, held);
}

/** The greatest of the current shape that is newer, else the current tag. */
function selectFollower(screened: Screened, rule: CompiledLoose, held: Held): Findings {
  const dropped = new Map<string, LooseReason>(screened.dropped);
  const takeable: Version[] = [];
  const below: Version[] = [];
  let others: OtherShape[] = [];
  for (let at = 0; at < screened.tags.length; at++) {
    const reading = readTaken(screened, at, rule, held, dropped);
    if (reading === null) continue;
    const version = placeVersion(screened.tags[at] ?? "", reading, rule, held);
    const difference = differenceOf(version.shape, held.shape);
    if (difference === null) {
      (rule.rule.allowDowngrade || isNewer(version, held, rule) ? takeable : below).push(version);
      continue;
    }
    dropped.set(version.tag, difference);
    // Only the greatest are ever told, and there may be as many others as tags.
    const best = others[0]?.version.key ?? version.key;
    if (version.key !== best && version.key > best !== rule.descending) others = [];
    else if (version.key !== best) continue;
    others.push({ version, difference });
  }
  const ranked = rankBestFirst(takeable, rule.descending);
  const answer: Version = ranked[0] ?? held;
  const greater = others.filter(({ version }) => isNewer(version, held, rule) && isNewer(version, answer, rule));
  const note = otherShapeNote(greater, answer, rule);
  return {
    candidates: ranked.map(({ tag }) => tag),
    below: () => rankBestFirst(below, rule.descending).map(({ tag }) => tag),
    selected: answer.tag,
    dropped,
    notes: note === null ? [] : [note],
  };
}

/** The greatest of the plainest shape; nothing where several are equally plain. */
function selectPlainest(screened: Screened, rule: CompiledLoose): Findings {
  const dropped = new Map<string, LooseReason>(screened.dropped);
  const inRange: Version[] = [];
  for (let at = 0; at < screened.tags.length; at++) {
    const reading = readTaken(screened, at, rule, null, dropped);
    if (reading !== null) inRange.push(placeVersion(screened.tags[at] ?? "", reading, rule, null));
  }
  const plainest = keepPlainest(inRange, rule.filtered, rule.extracts);
  for (const [tag, reason] of plainest.dropped) dropped.set(tag, reason);
  const candidates = rankBestFirst(plainest.kept, rule.descending).map(({ tag }) => tag);
  const notes: string[] = [];
  if (plainest.ambiguous.length > 0) notes.push(ambiguityNote(plainest.ambiguous, rule));
  else if (candidates.length > 0) notes.push(directionNote);
  else if (inRange.length > 0) notes.push(unusualPrefixNote(inRange, rule));
  return { candidates, below: () => [], selected: candidates[0] ?? null, dropped, notes };
}

/** The reading of one tag, or null where it is no version or not in range; then it is dropped with the reason. */
function readTaken(
  screened: Screened,
  at: number,
  rule: CompiledLoose,
  held: Held | null,
  dropped: Map<string, LooseReason>,
): Reading | null {
  const reading = readTag(screened.texts[at] ?? "", rule.words);
  const reason = reading === null ? "not-a-version" : askAbout(reading, rule, held);
  if (reason === null) return reading;
  dropped.set(screened.tags[at] ?? "", reason);
  return null;
}
