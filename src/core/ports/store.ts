// What is remembered between runs (contracts.md 3.1). Losing all of it is safe: slower, later, never newer or lower.
import type { Digest } from "../model/digest.ts";
import type { Problem } from "../model/problem.ts";
import type { Time } from "../model/time.ts";
import type { Content, RequestCount } from "./registry.ts";

/** How a host wants to be asked; learned once, so that no request is spent on asking again. */
export interface HostProfile {
  readonly auth: "unknown" | "none" | "bearer" | "basic";
  readonly realm: string | null;
  readonly service: string | null;
  /** Largest page size the host bears, when a larger one was refused. */
  readonly pageCap: number | null;
  /** False when HEAD gives no usable digest here. */
  readonly headDigest: boolean;
  /** Whether `last` gives what was added behind a tag; absent until it was tried. */
  readonly tagCursor?: "works" | "broken";
  readonly pausedUntil: Time | null;
  readonly quota: RequestCount | null;
}

/** The last complete list of a repository, and what came of asking since. */
export interface StoredScan {
  readonly tags: readonly string[];
  readonly scannedAt: Time;
  readonly dueAt: Time;
  readonly lastFailure: Problem | null;
}

/** Where a tag pointed when it was last asked. */
export interface StoredTag {
  readonly digest: Digest;
  readonly checkedAt: Time;
  readonly changedAt: Time;
}

/** One pass. */
export interface Run {
  readonly id: string;
  readonly kind: "update" | "apply";
  readonly trigger: string;
  readonly host: string;
  readonly started: Time;
  readonly ended: Time | null;
  readonly result: "running" | "interrupted" | "done" | "nothing" | "partly" | "failed";
  readonly commit: string | null;
  readonly problems: readonly Problem[];
}

/** One way of a plan to git. `prepared`: the commit exists here, and the remote may or may not have it. */
export interface StoredDelivery {
  readonly id: string;
  readonly planId: string;
  readonly kind: "update" | "revert" | "hold";
  readonly branch: string;
  readonly base: string;
  readonly lease: string;
  readonly commit: string;
  readonly subject: string;
  readonly changes: number;
  readonly state: "prepared" | "pushed" | "superseded" | "refused";
  readonly createdAt: Time;
}

/** The last decision for a marked value, as `status` shows it. */
export interface StoredDecision {
  readonly file: string;
  readonly setter: string;
  readonly line: number;
  /** Since when it has been like this. */
  readonly since: Time;
  readonly run: string;
  /** The decision of contracts.md 1.2, as JSON. */
  readonly decision: unknown;
}

/** Each method is one transaction; a failed write throws `StoreFailure`, which ends the pass before it delivers. */
export interface Store {
  meta(name: string): string | null;
  setMeta(name: string, value: string): void;
  hostProfile(host: string): HostProfile | null;
  saveHostProfile(host: string, profile: HostProfile): void;
  hostProfiles(): ReadonlyMap<string, HostProfile>;
  scan(repository: string): StoredScan | null;
  /** Stores a complete list and clears the last failure. */
  saveScan(repository: string, scan: Omit<StoredScan, "lastFailure">): void;
  /** Keeps the last good list and notes why asking again failed. */
  saveScanFailure(repository: string, problem: Problem, dueAt: Time): void;
  tag(repository: string, tag: string): StoredTag | null;
  /** Notes where a tag points now, and the first time that this tag and digest were seen together. */
  saveTag(repository: string, tag: string, digest: Digest, now: Time): void;
  /** When this tag was first seen at this digest. */
  firstSeen(repository: string, tag: string, digest: Digest): Time | null;
  content(digest: Digest): Content | null;
  saveContent(content: Content): void;
  /** Inserts a run as `running`; runs still `running` from before become `interrupted`. */
  beginRun(run: Omit<Run, "ended" | "result" | "commit" | "problems">): void;
  /** Closes the run and, unless null, replaces the decisions, in one transaction. Keeps the last 1,000 runs. */
  finishRun(run: Run, decisions: readonly StoredDecision[] | null): void;
  /** The last runs in the order they were begun, newest first, whatever the clock said. */
  runs(limit: number): readonly Run[];
  decisions(): readonly StoredDecision[];
  saveDelivery(delivery: StoredDelivery): void;
  deliveries(state?: StoredDelivery["state"]): readonly StoredDelivery[];
  close(): void;
}

/** The state could not be written or read: what cannot be recorded is not done. */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
}
