// The loop of `magos run`: one pass at a time, each when it is due, until somebody says stop.
import type { Schedule } from "../core/model/schedule.ts";
import { formatTime, type Time } from "../core/model/time.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { Random } from "../core/ports/random.ts";
import type { ServiceManager } from "../core/ports/service_manager.ts";
import { type AutomationTimes, createAutomationTimes } from "./automation_times.ts";
import type { Bell } from "./bell.ts";
import { type DaemonState, newPassState, noteOutcome } from "./daemon_state.ts";
import type { PassKind, PassOrder, PassOutcome, PassTrigger, RunPass } from "./pass_order.ts";
import { createTimetable, type Timetable } from "./timetable.ts";
import { createTurns, type Turns } from "./turns.ts";
import type { WantedScans } from "./wanted_scans.ts";
import { createHeartbeat, type Heartbeat, watchOver } from "./watch_over.ts";

/** What a configuration makes of the daemon. */
export interface DaemonWork {
  readonly schedules: { readonly update: Schedule; readonly apply: Schedule | null };
  readonly lastRuns: { readonly update: Time | null; readonly apply: Time | null };
  /** When an automation of the repository is due beside the schedule, as far as passes have told; null: none is. */
  readonly nextAutomation: () => Time | null;
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

/** When what is due. */
interface Times {
  readonly passes: ReadonlyMap<PassKind, Timetable>;
  readonly automations: AutomationTimes;
  readonly turns: Turns<PassKind | "webhook">;
}

/** Runs until `stop` fires. A pass under way is told by the same signal, and gets the time to end its step. */
export async function runDaemon(ports: DaemonPorts, first: DaemonWork): Promise<void> {
  const { clock, stop, bell, service, state } = ports;
  const heartbeat = createHeartbeat(clock, service, state);
  stop.addEventListener("abort", bell.ring, { once: true });
  let work = first;
  let times = makeTimes(ports, work);
  await service?.notify("READY=1");
  while (!stop.aborted) {
    await heartbeat.beat();
    if (ports.requests.reload) {
      ports.requests.reload = false;
      await service?.notify("RELOADING=1");
      const next = await ports.reload();
      if (next !== null) [work, times] = [next, makeTimes(ports, next)];
      for (const timetable of times.passes.values()) timetable.ask("reload");
      await service?.notify("READY=1");
    }
    for (const [kind, trigger] of ports.requests.passes) times.passes.get(kind)?.ask(trigger);
    ports.requests.passes.clear();
    const order = nextOrder(ports, times);
    if (order !== null) await runOne(ports, heartbeat, times, work, order);
    else await waitForWork(ports, heartbeat, times);
  }
  state.stopping = true;
  await service?.notify("STOPPING=1");
}

function makeTimes(ports: DaemonPorts, { schedules, lastRuns, nextAutomation, notePlan }: DaemonWork): Times {
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
  return { passes: new Map(kinds), automations: createAutomationTimes(clock, nextAutomation), turns: createTurns() };
}

/** Updates go first, for what they push is what the apply pass then finds; but whoever waited is next. */
function nextOrder({ wanted }: DaemonPorts, { passes, automations, turns }: Times): PassOrder | null {
  const update = dueUpdate(passes.get("update"), automations);
  const apply = passes.get("apply")?.due() ?? null;
  const turn = turns.next([
    ...update === null ? [] : ["update" as const],
    ...apply === null ? [] : ["apply" as const],
    ...wanted.wait === 0 ? ["webhook" as const] : [],
  ]);
  if (turn === "apply" && apply !== null) return { kind: "apply", trigger: apply, named: null, lanes: "all" };
  return turn === "webhook" ? { kind: "update", trigger: "webhook", named: wanted.take(), lanes: "all" } : update;
}

function dueUpdate(timetable: Timetable | undefined, automations: AutomationTimes): PassOrder | null {
  const trigger = timetable?.due() ?? null;
  const tries = timetable?.tries;
  const isRegular = trigger === "schedule" && tries === "nothing";
  if (trigger !== null) return { kind: "update", trigger, named: null, lanes: isRegular ? "due" : "all" };
  if (tries === "failed" || !automations.due()) return null;
  return { kind: "update", trigger: "interval", named: null, lanes: "automations" };
}

async function runOne(
  { clock, log, state, wanted }: DaemonPorts,
  heartbeat: Heartbeat,
  { passes, automations }: Times,
  work: DaemonWork,
  order: PassOrder,
): Promise<void> {
  const timetable = passes.get(order.kind);
  const pass = state.passes[order.kind];
  if (timetable === undefined || pass === null) return;
  const began = clock.now();
  const isNarrow = order.named !== null || order.lanes === "automations";
  if (!isNarrow) timetable.begin();
  pass.running = true;
  const outcome = await watchOver(clock, heartbeat, (onProgress) => work.runPass(order, onProgress));
  noteOutcome(state, order.kind, outcome);
  if (outcome.schedule !== null) timetable.reschedule(outcome.schedule);
  timetable.ended(outcome, began, isNarrow);
  if (order.kind === "update") {
    automations.ended();
    if (outcome.result !== "failed") wanted.revive();
    else if (order.named !== null) wanted.keep(order.named);
  }
  const next = formatTime(order.kind === "update" ? nextUpdate(passes, automations) : timetable.dueAt);
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
  { passes, automations }: Times,
): Promise<void> {
  const update = nextUpdate(passes, automations);
  state.passes.update.nextRun = update;
  await service?.notify(`STATUS=${statusLine(state)}`);
  // Nothing may ring between the last look and the sleep.
  const { next } = bell;
  if (requests.reload || requests.passes.size > 0 || stop.aborted) return;
  const now = clock.now();
  const apply = passes.get("apply")?.dueAt ?? Infinity;
  const wait = Math.min(heartbeat.tick, wanted.wait ?? Infinity, update - now, apply - now);
  await clock.sleep(Math.max(1, wait), next);
}

/** What failed whole is tried again whole, in its own time. */
function nextUpdate(passes: Times["passes"], automations: AutomationTimes): Time {
  const update = passes.get("update");
  if (update === undefined) return Infinity;
  return update.tries === "failed" ? update.dueAt : Math.min(update.dueAt, automations.dueAt);
}

/** One line for `systemctl status`. */
function statusLine({ passes, configProblem }: DaemonState): string {
  const { last, nextRun } = passes.update;
  const told = last === null ? "no update pass yet" : `last update: ${last.result}`;
  const next = nextRun === null ? "" : `, next ${formatTime(nextRun)}`;
  return `${told}${next}${configProblem === null ? "" : "; the new configuration is wrong, the old one is in use"}`;
}
