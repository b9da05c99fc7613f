// doctor engine: what would run Compose files here, and whether it answers.
import { success } from "../../core/model/problem.ts";
import { findHostEngine, refuseBackup } from "../wire_host.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { deploys } from "./deploys.ts";
import { findingOf } from "./problem_finding.ts";

/** Asks for its version and its containers. A host that only follows images needs none. */
export const engineCheck: Check = {
  id: "engine",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look({ session }: CheckContext): Promise<readonly Finding[]> {
  const { system, config } = session;
  const isNeeded = deploys(session);
  const engine = await findHostEngine(system, config);
  if (!engine.ok) {
    const finding = findingOf(engine.failure);
    return [isNeeded ? finding : { ...finding, state: "skip" }];
  }
  const refused = config.apply.backup === null ? null : refuseBackup(engine.value);
  if (refused !== null) return [findingOf(refused)];
  const { name, version } = engine.value;
  const containers = await engine.value.list(system.stop);
  if (!containers.ok) return [{ ...findingOf(containers.failure), state: isNeeded ? "fail" : "warn" }];
  const running = containers.value.filter(({ state }) => state === "running").length;
  return [{ state: "ok", message: `${name} ${version}; ${running} containers of Compose projects run` }];
}
