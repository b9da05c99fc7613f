// What a host's own API beside the registry's can tell: tags newest first, with digest and time of each (registries 2.5).
import type { Endpoint } from "../../../core/documents/registry_endpoint.ts";
import type { Digest } from "../../../core/model/digest.ts";
import type { Time } from "../../../core/model/time.ts";

/** One tag as an API shows it. */
export interface SideTag {
  readonly name: string;
  /** Of the index or the single manifest that the tag points to; null where the API does not say. */
  readonly digest: Digest | null;
  /** When the tag was set, by the server's clock. */
  readonly pushedAt: Time | null;
  /** By which the API orders, the newest first. */
  readonly changedAt: Time;
}

/** One page of tags. */
export interface SidePage {
  readonly tags: readonly SideTag[];
  readonly more: boolean;
}

/** An API, as questions and how to read the answers. Readers give null for what they cannot believe. */
export interface SideApi {
  /** Under which its pauses are kept: a limit of the API is none of the registry's. */
  readonly host: string;
  /** Pages count from 1. */
  pageUrl(path: string, page: number): URL;
  readPage(json: unknown): SidePage | null;
  tagUrl(path: string, tag: string): URL;
  readTag(json: unknown, tag: string): SideTag | null;
}

/** Most tags that an API gives in one page. */
export const pageSize = 100;

/** Whether the endpoint is that registry itself, not one that registries.conf puts in its place. */
export function isAt(endpoint: Endpoint, host: string, origin: string): boolean {
  return endpoint.host === host && endpoint.origin === origin;
}

/** Whether the times never rise, as they must where the newest comes first. */
export function isNewestFirst(tags: readonly SideTag[]): boolean {
  return tags.every((tag, index) => tag.changedAt <= (tags[index - 1]?.changedAt ?? Infinity));
}

// Docker's first release; before it no tag was set, and what says so is an empty field.
const firstTime = Date.UTC(2013, 0, 1);

/** The time, or null where the server only filled a field. */
export function serverTime(time: Time | null): Time | null {
  return time !== null && time >= firstTime ? time : null;
}
