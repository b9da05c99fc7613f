// What is remembered between runs (contracts.md 3.1). Losing all of it is safe: slower, later, never newer or lower.
import type { Digest } from "../model/digest.ts";
import type { Problem } from "../model/problem.ts";
import type { WrittenChange } from "../model/recorded_change.ts";
import type { StackRow } from "../model/stack.ts";
import type { Time } from "../model/time.ts";
import type { Content, RequestCount } from "./registry.ts";

/** Bad answers of a host in a row, and what came of them (registries.md 4.6, "circuit"). */
export interface HostTrouble {
  /** Answers that asked to wait, since the last good one. */
  readonly limited: number;
  /** Answers that told of the host's own trouble, or did not come in time, since the last good one. */
  readonly failed: number;
  /** What the last of them was. */
  readonly last: "limited" | "failed";
  /** Milliseconds of the last pause because of them; 0 while the host is trusted to answer. */
  readonly pause: number;
}

/** How a host wants to be asked; learned once, so that no request is spent on asking again. */
export interface HostProfile {
  readonly auth: "unknown" | "none" | "bearer" | "basic";
  readonly realm: string | null;
  readonly service: string | null;
  /** Largest page size the host bears, when a larger one was refused. */
  readonly pageCap: number | null;
  /** False when HEAD gives no usable digest here. */
  readonly headDigest: boolean;
  /** How a host that may be asked over plain HTTP wants to be asked; none: not found out, or not asked that way. */
  readonly scheme?: "http" | "https" | null;
  /** Whether `last` gives what was added behind a tag; absent until it was tried. */
  readonly tagCursor?: "works" | "broken";
  readonly pausedUntil: Time | null;
  /** The pull quota as the host last told it; `requests` and `cached` are 0. */
  readonly quota: RequestCount | null;
  /** A mark of the account that the quota is of: another account has another one. */
  readonly quotaAccount?: string;
  /** Missing: the last answer was a good one. */
  readonly trouble?: HostTrouble | null;
}

/** What a registry refused, and until when it is not asked for it again (registries.md 5.3). */
export interface StoredRefusal {
  /** What was asked for; null when the whole repository was refused. */
  readonly what: string | null;
  /** A mark of the account that asked: another one may be let in. */
  readonly account: string;
  readonly problem: Omit<Problem, "severity">;
  readonly since: Time;
  readonly until: Time;
}

/** The last complete list of a repository, and what came of asking since. */
export interface StoredScan {
  readonly tags: readonly string[];
  readonly scannedAt: Time;
  readonly dueAt: Time;
  /** When every name was last read; between such times only new names are asked for where the host bears it. */
  readonly listedFullAt: Time;
  /** `TagList.cursor` of the last list. */
  readonly cursor: string | null;
  readonly lastFailure: Problem | null;
  /** Since when asking has failed; null while it does not. */
  readonly failingSince: Time | null;
}

/** A complete list to keep. */
export interface NewScan {
  readonly tags: readonly string[];
  readonly scannedAt: Time;
  readonly dueAt: Time;
  /** False for a list that new names were joined to: it says nothing of tags that are gone. Default true. */
  readonly full?: boolean;
  readonly cursor?: string | null;
  /** Tags that files hold, which are watched though they may never have been asked for. */
  readonly held?: readonly string[];
}

/** Why a repository's list is not known, with or without an older one. */
export interface ScanFailure {
  readonly problem: Problem;
  readonly since: Time;
  /** Not asked again before. */
  readonly dueAt: Time;
}

/** Where a tag pointed when it was last asked. */
export interface StoredTag {
  readonly digest: Digest;
  readonly checkedAt: Time;
  readonly changedAt: Time;
}

/** A tag that is no longer there: since when, and how many looks have not found it. */
export interface MissingTag {
  readonly since: Time;
  readonly looks: number;
}

/** One tag at one digest (registries.md 3.6). */
export interface Sighting {
  readonly digest: Digest;
  /** By our own clock. */
  readonly firstSeen: Time;
  /** The earliest time that the registry's own API gave for this digest at this tag. */
  readonly pushedAt: Time | null;
  /** What showed it first: the tag was asked, or a list said so. */
  readonly origin: "resolve" | "list";
}

