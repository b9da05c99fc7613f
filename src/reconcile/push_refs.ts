// The second places of a commit that its branch has already: one that refuses it takes nothing back.
import { type Problem, problemOf } from "../core/model/problem.ts";
import type { PushExtras } from "../core/plan/push_extras.ts";
import type { PassPorts } from "./pass_ports.ts";
import { dropExtras } from "./kept_extras.ts";

/** Pushes it there, and forgets that it had to be done. */
export async function pushRefs(
  commit: string,
  { refs, options }: PushExtras,
  { git, store }: Pick<PassPorts, "git" | "store">,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const ref of refs) {
    const pushed = await git.pushRef({ commit, ref, options });
    if (!pushed.ok) problems.push(problemOf(pushed.failure));
    else if (pushed.value.state === "refused") problems.push(problemOf(pushed.value.failure));
  }
  dropExtras(store, commit);
  return problems;
}
