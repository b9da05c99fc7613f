// One image change as a commit's trailer or a run's row remembers it: an outside value, believed only when it has the form.
import { isDigest } from "./digest.ts";
import { isTag } from "./reference.ts";
import { parseTime } from "./time.ts";

/** What an image was, or became. */
export interface RecordedVersion {
  readonly tag: string | null;
  readonly digest: string | null;
}

/** `Magos-Change` (contracts.md 3.2), with the names and forms that it has there. */
export interface RecordedChange {
  readonly policy: string;
  /** The name as it is written in the file. */
  readonly image: string;
  readonly file: string;
  readonly from: RecordedVersion;
  readonly to: RecordedVersion;
  /** RFC 3339: when the image was built, by its own word. */
  readonly created: string | null;
  /** Seconds that the digest had been known for when it was taken. */
  readonly age: number | null;
  readonly platforms: readonly string[];
  readonly signer: string | null;
  /** Nothing that this version makes or reads. */
  readonly scan: null;
  readonly source: string | null;
  readonly revision: string | null;
}

/** A change with the place and the texts that only the run itself knows. */
export interface WrittenChange extends RecordedChange {
  readonly line: number;
  readonly column: number;
  readonly setter: string;
  readonly old: string;
  readonly new: string;
}

const longestPath = 4096;
const longestClaim = 1000;
const mostPlatforms = 200;
const longestPlatform = 100;

/** The largest `platforms` that can be read back, each of at most 100 characters. */
export function boundPlatforms(platforms: readonly string[]): readonly string[] {
  return platforms.filter((platform) => isText(platform, longestPlatform)).slice(0, mostPlatforms);
}

/**
 * Reads the JSON of one `Magos-Change`, or gives null for anything of another shape. Keys of later versions are left
 * out. That it has the form says nothing of who wrote it.
 */
export function parseRecordedChange(value: unknown): RecordedChange | null {
  if (!isRecord(value)) return null;
  const { policy, image, file, from, to, created = null, age = null, platforms = [] } = value;
  const { signer = null, source = null, revision = null } = value;
  if (!isText(policy, longestClaim) || !isText(image, longestClaim) || !isText(file, longestPath)) return null;
  if (!isVersion(from) || !isVersion(to)) return null;
  if (created !== null && !(isText(created, 40) && parseTime(created) !== null)) return null;
  if (age !== null && !(typeof age === "number" && Number.isSafeInteger(age))) return null;
  if (!isPlatformList(platforms)) return null;
  if (!isClaim(signer) || !isClaim(source) || !isClaim(revision)) return null;
  return {
    policy,
    image,
    file,
    from: { tag: from.tag, digest: from.digest },
    to: { tag: to.tag, digest: to.digest },
    created,
    age,
    platforms,
    signer,
    scan: null,
    source,
    revision,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value !== "" && value.length <= longest;
}

function isClaim(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && value.length <= longestClaim);
}

function isVersion(value: unknown): value is RecordedVersion {
  if (!isRecord(value)) return false;
  const { tag, digest } = value;
  return (tag === null || (typeof tag === "string" && isTag(tag))) &&
    (digest === null || (typeof digest === "string" && isDigest(digest)));
}

function isPlatformList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= mostPlatforms && value.every((it) => isText(it, longestPlatform));
}
