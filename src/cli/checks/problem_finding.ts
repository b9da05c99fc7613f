// A problem as a line of the doctor.
import type { Problem } from "../../core/model/problem.ts";
import type { Finding } from "./check.ts";

/** An error fails the check, a warning warns. */
export function findingOf(
  { severity, message, cure, file, line }: Pick<Problem, "message" | "cure" | "file" | "line"> & {
    readonly severity?: Problem["severity"];
  },
): Finding {
  const place = file === undefined || message.includes(file)
    ? ""
    : line === undefined
    ? `${file}: `
    : `${file}:${line}: `;
  return { state: severity === "warning" ? "warn" : "fail", message: `${place}${message}`, cure };
}
