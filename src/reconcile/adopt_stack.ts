// A stack that runs as wanted before magos ever touched it: taken over without a restart, and looked at once (rulings 20).
import { type Problem, success } from "../core/model/problem.ts";
import { settledRow } from "../core/plan/stack_rows.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import { judgeHealth } from "../core/stack/judge_health.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { outcomeOf, restartsBefore, rowOf, type StackOrder, versionOf } from "./stack_order.ts";
import { healthOf, lookOnce } from "./watch_health.ts";

/**
 * Written down as it runs. Nobody waits for it to be healthy, since nothing was changed; one that is ill is told of, and is
 * nothing to go back to. One that still starts is: it ran before.
 */
export async function adoptStack(ports: ApplyPorts, order: StackOrder): Promise<StackOutcome> {
  const { store, clock, log } = ports;
  const { content, containers, plan } = order;
  const before = restartsBefore(order);
  // Of what magos brought about itself the pass's own list says enough.
  const looked = order.row === null
    ? await lookOnce(ports, content, before)
    : success({ look: judgeHealth(content, containers, before) });
  const row = rowOf(order, clock.now());
  const settled = settledRow(row, content, versionOf(order), containers, clock.now());
  const seen = looked.ok ? await healthOf(ports, looked.value.look, null) : null;
  // Nothing of this stack was decrypted, so its secrets would not be masked in what it wrote.
  const health = seen === null || content.secrets.length === 0 ? seen : { ...seen, log: [] };
  const isIll = health !== null && health.state !== "healthy" && health.state !== "starting";
  store.saveStack(isIll ? { ...settled, lastGood: row.lastGood, images: row.images } : settled);
  log.event("info", "apply.adopted", { stack: plan.stack, health: health?.state ?? "unknown" });
  const problems: readonly Problem[] = isIll
    ? [{
      code: "stack.unhealthy",
      severity: "warning",
      stack: plan.stack,
      message: `${plan.stack} ran already and is left as it is, but it is not healthy: ${health.message}`,
      cure: "see its log; a commit that mends it is deployed by the next pass",
    }]
    : [];
  return outcomeOf(plan, "current", [], { health, running: health, problems });
}
