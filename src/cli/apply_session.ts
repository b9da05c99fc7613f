// What `apply` and `rollback` share: the world of a host, and what the configuration says of its stacks.
import type { ApplyPorts, SettingsFor } from "../reconcile/apply_ports.ts";
import { verifyRules } from "../reconcile/survey_commit.ts";
import type { VerifyRules } from "../reconcile/verify_rules.ts";
import { configFor, planSettings } from "./repository_config.ts";
import { orFail, type Session } from "./session.ts";
import { openGit, type World } from "./wire.ts";
import { type HostWorld, openHost } from "./wire_host.ts";

/** The ports of a pass. */
export async function applyPorts(session: Session, world: World): Promise<ApplyPorts & Pick<HostWorld, "self">> {
  const { system, config, host, progress } = session;
  const git = orFail(await openGit(system, config, host.token, world.stateDir));
  const machine = orFail(await openHost(system, config, world.stateDir));
  return { ...system, ...world, ...machine, git, progress: progress.update };
}

/** The settings of a checkout. */
export function settingsFor(session: Session, world: World): SettingsFor {
  return async (checkout) => {
    const config = await configFor(session, checkout);
    return {
      host: config.apply.host ?? session.system.hostname,
      apply: config.apply,
      author: config.update.author,
      delivery: config.update.delivery,
      survey: planSettings(config, world),
    };
  };
}

/** Which commits are built on; null: all. */
export function trustOf({ system, config }: Session, settings: SettingsFor): VerifyRules | null {
  const { verifyCommits } = config.repo;
  if (verifyCommits === null) return null;
  return verifyRules(system.files, verifyCommits.bots, async (checkout) => (await settings(checkout)).survey);
}
