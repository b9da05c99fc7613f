// Container registries by the OCI distribution specification, read only.
import type { Digest } from "../model/digest.ts";
import type { Platform } from "../model/platform.ts";
import type { Result } from "../model/problem.ts";
import type { Repository } from "../model/reference.ts";
import type { Time } from "../model/time.ts";

/** A complete list: what is incomplete is a failure, so that nothing is concluded from a part. */
export interface TagList {
  /** In the registry's order, without repetitions. */
  readonly tags: readonly string[];
  /** Names that cannot be tags and were left out (registries.md 9.6). */
  readonly dropped: number;
}

/** What stands behind a digest. Immutable, so it may be kept for ever. */
export interface Content {
  readonly digest: Digest;
  readonly kind: "index" | "manifest";
  readonly platforms: readonly Platform[];
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
  listTags(repository: Repository, signal?: AbortSignal): Promise<Result<TagList>>;
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
  /** Requests since the registry object was made, hosts in order of name. */
  requests(): readonly RequestCount[];
}
