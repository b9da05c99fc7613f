// What a scripted registry holds: tags in the order in which they were made, and real images behind them.
import { buildImage, type BuiltImage } from "../../../src/cli/demo/build_image.ts";
import type { Digest } from "../../../src/core/model/digest.ts";
import type { Time } from "../../../src/core/model/time.ts";
import { testNow } from "../manual_clock.ts";

/** Tags by the path of their repository, oldest first. */
export type KindImages = Readonly<Record<string, readonly string[]>>;

/** The content of a registry, which a test may change between two questions. */
export interface Shelf {
  /** The tags of a repository, oldest first; null where there is none. */
  tags(path: string): readonly string[] | null;
  /** The image behind a tag; null where there is none. */
  image(path: string, tag: string): BuiltImage | null;
  digestOf(path: string, tag: string): Digest;
  /** When the tag was last set. */
  pushedAt(path: string, tag: string): Time;
  /** Adds a tag at the end, or moves it in place to a new build. */
  push(path: string, tag: string, at?: Time): Digest;
  remove(path: string, tag: string): void;
  /** Every image that a tag of the repository points to. */
  images(path: string): readonly BuiltImage[];
}

interface Kept {
  build: number;
  pushedAt: Time;
  image: BuiltImage | null;
}

const hour = 3_600_000;

/** Fills a shelf: one tag an hour, the last of each repository a day before the tests' clock. Images are built lazily. */
export function makeShelf(images: KindImages): Shelf {
  const repositories = new Map<string, Map<string, Kept>>();
  for (const [path, tags] of Object.entries(images)) {
    const first = testNow - 24 * hour - (tags.length - 1) * hour;
    const kept = tags.map((tag, index): [string, Kept] => [tag, makeKept(0, first + index * hour)]);
    repositories.set(path, new Map(kept));
  }
  const find = (path: string, tag: string): Kept => {
    const kept = repositories.get(path)?.get(tag);
    if (kept === undefined) throw new Error(`the shelf holds no ${path}:${tag}`);
    return kept;
  };
  const imageOf = (path: string, tag: string): BuiltImage => {
    const kept = find(path, tag);
    kept.image ??= buildImage(path, {
      tags: [tag],
      platforms: ["linux/amd64", "linux/arm64"],
      created: "2026-01-01T00:00:00Z",
      note: `build ${kept.build}`,
    });
    return kept.image;
  };
  return {
    tags: (path) => repositories.has(path) ? [...repositories.get(path)?.keys() ?? []] : null,
    image: (path, tag) => repositories.get(path)?.has(tag) === true ? imageOf(path, tag) : null,
    digestOf: (path, tag) => imageOf(path, tag).root.digest,
    pushedAt: (path, tag) => find(path, tag).pushedAt,
    push(path, tag, at = testNow) {
      const tags = repositories.get(path) ?? new Map<string, Kept>();
      repositories.set(path, tags);
      tags.set(tag, makeKept((tags.get(tag)?.build ?? -1) + 1, at));
      return imageOf(path, tag).root.digest;
    },
    remove: (path, tag) => void repositories.get(path)?.delete(tag),
    images: (path) => [...repositories.get(path)?.keys() ?? []].map((tag) => imageOf(path, tag)),
  };
}

function makeKept(build: number, pushedAt: Time): Kept {
  return { build, pushedAt, image: null };
}
