// An image without a marker to the marker that fits its tag.
import { failure, type Result, success } from "../model/problem.ts";
import type { ImageReference } from "../model/reference.ts";
import { isId } from "../policy/loose/ids.ts";
import { isUnreleased, type Reading, readTag } from "../policy/loose/read_tag.ts";
import { wordTable } from "../policy/loose/words.ts";

/** What a new marker says. */
export interface ProposedMarker {
  readonly policy: "semver" | "latest" | "digest";
  readonly range: string | null;
  /** Whether it lets the next major version in, because the tag names nothing else. */
  readonly takesMajors: boolean;
}

/**
 * The marker for an image: a version stays within its major, a calendar version goes on for ever, a channel is followed
 * by digest, and so is an image without a tag. Fails with `image.not_marked` for a tag that names one commit.
 */
export function proposeMarker({ tag, digest }: ImageReference): Result<ProposedMarker> {
  if (tag === null) return success(following(digest === null ? "latest" : "digest"));
  const reading = readTag(tag, plainWords());
  if (reading !== null) {
    const range = rangeFor(tag, reading);
    return success({ policy: "semver", range, takesMajors: range === null && isBareNumber(reading) });
  }
  if (!namesOneBuild(tag)) return success(following("latest"));
  return failure("image.not_marked", `the tag "${tag}" names one build, so there is nothing to follow`, {
    cure: "write a version or a channel such as latest, and run init again",
  });
}

/** The comment, beginning with its `#`. `repo` says of which image a bare tag is. */
export function formatMarker({ policy, range }: ProposedMarker, repo: string | null = null): string {
  const keys = [
    `"policy": "${policy}"`,
    ...repo === null ? [] : [`"repo": ${JSON.stringify(repo)}`],
    ...range === null ? [] : [`"range": ${JSON.stringify(range)}`],
  ];
  return `# {"magos": {${keys.join(", ")}}}`;
}

function following(policy: "latest" | "digest"): ProposedMarker {
  return { policy, range: null, takesMajors: false };
}

/** A range that takes the tag itself and what a person means to follow it; null for every version. */
function rangeFor(tag: string, reading: Reading): string | null {
  const [major = "0"] = reading.parts;
  if (isCalendar(tag, reading)) return isUnreleased(reading) ? null : `>=${major}`;
  if (reading.parts.length === 1) return null;
  // A prerelease of 2.0.0 lies below ^2.
  return isUnreleased(reading) ? `<${BigInt(major) + 1n}` : `^${major}`;
}

/** The first part is a year: four digits, or two before a month that no version would write with a zero. */
function isCalendar(tag: string, { kind, parts }: Reading): boolean {
  if (kind === "date") return true;
  return /^(19[9]|20\d)\d$/.test(parts[0] ?? "") || /(?:^|[^\d.])\d{2}\.0[1-9](?:\D|$)/.test(tag);
}

/** `17`, `17-alpine`: nothing says whether a part or a whole version is meant. */
function isBareNumber({ kind, prefix, parts, suffix }: Reading): boolean {
  return kind === "number" && prefix === "" && parts.length === 1 && suffix.build.length === 0;
}

/** `sha-7ca5933`, `main-1a2b3c4`: it never moves. */
function namesOneBuild(tag: string): boolean {
  return tag.split(/[-_]|\.(?=[A-Za-z])/).some(isId);
}

function plainWords(): Parameters<typeof readTag>[1] {
  const table = wordTable({});
  if (!table.ok) throw new TypeError("the built-in words are not understood");
  return table.value;
}
