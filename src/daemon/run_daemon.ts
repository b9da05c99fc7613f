// The loop of `magos run`: one pass at a time, each when it is due, until somebody says stop.
import type { Schedule } from "../core/model/schedule.ts";
import { formatTime, type Time } from "../core/model/time.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { Random } from "../core/ports/random.ts";
import type { ServiceManager } from "../core/ports/service_manager.ts";
import type { Bell } from "./bell.ts";
import { type DaemonState, newPassState, noteOutcome } from "./daemon_state.ts";
import type { PassKind, PassOrder, PassOutcome, PassTrigger, RunPass } from "./pass_order.ts";
import { createTimetable, type Timetable } from "./timetable.ts";
import type { WantedScans } from "./wanted_scans.ts";
import { createHeartbeat, type Heartbeat, watchOver } from "./watch_over.ts";

/** What a configuration makes of the daemon. */
export interface DaemonWork {
  readonly schedules: { readonly update: Schedule; readonly apply: Schedule | null };
  readonly lastRuns: { readonly update: Time | null; readonly apply: Time | null };
  readonly runPass: RunPass;
  /** Keeps when a pass is due, for those who look at the state. */
  readonly notePlan: (kind: PassKind, dueAt: string | null) => void;
}

/** What the loop works with. */
export interface DaemonPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly stop: AbortSignal;
  readonly service: ServiceManager | null;
  readonly bell: Bell;
  readonly wanted: WantedScans;
  readonly state: DaemonState;
  /** What people and senders have asked for since the loop last looked; asking twice is asking once. */
  readonly requests: DaemonRequests;
  /** Reads the configuration anew. Null: it cannot be used, `state.configProblem` says why, and the old one stays. */
  readonly reload: () => Promise<DaemonWork | null>;
}

/** Wishes that the loop has not looked at yet. */
export interface DaemonRequests {
  reload: boolean;
  readonly passes: Map<PassKind, PassTrigger>;
}

type Timetables = ReadonlyMap<PassKind, Timetable>;

/** Runs until `stop` fires. A pass under way is told by the same signal, and gets the time to end its step. */
export async function runDaemon(ports: DaemonPorts, first: DaemonWork): Promise<void> {
  const { clock, stop, bell, service, state } = ports;
  const heartbeat = createHeartbeat(clock, service, state);
  stop.addEventListener("abort", bell.ring, { once: true });
  let work = first;
  let timetables = makeTimetables(ports, work);
  await service?.notify("READY=1");
  while (!stop.aborted) {
    await heartbeat.beat();
    if (ports.requests.reload) {
      ports.requests.reload = false;
      await service?.notify("RELOADING=1");
      const next = await ports.reload();
      if (next !== null) [work, timetables] = [next, makeTimetables(ports, next)];
      for (const timetable of timetables.values()) timetable.ask("reload");
      await service?.notify("READY=1");
    }
    for (const [kind, trigger] of ports.requests.passes) timetables.get(kind)?.ask(trigger);
    ports.requests.passes.clear();
    const order = nextOrder(ports, timetables);
    if (order !== null) await runOne(ports, heartbeat, timetables, work, order);
    else await waitForWork(ports, heartbeat, timetables);
  }
  state.stopping = true;
  await service?.notify("STOPPING=1");
}

function makeTimetables(ports: DaemonPorts, { schedules, lastRuns, notePlan }: DaemonWork): Timetables {
  const { state, clock, random } = ports;
  if (schedules.apply === null) state.passes.apply = null;
  else state.passes.apply ??= newPassState();
  const kinds = (["update", "apply"] as const).flatMap((kind) => {
    const schedule = schedules[kind];
    if (schedule === null) {
      notePlan(kind, null);
      return [];
    }
    const onPlan = (dueAt: string | null): void => {
      const pass = state.passes[kind];
      if (pass !== null) pass.nextRun = dueAt === null ? null : Date.parse(dueAt);
      notePlan(kind, dueAt);
    };
    return [[kind, createTimetable({ clock, random, schedule, lastRun: lastRuns[kind], onPlan })] as const];
  });
  return new Map(kinds);
}

/** Updates go first: what they push is what the apply pass then finds. */
function nextOrder({ wanted }: DaemonPorts, timetables: Timetables): PassOrder | null {
  for (const [kind, timetable] of timetables) {
    const trigger = timetable.due();
    if (trigger !== null) return { kind, trigger, named: null };
  }
  if (wanted.wait !== 0) return null;
  return { kind: "update", trigger: "webhook", named: wanted.take() };
}

async function runOne(
  { clock, log, state }: DaemonPorts,
  heartbeat: Heartbeat,
  timetables: Timetables,
  work: DaemonWork,
  order: PassOrder,
): Promise<void> {
  const timetable = timetables.get(order.kind);
  const pass = state.passes[order.kind];
  if (timetable === undefined || pass === null) return;
  const began = clock.now();
  const isNarrow = order.named !== null;
  if (!isNarrow) timetable.begin();
  pass.running = true;
  const outcome = await watchOver(clock, heartbeat, (onProgress) => work.runPass(order, onProgress));
  noteOutcome(state, order.kind, outcome);
  if (outcome.schedule !== null) timetable.reschedule(outcome.schedule);
  timetable.ended(outcome, began, isNarrow);
  const next = formatTime(timetable.dueAt);
  log.event(levelOf(outcome), "pass.ended", {
    kind: order.kind,
    trigger: order.trigger,
    result: outcome.result,
    ...(outcome.message === null ? {} : { problem: outcome.message }),
    next,
  });
}

function levelOf({ result }: PassOutcome): "info" | "warning" | "error" {
  if (result === "failed") return "error";
  return result === "partly" ? "warning" : "info";
}

async function waitForWork(
  { clock, bell, wanted, requests, stop, service, state }: DaemonPorts,
  heartbeat: Heartbeat,
  timetables: Timetables,
): Promise<void> {
  await service?.notify(`STATUS=${statusLine(state)}`);
  // Nothing may ring between the last look and the sleep.
  const { next } = bell;
  if (requests.reload || requests.passes.size > 0 || stop.aborted) return;
  const now = clock.now();
  const waits = [...timetables.values()].map(({ dueAt }) => dueAt - now);
  const wait = Math.min(heartbeat.tick, wanted.wait ?? Infinity, ...waits);
  await clock.sleep(Math.max(1, wait), next);
}

/** One line for `systemctl status`. */
function statusLine({ passes, configProblem }: DaemonState): string {
  const { last, nextRun } = passes.update;
  const told = last === null ? "no update pass yet" : `last update: ${last.result}`;
  const next = nextRun === null ? "" : `, next ${formatTime(nextRun)}`;
  return `${told}${next}${configProblem === null ? "" : "; the new configuration is wrong, the old one is in use"}`;
}
