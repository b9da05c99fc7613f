// doctor config: what the host's settings say, and whether they can be understood.
import { type Problem, success } from "../../core/model/problem.ts";
import type { Check, Finding } from "./check.ts";
import { findingOf } from "./problem_finding.ts";

/** Reads nothing anew: the session has read the settings already. */
export const configCheck: Check = {
  id: "config",
  takesSubjects: false,
  items: ({ session }) =>
    Promise.resolve(success([{
      subject: null,
      look: () => {
        const { file, problems } = session.host;
        if (problems.length > 0) return Promise.resolve(problems.map(curedFinding));
        const message = file ?? "no file of this host; flags, environment and defaults hold";
        return Promise.resolve([{ state: "ok", message }]);
      },
    }])),
};

/** A value of a wrong kind comes without a cure of its own. */
function curedFinding(problem: Problem): Finding {
  return findingOf({ cure: "magos config schema tells what may stand there", ...problem });
}
