import assert from "node:assert/strict";
import type { Schedule } from "../../../src/core/model/schedule.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import { createBell } from "../../../src/daemon/bell.ts";
import { newDaemonState } from "../../../src/daemon/daemon_state.ts";
import type { PassOrder, PassOutcome } from "../../../src/daemon/pass_order.ts";
import { type DaemonPorts, type DaemonWork, runDaemon } from "../../../src/daemon/run_daemon.ts";
import { createWantedScans } from "../../../src/daemon/wanted_scans.ts";
import { idleClock } from "../../fakes/idle_clock.ts";
import { testNow } from "../../fakes/manual_clock.ts";

/** A pass that ran: minutes and seconds after the daemon's start, and why. */
interface Ran {
  readonly at: string;
  readonly order: PassOrder;
}

interface Scene {
  readonly ran: Ran[];
  readonly notices: string[];
  readonly ports: DaemonPorts;
  readonly clock: Clock;
  readonly work: DaemonWork;
  readonly planned: Record<string, string | null>;
}

type Answer = (
  order: PassOrder,
  scene: Scene,
  onProgress: () => void,
) => Partial<PassOutcome> | Promise<Partial<PassOutcome>>;

const every = (seconds: number): Schedule => ({ everySeconds: seconds, timeZone: "UTC", jitterSeconds: 0 });
const good: PassOutcome = { result: "nothing", retryAt: null, message: null, schedule: null };

