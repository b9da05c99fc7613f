// doctor clone: whether the repository's history can be had and its files be read.
import { success } from "../../core/model/problem.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { findingOf } from "./problem_finding.ts";

/** Fetches into the mirror, as every pass does. */
export const cloneCheck: Check = {
  id: "clone",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look(context: CheckContext): Promise<readonly Finding[]> {
  const read = await context.repository();
  if (!read.ok) return [findingOf(read.failure)];
  if (read.value === null) return [{ state: "skip", message: "no repository is configured, and this is no clone" }];
  const { files, targets, problems } = read.value;
  const wrong = problems.filter(({ severity }) => severity === "error").length;
  const message = `${files.length} files, ${targets.length} values are followed`;
  if (wrong === 0) return [{ state: "ok", message }];
  return [{ state: "warn", message: `${message}; ${wrong} errors in them`, cure: "magos validate lists them" }];
}
