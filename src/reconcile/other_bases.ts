// Automations that begin at another branch than the followed one: each such branch is a checkout of its own.
import type { Problem, Result } from "../core/model/problem.ts";
import { problemOf, success } from "../core/model/problem.ts";
import type { Files } from "../core/ports/files.ts";
import type { Checkout, Git } from "../core/ports/git.ts";
import type { HoldPorts } from "./find_holds.ts";
import { fetchHead } from "./follow_branch.ts";
import type { DecidePorts, GrantPorts } from "./pass_ports.ts";
import { type PlannedPass, type PlanOptions, planPass } from "./plan_pass.ts";

type Ports = DecidePorts & HoldPorts & GrantPorts & { readonly files: Files; readonly git: Git };

/** What rules the other branches. */
export interface OtherBaseOptions {
  readonly plan: PlanOptions;
  /** Whether commits are verified: then nothing is built on a branch whose commits are not. */
  readonly verifies: boolean;
}

/** What was made of the branches, and why some could not be looked at. */
export interface OtherBases<T> {
  readonly visited: readonly T[];
  readonly problems: readonly Problem[];
}

/**
 * Plans on each other branch by the policies and automations of the followed one, and hands it to `visit` while its
 * checkout is open. One branch that fails stops no other.
 */
export async function onOtherBases<T>(
  followed: Pick<PlannedPass, "dueBases" | "policies" | "secrets">,
  ports: Ports,
  options: OtherBaseOptions,
  visit: (checkout: Checkout, planned: PlannedPass) => Promise<Result<T>>,
): Promise<OtherBases<T>> {
  const visited: T[] = [];
  const problems: Problem[] = [];
  for (const branch of followed.dueBases) {
    if (options.verifies) {
      problems.push(unverified(branch));
      continue;
    }
    const done = await onBase(branch, followed, ports, options.plan, visit);
    if (done.ok) visited.push(done.value);
    else problems.push(problemOf(done.failure));
  }
  return { visited, problems };
}

async function onBase<T>(
  branch: string,
  { policies, secrets }: Pick<PlannedPass, "policies" | "secrets">,
  ports: Ports,
  options: PlanOptions,
  visit: (checkout: Checkout, planned: PlannedPass) => Promise<Result<T>>,
): Promise<Result<T>> {
  const head = await fetchHead(ports, branch);
  if (!head.ok) return head;
  const checkout = await ports.git.checkout(head.value);
  if (!checkout.ok) return checkout;
  try {
    const planned = await planPass(checkout.value, ports, {
      ...options,
      // What is marked here is ruled by automations alone; an image that was named may lie on the followed branch.
      choose: (found, excluded) => {
        const chosen = options.choose(found, excluded);
        return chosen.ok ? chosen : success({ targets: [], named: new Set(), hurried: new Map() });
      },
      apps: [],
      paths: [],
      listsUnfollowed: false,
      base: { branch, policies, secrets },
    });
    return planned.ok ? await visit(checkout.value, planned.value) : planned;
  } finally {
    await checkout.value.close();
  }
}

function unverified(branch: string): Problem {
  return {
    code: "git.unverified",
    severity: "error",
    message: `an automation begins at ${branch}, of which no commit is verified; only the followed branch is`,
    cure: "let spec.git.checkout.ref name the followed branch",
  };
}
