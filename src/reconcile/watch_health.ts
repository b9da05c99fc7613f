// Step 9 of the apply pass: a stack is watched until it stays healthy, or its time is over.
import type { Health } from "../core/model/health.ts";
import { type Result, success } from "../core/model/problem.ts";
import type { StackContent } from "../core/model/stack.ts";
import type { Container } from "../core/ports/engine.ts";
import { healthAllowance } from "../core/stack/health_allowance.ts";
import { type HealthLook, judgeHealth } from "../core/stack/judge_health.ts";
import type { ApplyPorts } from "./apply_ports.ts";

type WatchPorts = Pick<ApplyPorts, "engine" | "probe" | "clock" | "stop" | "mask">;

const shortestPause = 500;
const longestPause = 5000;
const probeTimeout = 5000;
const logLines = 10;

/** What is down at so many looks in a row is not about to be restarted by its engine. */
const downLooks = 3;

/**
 * Watches with a full time allowance. Fails when the engine cannot be asked, and answers null when a signal ended the
 * watch: nothing is known then. `before`: restarts of the containers that were there before the start.
 */
export async function watchHealth(
  ports: WatchPorts,
  content: StackContent,
  before: ReadonlyMap<string, number>,
): Promise<Result<Health | null>> {
  const { clock, stop } = ports;
  const begun = clock.monotonic();
  const settle = content.stack.health.settleSeconds * 1000;
  const allowed = healthAllowance(content) * 1000;
  let healthySince: number | null = null;
  let wasHealthy = false;
  let startsBefore: string | null = null;
  let down = 0;
  for (let pause = shortestPause; !stop.aborted; pause = Math.min(longestPause, pause * 1.5)) {
    const looked = await lookOnce(ports, content, before);
    if (!looked.ok) return stop.aborted ? success(null) : looked;
    const { starts } = looked.value;
    const now = clock.monotonic();
    const look = startsBefore === null || starts === startsBefore ? looked.value.look : unsteady(looked.value.look);
    startsBefore = starts;
    if (look.state === "healthy") {
      wasHealthy = true;
      healthySince ??= now;
      if (now - healthySince >= settle) return success({ state: "healthy", since: clock.now(), message: "", log: [] });
    } else healthySince = null;
    down = look.state === "exited" ? down + 1 : 0;
    // Who was healthy once gets the time to be it again, but not for ever.
    const end = begun + allowed + (wasHealthy ? settle : 0);
    const isLate = now >= end && healthySince === null;
    if (look.isOver || down >= downLooks || isLate) {
      return success(await healthOf(ports, look, isLate ? allowed : null));
    }
    const settled = healthySince === null ? end : healthySince + settle;
    await clock.sleep(Math.max(1, Math.min(pause, settled - now)), stop);
  }
  return success(null);
}

/** Who was started again since the last look has not stayed healthy, however well he looks now. */
function unsteady(look: HealthLook): HealthLook {
  return look.state === "healthy" ? { ...look, state: "looping", message: "a container was started again" } : look;
}

/** One question, and where health checks are only run when asked for, two; then the probes. Fails as the engine does. */
export async function lookOnce(
  ports: WatchPorts,
  content: StackContent,
  before: ReadonlyMap<string, number>,
): Promise<Result<{ readonly look: HealthLook; readonly starts: string }>> {
  const { engine, probe, stop } = ports;
  const listed = await engine.list(stop);
  if (!listed.ok) return listed;
  const checked = own(content, listed.value).filter((it) => it.state === "running" && it.health !== null);
  for (const { id } of checked) {
    const ran = await engine.checkHealth(id, stop);
    if (!ran.ok) return ran;
  }
  const again = checked.length === 0 ? listed : await engine.list(stop);
  if (!again.ok) return again;
  const look = judgeHealth(content, again.value, before);
  const starts = own(content, again.value).map((it) => `${it.id} ${it.restarts} ${it.startedAt}`).sort().join("\n");
  if (look.state !== "healthy") return success({ look, starts });
  const { http, tcp } = content.stack.health;
  const answers = [
    http === null ? success(undefined) : await probe.http(http, probeTimeout, stop),
    tcp === null ? success(undefined) : await probe.tcp(tcp, probeTimeout, stop),
  ];
  const silent = answers.find((answer) => !answer.ok);
  if (silent === undefined || silent.ok) return success({ look, starts });
  return success({ look: { ...look, state: "unhealthy", message: silent.failure.message }, starts });
}

/** A look as it is told, with the container's last lines. `late`: the milliseconds that were not enough, or null. */
export async function healthOf(ports: WatchPorts, look: HealthLook, late: number | null): Promise<Health> {
  const { engine, clock, mask, stop } = ports;
  const told = look.container === null ? null : await engine.logs(look.container.id, logLines, stop);
  const message = late === null
    ? look.message
    : `not healthy after ${Math.round(late / 1000)} seconds: ${look.message}`;
  const log = told?.ok ? told.value.map(mask) : [];
  return { state: look.state, since: clock.now(), message: mask(message), log };
}

function own(content: StackContent, containers: readonly Container[]): readonly Container[] {
  return containers.filter((it) => it.project === content.project);
}
