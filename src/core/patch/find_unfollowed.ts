// The images of a repository to those that nothing follows and those that are to be left alone (rulings 13).
import type { Exclusion } from "../documents/config.ts";
import type { Unfollowed } from "../model/unfollowed.ts";
import { findExclusion, findFileExclusion } from "./exclude.ts";
import type { FoundTarget } from "./find_context.ts";
import type { ListedImage } from "./list_images.ts";

/** Sorts images by what is known of them; `followed` are the values that a pass decides. */
export function findUnfollowed(
  images: readonly ListedImage[],
  followed: readonly FoundTarget[],
  exclusions: readonly Exclusion[],
): Unfollowed {
  const lines = new Set(followed.flatMap(({ target }) => [lineKey(target), lineKey(target.value)]));
  const isFollowed = (image: ListedImage): boolean =>
    image.isMarked || [image, ...image.variables].some((place) => lines.has(lineKey(place)));
  const sorted = images.map((image) => {
    const { file, line, column, written } = image;
    const exclusion = findExclusion(image.resolved, exclusions) ?? findFileExclusion(file, exclusions);
    return { image: { file, line, column, image: written }, exclusion, isFollowed: isFollowed(image) };
  });
  return {
    unmanaged: sorted.flatMap(({ image, exclusion, isFollowed }) => exclusion === null && !isFollowed ? [image] : []),
    excluded: sorted.flatMap(({ image, exclusion }) =>
      exclusion === null ? [] : [{ ...image, rule: exclusion.image, reason: exclusion.reason }]
    ),
  };
}

function lineKey({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}\n${line}`;
}
