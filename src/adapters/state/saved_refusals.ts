// The table `refusals`: what registries refused, so that they are not asked for it again each pass.
import type { Time } from "../../core/model/time.ts";
import type { StoredRefusal } from "../../core/ports/store.ts";
import type { Connection, Row } from "./connection.ts";

const mostKept = 2000;

/** What was refused of a repository, whether or not it still counts. */
export function readRefusals(connection: Connection, place: string): readonly StoredRefusal[] {
  return connection.all("SELECT * FROM refusals WHERE place = ?", place).map(refusalOf);
}

/** Keeps a refusal, and lets go of those that are over, and of the oldest above 2,000. */
export function saveRefusal(connection: Connection, place: string, refusal: StoredRefusal, now: Time): void {
  connection.transaction(() => {
    connection.run(
      "INSERT OR REPLACE INTO refusals (place, what, account, problem, since, until) VALUES (?, ?, ?, ?, ?, ?)",
      place,
      refusal.what ?? "",
      refusal.account,
      JSON.stringify(refusal.problem),
      refusal.since,
      refusal.until,
    );
    connection.run(
      `DELETE FROM refusals WHERE until <= ? OR
       (place, what) IN (SELECT place, what FROM refusals ORDER BY since DESC LIMIT -1 OFFSET ${mostKept})`,
      now,
    );
  });
}

/** Lets go of all refusals of a repository. */
export function forgetRefusals(connection: Connection, place: string): void {
  connection.run("DELETE FROM refusals WHERE place = ?", place);
}

function refusalOf(row: Row): StoredRefusal {
  return {
    what: row["what"] === "" ? null : String(row["what"]),
    account: String(row["account"]),
    problem: JSON.parse(String(row["problem"])) as StoredRefusal["problem"],
    since: Number(row["since"]),
    until: Number(row["until"]),
  };
}
