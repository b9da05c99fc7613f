// Container registries by the OCI distribution specification, read only.
import type { Digest } from "../model/digest.ts";
import type { Platform } from "../model/platform.ts";
import type { Result } from "../model/problem.ts";
import type { Repository } from "../model/reference.ts";
import type { Time } from "../model/time.ts";

/** What a host's own API says about a tag beside its name (registries.md 2.5). A hint: what is new is asked for again. */
export interface TagFact {
  readonly digest: Digest;
  /** When the server says that the tag was set to this digest. */
  readonly pushedAt: Time | null;
}

/** What an earlier call gave, so that the next one may ask only for what is new. */
export interface KnownTags {
  readonly tags: readonly string[];
  /** When every name was last read. */
  readonly listedFullAt: Time;
  /** `TagList.cursor` of that call. */
  readonly cursor: string | null;
}

/** A complete list: what is incomplete is a failure, so that nothing is concluded from a part. */
export interface TagList {
  /** In the registry's order, without repetitions. */
  readonly tags: readonly string[];
  /** Names that cannot be tags and were left out (registries.md 9.6). */
  readonly dropped: number;
  /** True when every name was read in this call; false when new names were joined to the known ones, so that a tag that
   * is gone would not have been noticed. */
  readonly full: boolean;
  /** Where the next call may go on, in the adapter's own words; null where only a whole list is safe. */
  readonly cursor: string | null;
  /** Facts that came with the names, for some of the tags. */
  readonly facts: ReadonlyMap<string, TagFact>;
}

/** One image of an index. */
export interface ContentChild {
  readonly platform: Platform;
  readonly digest: Digest;
}

/** What stands behind a digest. Immutable, so it may be kept for ever. */
export interface Content {
  readonly digest: Digest;
  readonly kind: "index" | "manifest";
  readonly platforms: readonly Platform[];
  /**
   * The image of each platform of an index (of Windows one for each release): tells "rebuilt" from "only metadata
   * changed"; empty for a manifest.
   */
  readonly children: readonly ContentChild[];
  /** What is odd about it and worth telling: a platform named twice, or not declared. */
  readonly notes: readonly string[];
  /** True when something was not asked for that the registry could tell, so that it must not be kept for ever. */
  readonly partial: boolean;
  /** As the builder says: for show only, it never shortens a wait (registries.md 3.6). */
  readonly created: Time | null;
  readonly source: string | null;
  readonly revision: string | null;
  readonly version: string | null;
}

/** Where a tag points. `content` is there when the answer held it anyway. */
export interface ResolvedTag {
  readonly digest: Digest;
  readonly content: Content | null;
  /** When the server says that the tag was set to this digest, where it does (registries.md 3.6). */
  readonly pushedAt: Time | null;
}

/** What a pass cost at one host. */
export interface RequestCount {
  readonly host: string;
  readonly requests: number;
  readonly cached: number;
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAt: Time | null;
}

/** Failures carry `registry.*` codes, the host, and `retryAt` where the registry said when. */
export interface Registry {
  /** All tags. With `known` the adapter may ask only for what is new, where the host bears it (registries.md 2.6). */
  listTags(repository: Repository, known?: KnownTags | null, signal?: AbortSignal): Promise<Result<TagList>>;
  /**
   * Where the tag points now. With a known digest one HEAD, and no body when it is the same; without one a GET, since
   * the body is wanted on first sight anyway (registries.md 0.1 rule 2).
   */
  resolve(
    repository: Repository,
    tag: string,
    known: Digest | null,
    signal?: AbortSignal,
  ): Promise<Result<ResolvedTag>>;
  /** Fetches by digest, checks the hash, and reads platforms and origin; for a single manifest from its config. */
  inspect(repository: Repository, digest: Digest, signal?: AbortSignal): Promise<Result<Content>>;
  /** Lets the next question for the repository be asked, though it was refused lately (registries.md 5.3). */
  forget(repository: Repository): void;
  /** Requests since the registry object was made, hosts in order of name. */
  requests(): readonly RequestCount[];
}
