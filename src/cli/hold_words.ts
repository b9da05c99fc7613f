// What a user types after `hold` and `unhold` to the hold that is meant.
import { isDigest } from "../core/model/digest.ts";
import { parseDuration } from "../core/model/duration.ts";
import type { Hold } from "../core/model/hold.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import { isTag, parseReference } from "../core/model/reference.ts";
import { parseTime, type Time } from "../core/model/time.ts";

/** As commander read them. */
export type HoldFlags = {
  readonly tag?: string;
  readonly digest?: string;
  readonly above?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly wait: string;
};

/** The image, with the tag and digest that follow it or stand in flags. Fails with `usage.invalid`. */
export function readNamed(
  image: string,
  flags: Pick<HoldFlags, "tag" | "digest">,
): Result<Pick<Hold, "image" | "tag" | "digest">> {
  const parsed = parseReference(image);
  if (!parsed.ok) return wrong(parsed.failure.message, "name it like ghcr.io/you/app or ghcr.io/you/app:1.5");
  const { name } = parsed.value;
  const tag = flags.tag ?? parsed.value.tag;
  const digest = flags.digest ?? parsed.value.digest;
  if (tag !== null && !isTag(tag)) return wrong(`--tag: "${tag.slice(0, 130)}" is not a tag`, "write the tag alone");
  if (digest !== null && !isDigest(digest)) {
    return wrong("--digest: that is not a whole digest", "write sha256: and 64 hex digits");
  }
  if ((parsed.value.tag ?? tag) !== tag || (parsed.value.digest ?? digest) !== digest) {
    return wrong("the image and the flags name two things", "write the tag or digest once");
  }
  return success({ image: name, tag, digest });
}

/** The hold to write. Fails with `usage.invalid`. */
export function readHold(image: string, flags: HoldFlags, now: Time, by: string): Result<Hold> {
  const named = readNamed(image, flags);
  if (!named.ok) return named;
  const { above = null, reason = "" } = flags;
  if (above !== null && !isTag(above)) return wrong(`--above: "${above.slice(0, 130)}" is not a tag`, "write a tag");
  const until = flags.until === undefined ? success(null) : readUntil(flags.until, now);
  if (!until.ok) return until;
  return success({ ...named.value, above, kind: "manual", reason, by, since: now, until: until.value });
}

function readUntil(text: string, now: Time): Result<Time> {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseTime(`${text}T00:00:00Z`) : parseTime(text);
  const duration = parseDuration(text);
  const until = day ?? (duration.ok ? now + duration.value * 1000 : null);
  if (until === null) {
    return wrong(`--until: "${text.slice(0, 100)}" is neither a time nor a duration`, "write 2026-02-01 or 3d");
  }
  return until > now ? success(until) : wrong(`--until: ${text} is over already`, "name a time to come");
}

function wrong(message: string, cure: string): Result<never> {
  return failure("usage.invalid", message, { cure });
}
