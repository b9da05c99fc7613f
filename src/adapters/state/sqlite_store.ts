// The store on SQLite: each method one transaction, safe from a kill when it returns.
import type { DatabaseSync } from "node:sqlite";
import type { Digest } from "../../core/model/digest.ts";
import type { Problem } from "../../core/model/problem.ts";
import type { StackRow } from "../../core/model/stack.ts";
import type { Time } from "../../core/model/time.ts";
import { runCounters } from "../../core/plan/run_counters.ts";
import type { Content } from "../../core/ports/registry.ts";
import type {
  Counter,
  HostProfile,
  MissingTag,
  NewRun,
  NewScan,
  NewSighting,
  Run,
  ScanFailure,
  Sighting,
  Store,
  StoredDecision,
  StoredDelivery,
  StoredRefusal,
  StoredScan,
  StoredTag,
} from "../../core/ports/store.ts";
import { Connection } from "./connection.ts";
import { noteMissing, readMissing } from "./missing_tags.ts";
import { readContent, saveContent } from "./saved_contents.ts";
import { addCounters, readCounters } from "./saved_counters.ts";
import { readDecisions, replaceDecisions } from "./saved_decisions.ts";
import { readDeliveries, readDeliveryState, saveDelivery } from "./saved_deliveries.ts";
import { readHost, readHosts, saveHost } from "./saved_hosts.ts";
import { forgetRefusals, readRefusals, saveRefusal } from "./saved_refusals.ts";
import { beginRun, endRun, readRuns } from "./saved_runs.ts";
import { readScan, readScanFailure, saveScan, saveScanFailure } from "./saved_scans.ts";
import { forgetStack, readStacks, saveStack } from "./saved_stacks.ts";
import { readFirstSeen, readNewestTime, readSightings, readTag, saveTag } from "./saved_tags.ts";

/** Remembers in the given database. What cannot be written throws `StoreFailure`. */
export class SqliteStore implements Store {
  readonly #connection: Connection;

  constructor(database: DatabaseSync) {
    this.#connection = new Connection(database);
  }

  meta(name: string): string | null {
    const row = this.#connection.get("SELECT value FROM meta WHERE name = ?", name);
    return row === null ? null : String(row["value"]);
  }

  setMeta(name: string, value: string): void {
    this.#connection.run(
      "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      name,
      value,
    );
  }

  hostProfile(host: string): HostProfile | null {
    return readHost(this.#connection, host);
  }

  saveHostProfile(host: string, profile: HostProfile): void {
    saveHost(this.#connection, host, profile);
  }

  hostProfiles(): ReadonlyMap<string, HostProfile> {
    return readHosts(this.#connection);
  }

  refusals(place: string): readonly StoredRefusal[] {
    return readRefusals(this.#connection, place);
  }

  saveRefusal(place: string, refusal: StoredRefusal, now: Time): void {
    saveRefusal(this.#connection, place, refusal, now);
  }

  forgetRefusals(place: string): void {
    forgetRefusals(this.#connection, place);
  }

  scan(repository: string): StoredScan | null {
    return readScan(this.#connection, repository);
  }

  saveScan(repository: string, scan: NewScan): void {
    saveScan(this.#connection, repository, scan);
  }

  scanFailure(repository: string): ScanFailure | null {
    return readScanFailure(this.#connection, repository);
  }

  saveScanFailure(repository: string, problem: Problem, dueAt: Time, now: Time): void {
    saveScanFailure(this.#connection, repository, problem, dueAt, now);
  }

  tag(repository: string, tag: string): StoredTag | null {
    return readTag(this.#connection, repository, tag);
  }

  saveTag(repository: string, tag: string, digest: Digest, now: Time, seen?: NewSighting): void {
    const sighting = seen ?? { firstSeen: now, pushedAt: null, origin: "resolve" };
    saveTag(this.#connection, repository, tag, digest, now, sighting);
  }

  saveMissing(repository: string, tag: string, now: Time): void {
    noteMissing(this.#connection, repository, tag, now, "tag");
  }

  missing(repository: string, tag: string): MissingTag | null {
    return readMissing(this.#connection, repository, tag);
  }

  firstSeen(repository: string, tag: string, digest: Digest): Time | null {
    return readFirstSeen(this.#connection, repository, tag, digest);
  }

  sightings(repository: string, tag: string): readonly Sighting[] {
    return readSightings(this.#connection, repository, tag);
  }

  newestTime(): Time | null {
    return readNewestTime(this.#connection);
  }

  content(digest: Digest): Content | null {
    return readContent(this.#connection, digest);
  }

  saveContent(content: Content): void {
    saveContent(this.#connection, content);
  }

  beginRun(run: NewRun): void {
    this.#connection.transaction(() => beginRun(this.#connection, run));
  }

  finishRun(run: Run, decisions: readonly StoredDecision[] | null): void {
    this.#connection.transaction(() => {
      endRun(this.#connection, run);
      addCounters(this.#connection, runCounters(run));
      if (decisions !== null) replaceDecisions(this.#connection, decisions);
    });
  }

  runs(limit: number, kind: Run["kind"] | null = null): readonly Run[] {
    return readRuns(this.#connection, limit, kind);
  }

  decisions(): readonly StoredDecision[] {
    return readDecisions(this.#connection);
  }

  saveDelivery(delivery: StoredDelivery): void {
    this.#connection.transaction(() => {
      const before = readDeliveryState(this.#connection, delivery.id);
      saveDelivery(this.#connection, delivery);
      const { kind, state } = delivery;
      if (state === before || state === "prepared") return;
      addCounters(this.#connection, [{ name: "deliveries", labels: { kind, state }, value: 1 }]);
    });
  }

  deliveries(state?: StoredDelivery["state"]): readonly StoredDelivery[] {
    return readDeliveries(this.#connection, state);
  }

  counters(): readonly Counter[] {
    return readCounters(this.#connection);
  }

  stacks(): readonly StackRow[] {
    return readStacks(this.#connection);
  }

  saveStack(row: StackRow): void {
    this.#connection.transaction(() => {
      const wasBack = readStacks(this.#connection).find(({ name }) => name === row.name)?.phase === "rolled-back";
      saveStack(this.#connection, row);
      if (wasBack || row.phase !== "rolled-back") return;
      addCounters(this.#connection, [{ name: "rollbacks", labels: { stack: row.name }, value: 1 }]);
    });
  }

  forgetStack(name: string): void {
    forgetStack(this.#connection, name);
  }

  close(): void {
    this.#connection.close();
  }
}
