// The table `decisions`: the last answer for each marked value.
import type { StoredDecision } from "../../core/ports/store.ts";
import type { Connection, Row } from "./connection.ts";

/** Puts these in the place of all that were there. */
export function replaceDecisions(connection: Connection, decisions: readonly StoredDecision[]): void {
  connection.run("DELETE FROM decisions");
  for (const decision of decisions) {
    connection.run(
      "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      decision.file,
      decision.setter,
      decision.line,
      decision.since,
      decision.run,
      JSON.stringify(decision.decision),
      decision.repository,
    );
  }
}

/** All of them, in the order of the files. */
export function readDecisions(connection: Connection): readonly StoredDecision[] {
  return connection.all("SELECT * FROM decisions ORDER BY file, line, setter").map(decisionOf);
}

function decisionOf(row: Row): StoredDecision {
  return {
    file: String(row["file"]),
    setter: String(row["setter"]),
    line: Number(row["line"]),
    since: Number(row["since"]),
    run: String(row["run"]),
    repository: String(row["repository"]),
    decision: JSON.parse(String(row["decision"])) as unknown,
  };
}
