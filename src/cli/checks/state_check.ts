// doctor state: whether what was learned can be kept.
import { success } from "../../core/model/problem.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { findingOf } from "./problem_finding.ts";

/** Opens the state, as every pass does first. */
export const stateCheck: Check = {
  id: "state",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look(context: CheckContext): Promise<readonly Finding[]> {
  const world = await context.world();
  if (!world.ok) {
    const { failure } = world;
    if (failure.code.startsWith("state.")) return [findingOf(failure)];
    return [{ state: "skip", message: `not looked at: ${failure.message}`, cure: failure.cure }];
  }
  const { stateDir, store, problems } = world.value;
  const own = problems.filter(({ code }) => code.startsWith("state."));
  const runs = store.runs(1).length === 0 ? "no pass has run yet" : "it holds past passes";
  return own.length > 0 ? own.map(findingOf) : [{ state: "ok", message: `${stateDir}/magos.db; ${runs}` }];
}
