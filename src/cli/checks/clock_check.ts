// doctor clock: ages are only as true as this machine's clock (contracts.md 5.3).
import { success } from "../../core/model/problem.ts";
import { formatTime } from "../../core/model/time.ts";
import { clockDifference, differenceText } from "../../core/report/handshake_report.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { placesInUse } from "./registry_places.ts";

/** More than ten minutes makes every age gate unknown (contracts.md 5.3). */
export const mostClockDifference = 10 * 60_000;

// Two hosts that agree are believed, one may be wrong itself.
const hostsAsked = 2;

/** Compares the clock with what the state has seen, and with the `Date` of two registries in use. */
export const clockCheck: Check = {
  id: "clock",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look(context: CheckContext): Promise<readonly Finding[]> {
  const behind = await findBackward(context);
  if (behind !== null) return [behind];
  const places = await placesInUse(context);
  const differences: { readonly host: string; readonly by: number }[] = [];
  for (const place of places.ok ? places.value ?? [] : []) {
    if (differences.length === hostsAsked) break;
    const seen = await context.examine(place);
    const by = seen.ok ? clockDifference(seen.value.steps) : null;
    if (by !== null) differences.push({ host: place.host, by });
  }
  const [first] = differences;
  if (first === undefined) return [{ state: "skip", message: "no registry was there to compare it with" }];
  const steps = differences.map(({ host, by }) => `${host}: ${differenceText(by)}`);
  const wrong = differences.find(({ by }) => Math.abs(by) > mostClockDifference);
  if (wrong === undefined) return [{ state: "ok", message: differenceText(first.by), steps }];
  return [{
    state: differences.every(({ by }) => Math.abs(by) > mostClockDifference) && differences.length > 1
      ? "fail"
      : "warn",
    message: `${differenceText(wrong.by)} (${wrong.host}); ages of images cannot be trusted`,
    cure: "set the clock, and let it be kept by NTP (timedatectl set-ntp true)",
    steps,
  }];
}

/** A clock that stands before what was recorded has been set back, or never set since the start. */
async function findBackward(context: CheckContext): Promise<Finding | null> {
  const world = await context.world();
  if (!world.ok) return null;
  const [last] = world.value.store.runs(1);
  const newest = last === undefined ? null : last.ended ?? last.started;
  const now = context.session.system.clock.now();
  if (newest === null || newest <= now + mostClockDifference) return null;
  return {
    state: "fail",
    message: `the clock says ${formatTime(now)}, and a pass was recorded at ${formatTime(newest)}`,
    cure: "set the clock, and let it be kept by NTP (timedatectl set-ntp true)",
  };
}
