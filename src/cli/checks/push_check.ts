// doctor push: whether the login may push, asked without pushing.
import { success } from "../../core/model/problem.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { findingOf } from "./problem_finding.ts";

// What names a check has its own, longer limit; the child ends before that.
const timeout = 20_000;

/** Speaks to the remote as a push does, with nothing to send. */
export const pushCheck: Check = {
  id: "push",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look(context: CheckContext): Promise<readonly Finding[]> {
  if (context.session.config.repo.url === null) return [{ state: "skip", message: "no repository is configured" }];
  const remote = await context.remote();
  if (!remote.ok) return [findingOf(remote.failure)];
  const right = await remote.value.mayPush(timeout);
  if (right.ok) {
    return [{
      state: "ok",
      message: "the login may push",
      steps: ["whether the branch itself takes a push shows at the first one"],
    }];
  }
  const { code } = right.failure;
  // A host that only applies needs no such right: it rolls back by itself (rulings 19).
  return [{ ...findingOf(right.failure), state: code === "git.denied" ? "warn" : "fail" }];
}
