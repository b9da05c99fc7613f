// The table `counters`: how often things have happened since the state file was begun.
import type { Counter } from "../../core/ports/store.ts";
import type { Connection } from "./connection.ts";

/** Adds to counters, which begin at 0. */
export function addCounters(connection: Connection, steps: readonly Counter[]): void {
  for (const { name, labels, value } of steps) {
    connection.run(
      "INSERT INTO counters VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value",
      name,
      JSON.stringify(labels),
      value,
    );
  }
}

/** All counters, in order of name and labels. */
export function readCounters(connection: Connection): readonly Counter[] {
  return connection.all("SELECT * FROM counters ORDER BY name, labels").map((row) => ({
    name: String(row["name"]),
    labels: JSON.parse(String(row["labels"])) as Record<string, string>,
    value: Number(row["value"]),
  }));
}
