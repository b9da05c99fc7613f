// The row of a stack from phase to phase (contracts.md 3.1 and 4.3): what a kill leaves is what the next pass starts from.
import { owedBackup } from "../model/backup.ts";
import type { Digest } from "../model/digest.ts";
import type { StackContent, StackImage, StackRow, StackVersion } from "../model/stack.ts";
import type { Time } from "../model/time.ts";
import type { Container } from "../ports/engine.ts";
import { plainLine } from "./plain_line.ts";

const minute = 60_000;
const longestWait = 60 * minute;
const longestReason = 300;

/** A stack that nothing is known of, and nothing is under way. */
export function freshRow(content: StackContent, wanted: StackVersion, now: Time): StackRow {
  return {
    name: content.stack.name,
    project: content.project,
    phase: "settled",
    wanted,
    applied: null,
    lastGood: null,
    bad: null,
    reason: null,
    interruptions: 0,
    images: new Map(),
    backup: null,
    failures: 0,
    retryAt: null,
    since: now,
    said: null,
    health: null,
    isMixed: false,
    engineSecrets: [],
  };
}

/** Whether a row only keeps what was said of a stack: nothing of it was ever begun here. */
export function isBlank({ phase, applied, lastGood, bad, failures }: StackRow): boolean {
  return phase === "settled" && applied === null && lastGood === null && bad === null && failures === 0;
}

/** Rows as a new pass finds them: what is under way in them was interrupted once more. */
export function countInterruption(row: StackRow): StackRow {
  const isUnderWay = row.phase === "deploying" || row.phase === "probing";
  return isUnderWay ? { ...row, interruptions: row.interruptions + 1 } : row;
}

/** Row 4: the intent. A hash that was not under way begins without interruptions. */
export function deployingRow(row: StackRow, content: StackContent, wanted: StackVersion, now: Time): StackRow {
  const isSame = row.wanted.hash === wanted.hash && (row.phase === "deploying" || row.phase === "probing");
  const { project } = content;
  const backup = owedBackup(row.backup);
  const interruptions = isSame ? row.interruptions : 0;
  return {
    ...row,
    project,
    phase: "deploying",
    wanted,
    interruptions,
    reason: null,
    backup,
    retryAt: null,
    since: now,
    said: null,
  };
}

/** Row 10: it runs and is healthy. */
export function settledRow(
  row: StackRow,
  content: StackContent,
  version: StackVersion,
  containers: readonly Container[],
  now: Time,
): StackRow {
  return {
    ...row,
    project: content.project,
    phase: "settled",
    wanted: version,
    applied: version,
    lastGood: version,
    bad: null,
    reason: null,
    interruptions: 0,
    images: imagesOf(content, containers),
    backup: null,
    failures: 0,
    retryAt: null,
    since: now,
    said: null,
    isMixed: false,
  };
}

/** Nothing was touched, or nothing better is known: it stays in the phase that it was in, and is tried again later. */
export function retryRow(row: StackRow, wanted: StackVersion, reason: string, now: Time): StackRow {
  const failures = row.failures + 1;
  const wait = Math.min(longestWait, minute * 2 ** Math.min(failures - 1, 10));
  return { ...row, wanted, reason: reasonOf(reason), interruptions: 0, failures, retryAt: now + wait, said: null };
}

/** Row 11: it was not healthy. */
export function rollingBackRow(row: StackRow, reason: string, now: Time): StackRow {
  // One that was interrupted may have given the volumes back already.
  const owed = row.phase === "rolling-back" ? null : owedBackup(row.backup);
  const backup = row.phase === "rolling-back" ? row.backup : owed === null ? null : { ...owed, isDue: true };
  return { ...row, phase: "rolling-back", bad: row.wanted, reason: reasonOf(reason), backup, since: now };
}

/** Row 12: last good runs again, or, where there is none, nothing. */
export function rolledBackRow(row: StackRow, now: Time): StackRow {
  const nothing = { interruptions: 0, backup: null, retryAt: null, said: null, isMixed: false };
  return { ...row, ...nothing, phase: "rolled-back", applied: row.lastGood, since: now };
}

/** One line for tables and commits. */
export function reasonOf(text: string): string {
  return plainLine(text, longestReason);
}

/** What its services run, by the files and by what the engine knows of the images. */
export function imagesOf(
  content: StackContent,
  containers: readonly Container[],
): ReadonlyMap<string, StackImage> {
  return new Map(content.services.map((service) => {
    const own = containers.filter((it) => it.project === content.project && it.service === service.name);
    const written: readonly Digest[] = service.image?.digest ? [service.image.digest] : [];
    const digests = [...new Set([...written, ...own.flatMap((it) => it.digests)])];
    return [service.name, { written: service.image, digests }] as const;
  }));
}
