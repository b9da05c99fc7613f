// A stack that waits, for git, a window, another stack or a retry: what was last good of it is kept running meanwhile.
import { owedBackup } from "../core/model/backup.ts";
import type { Problem } from "../core/model/problem.ts";
import type { StackRow } from "../core/model/stack.ts";
import { retryRow } from "../core/plan/stack_rows.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { restore } from "./roll_back.ts";
import { outcomeOf, type StackOrder } from "./stack_order.ts";
import { afterSwitch, openJournal } from "./step_journal.ts";

/** Tells what the stack waits for. What ran before is started again when it is down: after a reboot, or by hand. */
export async function keepRunning(ports: ApplyPorts, order: StackOrder): Promise<StackOutcome> {
  const { plan, row } = order;
  const problems = waitingProblems(order);
  const good = row?.lastGood ?? null;
  const now = ports.clock.now();
  // Of a deployment that is to be tried again, the time to wait says nothing about what ran before.
  const isTooEarly = plan.waitsFor !== "retry" && (row?.retryAt ?? 0) > now;
  // Until the volumes hold again what belongs to it, what ran before must not see them.
  const isSpoilt = owedBackup(row?.backup) !== null;
  const isKept = row === null || good === null || good.hash === order.content.hash || isTooEarly || isSpoilt;
  if (isKept || !isDown(order, row)) {
    return outcomeOf(plan, plan.state, [], { problems });
  }
  const journal = openJournal([], ports.clock);
  const restored = await restore(ports, order, good, journal);
  const told = { ...plan, action: "repair" } as const;
  if (restored.ok && restored.value.state === "healthy") {
    const isTried = plan.waitsFor === "retry";
    ports.store.saveStack({ ...row, isMixed: false, ...isTried ? {} : { failures: 0, retryAt: null } });
    return outcomeOf(told, plan.state, journal.steps(), { running: restored.value, problems });
  }
  const why = restored.ok ? restored.value.message : restored.failure.message;
  if (plan.waitsFor !== "retry" && !ports.stop.aborted) {
    ports.store.saveStack(retryRow(afterSwitch(row, journal), row.wanted, row.reason ?? ports.mask(why), now));
  }
  const failed: Problem = {
    code: "stack.rollback_failed",
    severity: "error",
    stack: plan.stack,
    message: `${plan.stack} waits (${plan.reason}), and what ran before is not healthy: ${ports.mask(why)}`,
  };
  const running = restored.ok ? restored.value : null;
  return outcomeOf(told, "failed", journal.steps(), { running, problems: [failed] });
}

function waitingProblems({ plan, row }: StackOrder): readonly Problem[] {
  const { stack, reason, state, waitsFor, until } = plan;
  if (state === "rolled-back") {
    const message = (row?.lastGood ?? null) === null
      ? `${stack} is kept down until git moves on: ${reason}`
      : `${stack} runs what ran before, until git moves on: ${reason}`;
    const cure = "commit what mends it; the next pass deploys it";
    return [{ code: "stack.rolled_back", severity: "error", stack, message, cure }];
  }
  if (waitsFor !== "retry") return [];
  const owed = row?.backup?.isDue === true ? row.backup.folder : null;
  const volumes = owed === null ? "" : `; it is kept down, for its volumes have to be given back from ${owed}`;
  return [{
    code: owed === null ? "stack.unhealthy" : "stack.not_restored",
    severity: "error",
    stack,
    message: `${stack} failed lately and is tried again later: ${reason}${volumes}`,
    ...(until === null ? {} : { retryAt: until }),
    cure: "magos apply tries at once",
  }];
}

/** Whether something that ran is gone, or ended though it was not to end. */
function isDown({ plan, containers, settings, content }: StackOrder, row: StackRow): boolean {
  const own = containers.filter((it) =>
    it.project === row.project || it.project === content.project ||
    (it.labels?.stack === plan.stack && it.labels.host === settings.host)
  );
  const serviceOf = (name: string) => content.services.find((service) => service.name === name);
  const isGone = [...row.images.keys()].some((name) =>
    serviceOf(name)?.replicas !== 0 && !own.some(({ service }) => service === name)
  );
  return isGone ||
    own.some(({ service, state, exitCode }) =>
      (state === "exited" || state === "dead" || state === "created") &&
      !(exitCode === 0 && serviceOf(service)?.mayEnd === true)
    );
}
