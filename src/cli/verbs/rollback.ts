// magos rollback: the images of a stack go back in git, and what was bad of them is held.
import { Command } from "@commander-js/extra-typings";
import { parseDuration } from "../../core/model/duration.ts";
import type { Hold } from "../../core/model/hold.ts";
import type { Problem } from "../../core/model/problem.ts";
import { formatReference } from "../../core/model/reference.ts";
import { describe } from "../../core/policy/holds.ts";
import { deliveryReport } from "../../core/report/plan_report.ts";
import { rollbackReport } from "../../core/report/rollback_report.ts";
import { reportOf } from "../../reconcile/revert_stacks.ts";
import { type RollbackReport, runRollback } from "../../reconcile/rollback_pass.ts";
import { runId } from "../../reconcile/run_id.ts";
import { settingsFor, trustOf } from "../apply_session.ts";
import { renderHolds } from "../render/hold_text.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import { openGit, openWorld } from "../wire.ts";
import type { Start } from "./start.ts";

/** As commander read them. */
type RollbackFlags = { readonly to?: string; readonly wait: string };

/** The verb. */
export function rollbackVerb(start: Start): Command<[string], RollbackFlags> {
  return new Command("rollback")
    .description("take the images of a stack back in git and hold what they were; the next apply pass follows")
    .argument("<stack>", "as the configuration or its folder calls it")
    .option("--to <revision>", "the commit whose images come back; default: before magos last moved one")
    .option("--wait <duration>", "how long to wait for a pass that is running", "10m")
    .addHelpText("after", "\nExample:\n  magos rollback jellyfin && magos apply jellyfin\n")
    .action((stack, flags) => start((session) => rollback(session, stack, flags)));
}

async function rollback(session: Session, stack: string, flags: RollbackFlags): Promise<number> {
  const waitSeconds = orFail(parseDuration(flags.wait));
  const { system, config, host } = session;
  const world = orFail(await openWorld(system, config));
  try {
    const git = orFail(await openGit(system, config, host.token, world.stateDir));
    const settings = settingsFor(session, world);
    const report = orFail(
      await runRollback({ ...system, ...world, git }, {
        folder: world.stateDir,
        what: `rollback ${stack}`,
        waitSeconds,
        stop: system.stop,
        onWait: (holder) => system.stderr.write(`waiting for another pass (${holder})\n`),
      }, {
        branch: config.repo.branch,
        run: { id: runId(system.clock.now(), system.random.hex(6)), host: config.apply.host ?? system.hostname },
        stack,
        to: flags.to ?? null,
        settingsFor: settings,
        verify: trustOf(session, settings),
      }),
    );
    session.progress.clear();
    return answer(session, stack, report);
  } finally {
    world.close();
  }
}

function answer(session: Session, stack: string, { to, reverted, attempts }: RollbackReport): number {
  const isDelivered = reverted.state === "delivered";
  const delivery = isDelivered ? reportOf(reverted, attempts) : null;
  const holds = isDelivered ? reverted.holds : [];
  const barred = isDelivered ? reverted.barred : [];
  const facts = {
    at: session.system.clock.now(),
    stack,
    to,
    holds,
    problems: [...delivery?.problems ?? [], ...barred.map(warning)],
  };
  session.print(rollbackReport(facts, delivery === null ? null : deliveryReport(delivery)), () => {
    if (delivery === null) {
      return `No marked value of ${stack} differs from ${to.slice(0, 12)}; nothing to take back.\n`;
    }
    const commit = delivery.commit?.slice(0, 12) ?? "";
    return `${delivery.state} ${delivery.branch} ${commit}: ${delivery.subject}\n\n${renderHolds(holds)}`;
  });
  session.report(facts.problems);
  return delivery !== null && delivery.commit === null ? exitCodes.failed : exitCodes.done;
}

function warning(hold: Hold): Problem {
  const { image, tag, digest } = hold;
  const name = formatReference({ name: image, tag, digest });
  return {
    code: "hold.quarantined",
    severity: "warning",
    image,
    message: `${name} is quarantined, ${describe(hold)}: no host starts it while the hold stands`,
    cure: `magos unhold ${name}`,
  };
}
