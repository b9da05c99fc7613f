// What became of a tag since it was seen before: pushed again, set back, or only its metadata changed.
import type { Digest } from "../model/digest.ts";
import { formatPlatform, type Platform, runsOn } from "../model/platform.ts";
import type { Content, ContentChild } from "../ports/registry.ts";
import type { Sighting } from "../ports/store.ts";
import { isReleasedTag } from "./released_tag.ts";

/** How a tag came to the digest that it has now. */
export interface TagMove {
  /** The digest that the file holds for this tag, else the one that the tag was last seen at before. */
  readonly from: Digest;
  /** The tag names one release, and such tags do not move. */
  readonly repushed: boolean;
  /** When the digest was first seen, for one that the tag had left and has come back to (registries.md 9.8). */
  readonly backTo: Sighting | null;
}

/** What a move is read from. */
export interface TagHistory {
  readonly tag: string;
  readonly digest: Digest;
  /** The digest in the file, if it is one of this tag. */
  readonly held: Digest | null;
  /** All digests that the tag was seen at, oldest first. */
  readonly sightings: readonly Sighting[];
  /** Whether the policy chose the tag as a version. */
  readonly isChosen: boolean;
}

/** The move that brought the tag to its digest, or null when it has not moved as far as is known. */
export function readMove({ tag, digest, held, sightings, isChosen }: TagHistory): TagMove | null {
  const others = sightings.filter((sighting) => sighting.digest !== digest);
  const from = held ?? others.at(-1)?.digest ?? null;
  if (from === null || from === digest) return null;
  const here = sightings.find((sighting) => sighting.digest === digest) ?? null;
  const isBack = here !== null && others.some(({ firstSeen }) => firstSeen > here.firstSeen);
  return { from, repushed: isReleasedTag(tag, isChosen), backTo: isBack ? here : null };
}

/**
 * Whether two indexes hold the same images on the platforms of interest (all, when none is named), so that only
 * attestations or metadata differ (registries.md 3.3). False when it is not known.
 */
export function hasSameImages(before: Content, after: Content, wanted: readonly Platform[]): boolean {
  if (before.children.length === 0 || after.children.length === 0) return false;
  // An image without platform, or named beside another, is not among the children.
  if (before.notes.length > 0 || after.notes.length > 0) return false;
  if (wanted.length === 0) return imagesOf(before.children) === imagesOf(after.children);
  return wanted.every((platform) => {
    const offered = after.children.filter((child) => runsOn(child.platform, platform));
    const offeredBefore = before.children.filter((child) => runsOn(child.platform, platform));
    return offered.length > 0 && imagesOf(offered) === imagesOf(offeredBefore);
  });
}

function imagesOf(children: readonly ContentChild[]): string {
  return children.map(({ platform, digest }) => `${formatPlatform(platform)} ${digest}`).sort().join("\n");
}
