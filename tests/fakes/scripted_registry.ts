// A registry that says what a test has written down, and counts what it is asked. No HTTP: for whole passes of many days.
import type { Digest } from "../../src/core/model/digest.ts";
import { type Failure, failure, success } from "../../src/core/model/problem.ts";
import { formatRepository } from "../../src/core/model/reference.ts";
import type { Time } from "../../src/core/model/time.ts";
import type { Content, KnownTags, Registry, TagFact } from "../../src/core/ports/registry.ts";

/** What the registry has, for the test to change between passes. */
export interface ScriptedRegistry extends Registry {
  readonly tags: Map<string, Digest>;
  /** Server times that come with resolving a tag. */
  readonly pushedAt: Map<string, Time>;
  readonly facts: Map<string, TagFact>;
  /** Tags that are listed but answer 404. */
  readonly broken: Set<string>;
  readonly contents: Map<Digest, Content>;
  /** `list`, `resolve TAG`, `inspect DIGEST` of all that was asked, in order. */
  readonly asked: string[];
  /** What the adapter was told to know already, newest last. */
  readonly known: (KnownTags | null)[];
  /** How the list is answered; null is honest. */
  listing: { full?: boolean; cursor?: string | null; fails?: Failure } | null;
}

/** A digest of one letter. */
export function letterDigest(letter: string): Digest {
  return `sha256:${letter.repeat(64)}`;
}

/** The content of a digest without anything special about it. */
export function plainContent(digest: Digest, more: Partial<Content> = {}): Content {
  return {
    digest,
    kind: "index",
    platforms: [{ os: "linux", architecture: "amd64", variant: null }],
    children: [],
    created: null,
    source: null,
    revision: null,
    version: null,
    notes: [],
    partial: false,
    ...more,
  };
}

/** Makes one with these tags, each with a digest of one letter. */
export function scriptedRegistry(letters: Readonly<Record<string, string>>): ScriptedRegistry {
  const tags = new Map(Object.entries(letters).map(([tag, letter]) => [tag, letterDigest(letter)]));
  const asked: string[] = [];
  const registry: ScriptedRegistry = {
    tags,
    pushedAt: new Map(),
    facts: new Map(),
    broken: new Set(),
    contents: new Map(),
    asked,
    known: [],
    listing: null,
    listTags(repository, known = null) {
      asked.push("list");
      registry.known.push(known);
      const { full = true, cursor = null, fails } = registry.listing ?? {};
      if (fails !== undefined) return Promise.resolve({ ok: false, failure: fails });
      const names = full ? [...tags.keys()] : [...new Set([...known?.tags ?? [], ...tags.keys()])];
      if (names.length === 0) return Promise.resolve(notFound(formatRepository(repository)));
      return Promise.resolve(success({ tags: names, dropped: 0, full, cursor, facts: new Map(registry.facts) }));
    },
    resolve(_repository, tag) {
      asked.push(`resolve ${tag}`);
      const digest = tags.get(tag);
      if (digest === undefined || registry.broken.has(tag)) return Promise.resolve(notFound(tag));
      return Promise.resolve(success({ digest, content: null, pushedAt: registry.pushedAt.get(tag) ?? null }));
    },
    inspect(_repository, digest) {
      asked.push(`inspect ${digest}`);
      return Promise.resolve(success(registry.contents.get(digest) ?? plainContent(digest)));
    },
    forget: () => {},
    requests: () => [],
  };
  return registry;
}

function notFound(what: string): { readonly ok: false; readonly failure: Failure } {
  return failure("registry.not_found", `${what} is not there`, { host: "ghcr.io" });
}