/** What is known of a sighting beside its digest. */
export interface NewSighting {
  /** The time it counts from when it is new: now, or later where the clock is known to stand too early. */
  readonly firstSeen: Time;
  readonly pushedAt: Time | null;
  readonly origin: Sighting["origin"];
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
  /** What reached git; empty while it runs, and in a row of an earlier schema. */
  readonly changes: readonly WrittenChange[];
  readonly problems: readonly Problem[];
}

/** A pass that begins: what it did is not known yet. */
export type NewRun = Omit<Run, "ended" | "result" | "commit" | "changes" | "problems">;

/** How often something happened, or how many seconds it took together. Labels have few values. */
export interface Counter {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One way of a plan to git. `prepared`: the commit exists here, and the remote may or may not have it. */
export interface StoredDelivery {
  readonly id: string;
  readonly planId: string;
  readonly kind: "update" | "revert" | "hold";
  readonly delivery: "push" | "branch";
  readonly group: string | null;
  /** The branch that was planned on, and its commit. */
  readonly baseBranch: string;
  readonly base: string;
  /** The branch that is pushed to, and where it stood; null: it did not exist. */
  readonly branch: string;
  readonly lease: string | null;
  /** The last of the commits. */
  readonly commit: string;
  readonly commits: number;
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
  /** Where its tags are looked for, which a marker may have said; empty in a row of the first schema. */
  readonly repository: string;
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
  /** What was refused at a place, `host/path` as it was really asked, whether or not it still counts. */
  refusals(place: string): readonly StoredRefusal[];
  /** Keeps a refusal in the place of an older one; those that are over go. */
  saveRefusal(place: string, refusal: StoredRefusal, now: Time): void;
  forgetRefusals(place: string): void;
  scan(repository: string): StoredScan | null;
  /**
   * Stores a complete list and clears the last failure. A full list marks as missing the tags that it lacks of those
   * ever asked for or held, and lets go of sightings whose tag and digest have both been gone for 90 days.
   */
  saveScan(repository: string, scan: NewScan): void;
  /** Why the last question for the list failed, or null when it did not. */
  scanFailure(repository: string): ScanFailure | null;
  /** Keeps the last good list and notes why asking again failed. */
  saveScanFailure(repository: string, problem: Problem, dueAt: Time, now: Time): void;
  tag(repository: string, tag: string): StoredTag | null;
  /**
   * Notes where a tag points now, and the first time that this tag and digest were seen together. The tag is no longer
   * missing then. Of two server times the earlier one stays.
   */
  saveTag(repository: string, tag: string, digest: Digest, now: Time, seen?: NewSighting): void;
  /** Notes that a tag was asked for and is not there. Looks within one minute count as one. */
  saveMissing(repository: string, tag: string, now: Time): void;
  missing(repository: string, tag: string): MissingTag | null;
  /** When this tag was first seen at this digest. */
  firstSeen(repository: string, tag: string, digest: Digest): Time | null;
  /** All digests that the tag was seen at, the one seen first comes first. */
  sightings(repository: string, tag: string): readonly Sighting[];
  /** The newest moment that our clock has shown so far, or null in an empty state. */
  newestTime(): Time | null;
  content(digest: Digest): Content | null;
  saveContent(content: Content): void;
  /** Inserts a run as `running`; runs still `running` from before become `interrupted`. */
  beginRun(run: NewRun): void;
  /** Closes the run, counts it and, unless null, replaces the decisions, in one transaction. Keeps 1,000 of each kind. */
  finishRun(run: Run, decisions: readonly StoredDecision[] | null): void;
  /** The last runs, of all kinds unless told, in the order they were begun, newest first, whatever the clock said. */
  runs(limit: number, kind?: Run["kind"]): readonly Run[];
  decisions(): readonly StoredDecision[];
  saveDelivery(delivery: StoredDelivery): void;
  deliveries(state?: StoredDelivery["state"]): readonly StoredDelivery[];
  /** What was counted since the state file was begun. */
  counters(): readonly Counter[];
  /** Where each stack of this host was left, by name. */
  stacks(): readonly StackRow[];
  saveStack(row: StackRow): void;
  /** Forgets a stack that left this host. */
  forgetStack(name: string): void;
  close(): void;
}

/** The state could not be written or read: what cannot be recorded is not done. */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
}
