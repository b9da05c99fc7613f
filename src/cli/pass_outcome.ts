// Problems of a pass to what the timetable wants to know of them: whether and when to try again.
import type { Problem } from "../core/model/problem.ts";
import type { ProblemCode } from "../core/model/problem_codes.ts";
import type { Schedule } from "../core/model/schedule.ts";
import type { PassOutcome } from "../daemon/pass_order.ts";

/** What passes by itself, mostly within minutes, though nobody says when: half a day until the next pass is too long. */
const passing: ReadonlySet<ProblemCode> = new Set(["registry.unavailable", "registry.rate_limited"]);

/** All but the result. `retryAt` is 0 where no time is named: the timetable has waits of its own, longer each time. */
export function outcomeOf(problems: readonly Problem[], schedule: Schedule | null): Omit<PassOutcome, "result"> {
  const retries = problems.flatMap(({ code, retryAt }) => retryAt ?? (passing.has(code) ? 0 : []));
  const first = problems.find(({ severity }) => severity === "error");
  return {
    retryAt: retries.length === 0 ? null : Math.min(...retries),
    message: first === undefined ? null : first.message,
    schedule,
  };
}
