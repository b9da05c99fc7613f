// The evidence that each commit of magos carries, written and read back (contracts.md 3.2).
import type { Change } from "../model/plan.ts";
import { formatPlatform } from "../model/platform.ts";
import { boundPlatforms, parseRecordedChange, type RecordedChange } from "../model/recorded_change.ts";
import { formatTimeOrNull, parseTime } from "../model/time.ts";
import { plainJson, plainLine } from "./plain_line.ts";

/** What the trailers of one commit say. Whoever may push can write them: only a signature tells who did. */
export interface CommitTrailers {
  readonly plan: string;
  /** `<run>@<host>`. */
  readonly run: string | null;
  /** The commit that was taken back. */
  readonly revert: string | null;
  readonly reason: string | null;
  readonly changes: readonly RecordedChange[];
  /** How many `Magos-Change` lines could not be read. */
  readonly dropped: number;
}

/** A pass, as its commits name it. */
export interface RunName {
  readonly id: string;
  readonly host: string;
}

// UTF-16 units. What magos writes stays far below both.
const longestMessage = 4 * 1024 * 1024;
const mostChanges = 2000;
const longestLine = 500;

/** The last paragraph of the message. Values from registries are JSON-encoded, so none can forge a line. */
export function formatTrailers(
  planId: string,
  run: RunName,
  changes: readonly { readonly file: string; readonly change: Change }[],
): string {
  const lines = changes.map(({ file, change }) => `Magos-Change: ${plainJson(recordOf(file, change))}`);
  return [...formatNames(planId, run), ...lines].join("\n");
}

/** The same for a commit that takes another one back: which, why in one line, and what it sets. */
export function formatRevertTrailers(
  planId: string,
  run: RunName,
  revert: { readonly commit: string; readonly reason: string },
  changes: readonly RecordedChange[],
): string {
  return [
    ...formatNames(planId, run),
    `Magos-Revert: ${revert.commit}`,
    `Magos-Reason: ${plainLine(revert.reason, longestLine)}`,
    ...changes.map((change) => `Magos-Change: ${plainJson(change)}`),
  ].join("\n");
}

function formatNames(planId: string, run: RunName): readonly string[] {
  return [`Magos-Plan: ${planId}`, `Magos-Run: ${plainLine(`${run.id}@${run.host}`, longestLine)}`];
}

/**
 * Reads the last paragraph of a message, or gives null when it does not say that the commit is magos's own. Of a key
 * that stands there twice the first value counts, except `Magos-Change`, of which there may be 2,000.
 */
export function parseTrailers(message: string): CommitTrailers | null {
  if (message.length > longestMessage) return null;
  const lines = lastParagraph(message);
  const first = (key: string): string | null =>
    lines.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2) ?? null;
  const plan = first("Magos-Plan");
  if (plan === null || !/^[a-f0-9]{64}$/.test(plan)) return null;
  const given = lines.filter((line) => line.startsWith("Magos-Change: ")).map((line) =>
    line.slice("Magos-Change: ".length)
  );
  const changes = given.slice(0, mostChanges).flatMap((text) => readChange(text) ?? []);
  const revert = first("Magos-Revert");
  return {
    plan,
    run: cleanLine(first("Magos-Run")),
    revert: revert !== null && /^(?:[a-f0-9]{40}|[a-f0-9]{64})$/.test(revert) ? revert : null,
    reason: cleanLine(first("Magos-Reason")),
    changes,
    dropped: given.length - changes.length,
  };
}

/** As git finds it: parted by lines of white space alone, and never the first one, which is the subject. */
function lastParagraph(message: string): readonly string[] {
  const lines = message.split("\n");
  const isBlank = (at: number): boolean => /^[ \t\v\f\r]*$/.test(lines[at] ?? "");
  let end = lines.length;
  while (end > 0 && isBlank(end - 1)) end--;
  let start = end;
  while (start > 0 && !isBlank(start - 1)) start--;
  const isFirst = lines.slice(0, start).every((_, at) => isBlank(at));
  return isFirst ? [] : lines.slice(start, end);
}

function cleanLine(text: string | null): string | null {
  return text === null ? null : plainLine(text, longestLine) || null;
}

function readChange(text: string): RecordedChange | null {
  try {
    return parseRecordedChange(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What is kept of a change: the trailer's own words. */
export function recordOf(file: string, { decision }: Change): RecordedChange {
  const { target, selected, evidence } = decision;
  return {
    policy: target.policy.name,
    image: target.current.name,
    file,
    from: { tag: target.current.tag, digest: target.current.digest },
    to: { tag: selected?.tag ?? null, digest: selected?.digest ?? null },
    created: readableTime(formatTimeOrNull(evidence?.created ?? null)),
    age: evidence?.ageSeconds ?? null,
    platforms: boundPlatforms((evidence?.platforms ?? []).map((it) => cleanClaim(formatPlatform(it)) ?? "")),
    signer: null,
    scan: null,
    source: secureLink(evidence?.source ?? null),
    revision: cleanClaim(evidence?.revision ?? null),
  };
}

// Adapters clean what builders claim as well; a commit outlives them, so it does not rely on that (contracts.md 5.2).
function cleanClaim(text: string | null): string | null {
  return text === null ? null : text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "").slice(0, 200).toWellFormed();
}

// A builder's date may lie beyond the year 9999, and one claim that cannot be read would hide the whole change.
function readableTime(text: string | null): string | null {
  return text !== null && parseTime(text) !== null ? text : null;
}

function secureLink(text: string | null): string | null {
  const clean = cleanClaim(text);
  return clean?.startsWith("https://") ? clean : null;
}
