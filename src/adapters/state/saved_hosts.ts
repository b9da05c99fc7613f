// The table `registry_hosts`: how each host wants to be asked.
import type { HostProfile } from "../../core/ports/store.ts";
import type { Connection, Row } from "./connection.ts";

/** What was learned of a host, or null. */
export function readHost(connection: Connection, host: string): HostProfile | null {
  const row = connection.get("SELECT profile FROM registry_hosts WHERE host = ?", host);
  return row === null ? null : profileOf(row);
}

/** Keeps what was learned of a host. */
export function saveHost(connection: Connection, host: string, profile: HostProfile): void {
  connection.run(
    "INSERT INTO registry_hosts VALUES (?, ?) ON CONFLICT DO UPDATE SET profile = excluded.profile",
    host,
    JSON.stringify(profile),
  );
}

/** All hosts in order of name. */
export function readHosts(connection: Connection): ReadonlyMap<string, HostProfile> {
  const rows = connection.all("SELECT host, profile FROM registry_hosts ORDER BY host");
  return new Map(rows.map((row) => [String(row["host"]), profileOf(row)]));
}

function profileOf(row: Row): HostProfile {
  return JSON.parse(String(row["profile"])) as HostProfile;
}
