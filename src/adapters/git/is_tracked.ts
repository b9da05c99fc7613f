// Whether git keeps a file: a secret that it keeps is no secret any more.
import { type Result, success } from "../../core/model/problem.ts";
import { type LocalParts, readLine } from "./local_read.ts";

/** False also where there is no repository around, or no git. `path` is absolute. */
export async function isTracked(parts: LocalParts, path: string): Promise<Result<boolean>> {
  const slash = path.lastIndexOf("/");
  const told = await readLine(parts, path.slice(0, slash) || "/", [
    "ls-files",
    "--",
    `:(literal)${path.slice(slash + 1)}`,
  ]);
  if (!told.ok) return told.failure.code === "process.missing" ? success(false) : told;
  return success(told.value !== null && told.value !== "");
}
