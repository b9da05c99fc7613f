// doctor forge: whether the GitHub App is installed, what it may do, and how long its token is good.
import { success } from "../../core/model/problem.ts";
import type { AppStanding } from "../../core/ports/forge_app.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { mostClockDifference } from "./clock_check.ts";
import { findingOf } from "./problem_finding.ts";

/** Makes a token, as the first call of a pass does. Without an App there is nothing to ask. */
export const forgeCheck: Check = {
  id: "forge",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look(context: CheckContext): Promise<readonly Finding[]> {
  const { repo } = context.session.config;
  if (repo.url === null || repo.githubApp === null) return [{ state: "skip", message: "no GitHub App is configured" }];
  const remote = await context.remote();
  if (!remote.ok) return [findingOf(remote.failure)];
  if (remote.value.app === null) return [{ state: "skip", message: "no GitHub App is configured" }];
  const standing = await remote.value.app.standing();
  return standing.ok ? [findingFor(standing.value)] : [findingOf(standing.failure)];
}

function findingFor(standing: AppStanding): Finding {
  const { appId, installationId, repository, permissions, missing, secondsLeft, skewSeconds, api } = standing;
  const message = `GitHub App ${appId} is installed on ${repository} (${installationId})`;
  const steps = [
    `API: ${api}`,
    `the token may: ${[...permissions].map(([name, level]) => `${name} ${level}`).sort().join(", ")}`,
    `the token is good for ${Math.round(secondsLeft / 60)} min`,
    ...(skewSeconds === 0
      ? []
      : [`this machine's clock is ${Math.abs(skewSeconds)} s ${skewSeconds > 0 ? "behind" : "ahead"}`]),
  ];
  if (missing.length > 0) {
    const cure = `give the App the permission to write ${missing.join(" and ")}, and accept it in the installation`;
    return { state: "warn", message: `${message}; it may not write ${missing.join(" and ")}`, cure, steps };
  }
  if (Math.abs(skewSeconds) * 1000 > mostClockDifference) {
    const cure = "set the clock, and let it be kept by NTP (timedatectl set-ntp true)";
    return { state: "warn", message: `${message}; the clocks differ by ${Math.abs(skewSeconds)} s`, cure, steps };
  }
  return { state: "ok", message, steps };
}