/** Runs the daemon until so many passes have begun. */
async function until(
  passes: number,
  answer: Answer,
  change: Partial<DaemonWork> & { readonly reload?: (scene: Scene) => DaemonWork | null; readonly clock?: Clock } = {},
): Promise<Scene> {
  const stop = new AbortController();
  const { reload, clock = idleClock(), ...other } = change;
  const bell = createBell();
  const work: DaemonWork = {
    schedules: { update: every(3600), apply: null },
    lastRuns: { update: null, apply: null },
    nextAutomation: () => null,
    notePlan: (kind, dueAt) => scene.planned[kind] = dueAt,
    async runPass(order, onProgress) {
      const seconds = Math.round((clock.now() - testNow) / 1000);
      scene.ran.push({ at: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`, order });
      if (scene.ran.length === passes) stop.abort("SIGTERM");
      return { ...good, ...await answer(order, scene, onProgress) };
    },
    ...other,
  };
  const scene: Scene = {
    ran: [],
    notices: [],
    planned: {},
    clock,
    work,
    ports: {
      clock,
      random: { number: () => 0.5, hex: () => "0" },
      log: { event: () => {} },
      stop: stop.signal,
      service: {
        watchdogSeconds: 30,
        notify: (state) => Promise.resolve(void scene.notices.push(state)),
      },
      bell,
      wanted: createWantedScans(clock),
      state: newDaemonState(work.schedules.apply !== null, clock.monotonic()),
      requests: { reload: false, passes: new Map() },
      reload: () => Promise.resolve(reload === undefined ? work : reload(scene)),
    },
  };
  await runDaemon(scene.ports, work);
  // The clock's own last look at its sleepers.
  await new Promise((resolve) => setTimeout(resolve, 0));
  return scene;
}

function times({ ran }: Scene): readonly string[] {
  return ran.map(({ at, order }) => `${at} ${order.kind} ${order.trigger}`);
}

Deno.test("runDaemon() runs at once in an empty state, then each time the interval is over", async () => {
  const scene = await until(3, () => ({}));
  assert.deepEqual(times(scene), ["0:00 update schedule", "60:00 update schedule", "120:00 update schedule"]);
});

Deno.test("runDaemon() counts from the last recorded pass, so that a restart asks nobody anew", async () => {
  const scene = await until(1, () => ({}), { lastRuns: { update: testNow - 45 * 60_000, apply: null } });
  assert.deepEqual(times(scene), ["15:00 update schedule"]);
});

Deno.test("runDaemon() waits a minute after a failure, then twice as long, and never past the schedule", async () => {
  const scene = await until(6, () => ({ result: "failed" }), { schedules: { update: every(600), apply: null } });
  assert.deepEqual(times(scene).map((it) => it.split(" ")[0]), ["0:00", "1:00", "3:00", "7:00", "15:00", "25:00"]);
});

Deno.test("runDaemon() asks again when a registry said so after a pass that was partly done", async () => {
  const scene = await until(
    2,
    (_, { ran }) => ran.length === 1 ? { result: "partly", retryAt: testNow + 20 * 60_000 } : {},
  );
  assert.deepEqual(times(scene), ["0:00 update schedule", "20:00 update schedule"]);
});

Deno.test("runDaemon() does not hurry after a partly done pass that only a person can mend", async () => {
  const scene = await until(2, () => ({ result: "partly" }));
  assert.deepEqual(times(scene), ["0:00 update schedule", "60:00 update schedule"]);
});

Deno.test("runDaemon() updates before it deploys, and keeps both schedules apart", async () => {
  const scene = await until(5, () => ({}), { schedules: { update: every(1200), apply: every(600) } });
  assert.deepEqual(times(scene), [
    "0:00 update schedule",
    "0:00 apply schedule",
    "10:00 apply schedule",
    "20:00 update schedule",
    "20:00 apply schedule",
  ]);
});

Deno.test("runDaemon() follows a schedule that the repository's own file brings", async () => {
  const scene = await until(2, () => ({ schedule: every(300) }));
  assert.deepEqual(times(scene), ["0:00 update schedule", "5:00 update schedule"]);
});

Deno.test("runDaemon() reloads, then runs both passes, and many requests meanwhile are one", async () => {
  const scene = await until(4, (_, { ran, ports }) => {
    if (ran.length === 1) {
      for (let times = 0; times < 50; times++) {
        ports.requests.reload = true;
        ports.bell.ring();
      }
    }
    return {};
  }, { schedules: { update: every(3600), apply: every(3600) } });
  assert.deepEqual(times(scene), [
    "0:00 update schedule",
    "0:00 update reload",
    "0:00 apply reload",
    "60:00 update schedule",
  ]);
  assert.equal(scene.notices.filter((it) => it === "RELOADING=1").length, 1);
});

const hangUp: Answer = (_, { ran, ports }) => {
  if (ran.length === 1) ports.requests.reload = true;
  return {};
};

Deno.test("runDaemon() takes the schedule and the passes of a new configuration", async () => {
  const scene = await until(4, hangUp, {
    reload: ({ clock, work }) => ({
      ...work,
      schedules: { update: every(60), apply: null },
      lastRuns: { update: clock.now(), apply: null },
    }),
  });
  assert.deepEqual(times(scene), [
    "0:00 update schedule",
    "0:00 update reload",
    "1:00 update schedule",
    "2:00 update schedule",
  ]);
});

Deno.test("runDaemon() keeps the old configuration where the new one is bad, and runs all the same", async () => {
  const scene = await until(3, hangUp, { reload: () => null });
  assert.deepEqual(times(scene), ["0:00 update schedule", "0:00 update reload", "60:00 update schedule"]);
});

Deno.test("runDaemon() asks about what webhooks name, leaves the schedule, and the same again after 30 s", async () => {
  const scene = await until(4, (_, { ran, ports }) => {
    if (ran.length <= 2) assert.equal(ports.wanted.want(["ghcr.io/you/app"]), true);
    return {};
  });
  assert.deepEqual(times(scene), [
    "0:00 update schedule",
    "0:00 update webhook",
    "0:30 update webhook",
    "60:00 update schedule",
  ]);
  assert.deepEqual([...scene.ran[1]?.order.named ?? []], ["ghcr.io/you/app"]);
});

Deno.test("runDaemon() tries everything again soon when a webhook's pass failed", async () => {
  const scene = await until(3, (order, { ran, ports }) => {
    if (ran.length === 1) ports.wanted.want(["ghcr.io/you/app"]);
    return { result: order.trigger === "webhook" ? "failed" : "nothing" };
  });
  assert.deepEqual(times(scene), ["0:00 update schedule", "0:00 update webhook", "1:00 update schedule"]);
});

Deno.test("runDaemon() begins nothing after the signal, and says each state to who watches", async () => {
  const scene = await until(1, () => ({}));
  assert.equal(scene.ran.length, 1);
  assert.equal(scene.notices[0], "READY=1");
  assert.equal(scene.notices.at(-1), "STOPPING=1");
  assert.equal(scene.ports.state.stopping, true);
});

Deno.test("runDaemon() feeds the watchdog at least every third of its time, also while a pass runs", async () => {
  const scene = await until(2, async (_, { clock }) => {
    await clock.sleep(60_000);
    return {};
  });
  const beats = scene.notices.filter((it) => it === "WATCHDOG=1").length;
  // An hour at one beat in ten seconds.
  assert.ok(beats >= 360, String(beats));
});

Deno.test("runDaemon() lets the watchdog bite when a pass has not got on for an hour and a quarter", async () => {
  const scene = await until(1, async (_, { clock }) => {
    await clock.sleep(120 * 60_000);
    return {};
  });
  const beats = scene.notices.filter((it) => it === "WATCHDOG=1").length;
  assert.ok(beats >= 450 && beats < 460, String(beats));
  assert.equal(scene.ports.state.beatAt < scene.clock.monotonic() - 40 * 60_000, true);
});

Deno.test("runDaemon() feeds the watchdog in a pass that gets on, however long it takes in all", async () => {
  const scene = await until(1, async (_, { clock }, onProgress) => {
    // Four pulls, each as long as one may be.
    for (let pull = 0; pull < 4; pull++) {
      await clock.sleep(60 * 60_000);
      onProgress();
    }
    return {};
  });
  const beats = scene.notices.filter((it) => it === "WATCHDOG=1").length;
  assert.ok(beats >= 4 * 360, String(beats));
});

Deno.test("runDaemon() notes when a pass is due next", async () => {
  const scene = await until(1, () => ({}));
  assert.deepEqual(scene.planned, { update: "2026-01-20T13:00:00Z", apply: null });
});

/** Automations by their interval in minutes; all are due at first, and each pass that is about them gives them a turn. */
function rhythm(minutes: number, clock: () => Clock): Pick<DaemonWork, "nextAutomation"> & { ran(): void } {
  let last: number | null = null;
  return {
    nextAutomation: () => last === null ? null : last + minutes * 60_000,
    ran: () => last = clock().now(),
  };
}

Deno.test("runDaemon() gives automations their turn by their interval, beside the schedule", async () => {
  let clock: Clock | null = null;
  const flux = rhythm(25, () => clock ?? idleClock());
  const scene = await until(6, (order, scene) => {
    clock = scene.clock;
    if (order.named === null) flux.ran();
    return {};
  }, { nextAutomation: flux.nextAutomation });
  assert.deepEqual(scene.ran.map(({ at, order: { trigger, lanes } }) => `${at} ${trigger} ${lanes}`), [
    "0:00 schedule due",
    "25:00 interval automations",
    "50:00 interval automations",
    "60:00 schedule due",
    "85:00 interval automations",
    "110:00 interval automations",
  ]);
});

Deno.test("runDaemon() runs automations once a minute at most, whatever passes tell of them", async () => {
  const scene = await until(4, () => ({}), { nextAutomation: () => testNow });
  assert.deepEqual(times(scene), [
    "0:00 update schedule",
    "1:00 update interval",
    "2:00 update interval",
    "3:00 update interval",
  ]);
});

Deno.test("runDaemon() tries everything again after a pass for automations failed, and nothing else meanwhile", async () => {
  const scene = await until(5, (_, { ran }) => ({ result: ran.length < 2 || ran.length > 3 ? "nothing" : "failed" }), {
    nextAutomation: () => testNow,
  });
  assert.deepEqual(scene.ran.map(({ at, order: { trigger, lanes } }) => `${at} ${trigger} ${lanes}`), [
    "0:00 schedule due",
    "1:00 interval automations",
    "2:00 schedule all",
    "4:00 schedule all",
    "5:00 interval automations",
  ]);
});

Deno.test("runDaemon() gives everybody a turn when somebody asks", async () => {
  const scene = await until(3, (_, { ran, ports }) => {
    if (ran.length === 1) ports.requests.passes.set("update", "request");
    if (ran.length === 2) ports.requests.reload = true;
    return {};
  });
  assert.deepEqual(scene.ran.map(({ order: { trigger, lanes } }) => `${trigger} ${lanes}`), [
    "schedule due",
    "request all",
    "reload all",
  ]);
});

/** A wall clock that somebody sets, over one that nobody does. */
function settable(): Clock & { set(milliseconds: number): void } {
  const clock = idleClock();
  let offset = 0;
  return {
    now: () => clock.now() + offset,
    monotonic: clock.monotonic,
    sleep: clock.sleep,
    set: (milliseconds) => offset += milliseconds,
  };
}

const day = 86_400_000;
const hours = ({ ran }: Scene): readonly string[] =>
  ran.map(({ at }) => `${Math.round(Number(at.split(":")[0]) / 60)} h`);

for (
  const [what, leap, wanted] of [
    // Three days later, at once and once, then as ever.
    ["ahead, as after a suspend,", 3 * day, ["0 h", "1 h", "73 h", "74 h", "75 h"]],
    // Two days earlier: at once, for nobody knows how long it has been, and not in two days.
    ["back", -2 * day, ["0 h", "1 h", "-47 h", "-46 h", "-45 h"]],
  ] as const
) {
  Deno.test(`runDaemon() is neither hurried nor stuck when the clock leaps ${what} between two passes`, async () => {
    const clock = settable();
    const scene = await until(5, (_, { ran }) => {
      // Ten minutes after this pass.
      if (ran.length === 2) void clock.sleep(600_000).then(() => clock.set(leap));
      return {};
    }, { clock });
    assert.deepEqual(hours(scene), wanted);
  });
}

Deno.test("runDaemon() loses no webhook, request or reload of a pass that runs, and never runs two at a time", async () => {
  let running = 0;
  const scene = await until(5, async (_, { ran, ports, clock }) => {
    assert.equal(++running, 1);
    if (ran.length === 1) {
      ports.wanted.want(["ghcr.io/you/app"]);
      ports.requests.reload = true;
      ports.requests.passes.set("apply", "webhook");
      ports.bell.ring();
    }
    await clock.sleep(20 * 60_000);
    running--;
    return {};
  }, { schedules: { update: every(3600), apply: every(3600) } });
  assert.deepEqual(times(scene).map((it) => it.replace(/^\S+ /, "")), [
    "update schedule",
    "update reload",
    "apply webhook",
    "update webhook",
    "update schedule",
  ]);
});

Deno.test("runDaemon() gives each its turn where updates take longer than their interval", async () => {
  const scene = await until(9, async (_, { clock, ports }) => {
    ports.wanted.want(["ghcr.io/you/app"]);
    await clock.sleep(5 * 60_000);
    return {};
  }, { schedules: { update: every(60), apply: every(60) } });
  const ran = scene.ran.map(({ order: { kind, trigger } }) => `${kind} ${trigger}`);
  assert.deepEqual(ran.slice(0, 2), ["update schedule", "apply schedule"]);
  for (let at = 2; at + 3 <= ran.length; at++) assert.equal(new Set(ran.slice(at, at + 3)).size, 3, ran.join());
});

Deno.test("runDaemon() asks again about what a webhook named when its pass failed, once one has come to its end", async () => {
  const scene = await until(5, (_, { ran, ports }) => {
    if (ran.length === 1) ports.wanted.want(["ghcr.io/you/app"]);
    return { result: ran.length === 2 || ran.length === 3 ? "failed" : "nothing" };
  });
  assert.deepEqual(times(scene), [
    "0:00 update schedule",
    "0:00 update webhook",
    "1:00 update schedule",
    "3:00 update schedule",
    "3:00 update webhook",
  ]);
  assert.deepEqual([...scene.ran[4]?.order.named ?? []], ["ghcr.io/you/app"]);
});
