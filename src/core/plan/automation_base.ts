// The branch at which an automation's run begins: the followed one, another, or a place that magos cannot begin at.
import type { Automation } from "../model/automation.ts";
import { isBranchName } from "../model/branch_name.ts";
import type { Problem } from "../model/problem.ts";

/** The name of the branch, null for the followed one; or why there is none. */
export type AutomationBase =
  | { readonly kind: "branch"; readonly branch: string | null }
  | { readonly kind: "none"; readonly problem: Problem };

/** Where a run begins (Flux semantics 4, `git.checkout.ref`). */
export function automationBase({ checkout, key, file, line }: Automation): AutomationBase {
  if (checkout === null) return { kind: "branch", branch: null };
  const { kind, value } = checkout;
  const name = kind === "branch" ? value : kind === "name" ? /^refs\/heads\/(.+)$/.exec(value)?.[1] ?? null : null;
  if (name !== null && isBranchName(name)) return { kind: "branch", branch: name };
  return {
    kind: "none",
    problem: {
      code: "flux.unsupported",
      severity: "error",
      file,
      line,
      column: 1,
      message: `the automation ${key} begins at the ${kind} ${value.slice(0, 100)}; magos begins at branches alone`,
      cure: "name a branch in spec.git.checkout.ref, or in the GitRepository that it refers to",
    },
  };
}
