// What an automation pushes besides its branch: options for the server, and a second place for the same commit.
import type { Automation } from "../model/automation.ts";
import { isBranchName } from "../model/branch_name.ts";
import { failure, type Result, success } from "../model/problem.ts";

/** What goes with a push. */
export interface PushExtras {
  /** As `git push -o` takes them. */
  readonly options: readonly string[];
  /** Whole names of refs, `refs/...`, that get the same commit; never by force. */
  readonly refs: readonly string[];
}

/** A push of the branch alone. */
export const noPushExtras: PushExtras = { options: [], refs: [] };

/** What all of them ask for, each thing once. */
export function joinExtras(extras: readonly PushExtras[]): PushExtras {
  return {
    options: [...new Set(extras.flatMap((one) => one.options))],
    refs: [...new Set(extras.flatMap((one) => one.refs))],
  };
}

/**
 * Reads `push.options` and `push.refspec` (Flux semantics 4). `branch` is the one that is pushed to. Fails with
 * `flux.unsupported` for a refspec that asks for more than the new commit in a second place.
 */
export function pushExtras(automation: Automation, branch: string): Result<PushExtras> {
  const options: string[] = [];
  for (const [name, value] of Object.entries(automation.push.options)) {
    const option = value === "" ? name : `${name}=${value}`;
    if (/^$|^=|\p{Cc}/u.test(option) || option.length > 1000) {
      return refuse(automation, `push.options "${name.slice(0, 80)}" is no option that git would send`);
    }
    options.push(option);
  }
  const ref = automation.push.refspec === null ? success(null) : targetOf(automation, automation.push.refspec, branch);
  return ref.ok ? success({ options, refs: ref.value === null ? [] : [ref.value] }) : ref;
}

function targetOf(automation: Automation, refspec: string, branch: string): Result<string | null> {
  const shown = refspec.slice(0, 100);
  if (refspec.startsWith("+")) return refuse(automation, `the refspec "${shown}" forces, and magos forces nothing`);
  const [from = "", to = from, ...more] = refspec.split(":");
  if (more.length > 0 || !["HEAD", branch, `refs/heads/${branch}`].includes(from)) {
    return refuse(automation, `the refspec "${shown}" pushes something else than the new commit`);
  }
  const name = to === "HEAD" ? branch : to;
  const ref = name.startsWith("refs/") ? name : `refs/heads/${name}`;
  if (!isBranchName(name) || !isBranchName(ref)) {
    return refuse(automation, `the refspec "${shown}" names no ref that git would take`);
  }
  return success(ref === `refs/heads/${branch}` ? null : ref);
}

function refuse({ key, file, line }: Automation, why: string): Result<never> {
  return failure("flux.unsupported", `${key}: ${why}`, {
    file,
    line,
    cure: "write the refspec like HEAD:refs/heads/NAME and options like name: value, or take them out",
  });
}
