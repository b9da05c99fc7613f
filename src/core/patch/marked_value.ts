// The text of a marked value to the image it stands for, and back.
import type { Target } from "../model/decision.ts";
import { type Digest, isDigest } from "../model/digest.ts";
import type { Pin, PolicyKind } from "../model/policy.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { formatReference, type ImageReference, isTag, parseReference, parseRepository } from "../model/reference.ts";

/** What a value holds. */
export interface MarkedValue {
  readonly part: "image" | "tag" | "digest";
  readonly image: ImageReference;
  /** Whether a digest is written in it, be it malformed. */
  readonly hasDigest: boolean;
}

/**
 * Reads a value: a whole image, or only a tag or a digest where the marker's `repo` says of which image. A malformed
 * digest counts as none, since `digest` replaces it (rulings 2).
 */
export function readMarkedValue(value: string, repo: string | null): Result<MarkedValue> {
  if (/^sha(256|512):/.test(value)) return readDigest(value, repo);
  const at = value.indexOf("@");
  const hasDigest = at >= 0;
  const bare = hasDigest ? value.slice(0, at) : value;
  const digest = hasDigest ? digestOrNull(value.slice(at + 1)) : null;
  if (repo !== null && readsAsTag(bare, repo)) {
    return success({ part: "tag", image: { name: repo, tag: bare, digest }, hasDigest });
  }
  const parsed = parseReference(bare);
  if (!parsed.ok) return parsed;
  return success({ part: "image", image: { ...parsed.value, digest }, hasDigest });
}

/** Whether a value without tag would be taken for a tag of the marker's `repo`, digest behind it or not. */
export function readsAsTag(value: string, repo: string): boolean {
  return isTag(value) && repo.split("/").at(-1) !== value;
}

function readDigest(value: string, repo: string | null): Result<MarkedValue> {
  if (repo !== null) {
    return success({ part: "digest", image: { name: repo, tag: null, digest: digestOrNull(value) }, hasDigest: true });
  }
  return failure("marker.not_an_image", `"${value.slice(0, 100)}" is a digest, and nothing says of which image`, {
    cure: 'name the image in the marker: "repo": "ghcr.io/you/app"',
  });
}

/** The name in a marker's `repo`, without the schemes people put before it, tag and digest. */
export function repositoryName(repo: string): Result<string> {
  const name = repo.replace(/^(https?|docker|oci):\/\//, "").replace(/\/+$/, "");
  const parsed = parseReference(name);
  if (parsed.ok) return success(parsed.value.name);
  return failure("marker.invalid", `"repo": "${repo}" is no image repository`, {
    cure: "write it like ghcr.io/you/app",
  });
}

/** Whether two names mean the same repository. */
export function sameRepository(one: string, other: string): boolean {
  const [a, b] = [parseRepository(one), parseRepository(other)];
  return a.ok && b.ok && a.value.host === b.value.host && a.value.path === b.value.path;
}

/** What a value writes: the pin where one is said, else by kind and form (rulings 2 and 3). */
export function writtenParts(
  kind: PolicyKind,
  value: Pick<MarkedValue, "part" | "image" | "hasDigest">,
  markerPin: Pin | null,
  defaultPin: Pin,
): Target["writes"] {
  if (value.part === "digest") return { name: null, tag: false, digest: true };
  if (markerPin !== null) return pinned(markerPin);
  if (value.part === "tag" && kind !== "digest") return { name: null, tag: true, digest: value.hasDigest };
  if (kind === "latest") return pinned("both");
  if (kind === "digest") return { name: null, tag: value.image.tag !== null, digest: true };
  return pinned(defaultPin);
}

/**
 * The new text of a target's value, or null when a part of it is not known. Only Flux markers change the name in it
 * (rulings 4).
 */
export function formatMarkedValue(target: Target, tag: string | null, digest: Digest | null): string | null {
  const { writes, part } = target;
  if ((writes.tag && tag === null) || (writes.digest && digest === null)) return null;
  const written: ImageReference = {
    name: writes.name ?? target.current.name,
    tag: writes.tag ? tag : null,
    digest: writes.digest ? digest : null,
  };
  if (part === "name") return written.name;
  if (part === "image") return formatReference(written);
  if (part === "digest" || written.tag === null) return written.digest ?? "";
  return written.digest === null ? written.tag : `${written.tag}@${written.digest}`;
}

function pinned(pin: Pin): Target["writes"] {
  return { name: null, tag: pin !== "digest", digest: pin !== "tag" };
}

function digestOrNull(text: string): Digest | null {
  return isDigest(text) ? text : null;
}
