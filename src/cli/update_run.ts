// What an update pass works with and is ruled by, whoever asks for it: the user's own verb or the daemon.
import { keptLaneRuns, type LaneTurns } from "../core/plan/lane_turns.ts";
import type { Config } from "../core/documents/config.ts";
import type { UpdatePorts } from "../reconcile/pass_ports.ts";
import type { PlanOptions } from "../reconcile/plan_pass.ts";
import type { RunOptions } from "../reconcile/run_update.ts";
import type { PassLanes } from "../daemon/pass_order.ts";
import { configFor, deliveryRules, planSettings } from "./repository_config.ts";
import { orFail, type Session } from "./session.ts";
import { openGit, openMirrorPast, type World } from "./wire.ts";

/** What differs from pass to pass. */
export interface UpdateWish {
  readonly choose: PlanOptions["choose"];
  /** Seconds to wait for a pass that is running. */
  readonly waitSeconds: number;
  readonly trigger: string;
  readonly accept: string | null;
  /** Told who holds the lock; default: said on the screen. */
  readonly onWait?: (holder: string) => void;
  /** Which lanes have their turn; default: all. */
  readonly lanes?: PassLanes;
  /** Told the configuration that the repository's own file leads to. */
  readonly onConfig?: (ruling: Config) => void;
}

/** The world of an update pass. Ends the verb when the remote cannot be used. */
export async function passPorts(session: Session, world: World): Promise<UpdatePorts> {
  const { system, config, host, progress } = session;
  const git = orFail(await openGit(system, config, host.token, world.stateDir));
  const history = openMirrorPast(system, world.stateDir);
  return { ...system, ...world, git, history, progress: progress.update };
}

/** What rules it; the repository's own file is read from the checkout. */
export function updateOptions(session: Session, world: World, wish: UpdateWish): RunOptions {
  const { system, config } = session;
  const { choose, waitSeconds, trigger, accept, onConfig, lanes = "all" } = wish;
  return {
    branch: config.repo.branch,
    bots: config.repo.verifyCommits?.bots ?? null,
    accept,
    host: system.hostname,
    trigger,
    stateDir: world.stateDir,
    waitSeconds,
    onWait: wish.onWait ?? ((holder) => system.stderr.write(`waiting for another pass (${holder})\n`)),
    settingsFor: async (checkout) => {
      const ruling = await configFor(session, checkout);
      onConfig?.(ruling);
      const { author } = ruling.update;
      const delivery = deliveryRules(ruling);
      const turns: LaneTurns | null = lanes === "all" ? null : {
        update: lanes === "due",
        updateBranch: delivery.delivery === "push" ? null : delivery.branch,
        lastRuns: keptLaneRuns(world.store).automations,
        now: system.clock.now(),
      };
      return { author, delivery, plan: { ...planSettings(ruling, world), offline: false, choose, turns } };
    },
  };
}
