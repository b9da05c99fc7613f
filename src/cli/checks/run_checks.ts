// All checks side by side, ended when their time is over: a preflight that hangs would say nothing at all.
import { type Result, success } from "../../core/model/problem.ts";
import type { System } from "../../core/ports/system.ts";
import type { CheckResult } from "../../core/report/doctor_report.ts";
import { mapLimited } from "../../reconcile/map_limited.ts";
import type { Session } from "../session.ts";
import { type OpenContext, openContext } from "./check_context.ts";
import type { Check, CheckItem, Finding } from "./check.ts";
import { tellOnce } from "./tell_once.ts";

/** A check that was asked for, and what of it. */
export interface AskedCheck {
  readonly check: Check;
  readonly subjects: readonly string[];
}

/** How long all of them may take, in seconds; who names a check wants its answer more than a quick one. */
export const mostSeconds = 5;
export const mostSecondsNamed = 60;

const itemsAtOnce = 8;

/** The findings in the order of the checks. Fails with `usage.invalid` for a word that names nothing. */
export async function runChecks(
  session: Session,
  asked: readonly AskedCheck[],
  seconds: number,
): Promise<Result<readonly CheckResult[]>> {
  const { clock } = session.system;
  const [limit, done] = [new AbortController(), new AbortController()];
  const timer = clock.sleep(seconds * 1000, done.signal).then(() => {
    if (!done.signal.aborted) limit.abort();
  });
  const context = openContext({ ...session, system: withEnd(session.system, limit.signal) });
  const running = asked.map((it) => runCheck(context, it, limit.signal, seconds));
  try {
    const found = await Promise.all(running);
    const wrong = found.find((it) => !it.ok);
    const results = found.flatMap((it) => it.ok ? it.value : []);
    return wrong ?? success(tellOnce(results, [tooSlow(seconds).message]));
  } finally {
    done.abort();
    limit.abort();
    await Promise.allSettled([timer, ...running]);
    await context.close();
  }
}

async function runCheck(
  context: OpenContext,
  { check, subjects }: AskedCheck,
  over: AbortSignal,
  seconds: number,
): Promise<Result<readonly CheckResult[]>> {
  const { clock } = context.session.system;
  const begun = clock.monotonic();
  const items = await check.items(context, subjects);
  if (!items.ok) return items;
  if (over.aborted) return success([resultOf(check.id, null, tooSlow(seconds), clock.monotonic() - begun)]);
  const found = await mapLimited(items.value, itemsAtOnce, async (item) => {
    const started = clock.monotonic();
    const findings = await lookAt(item, over, seconds);
    return findings.map((finding) => resultOf(check.id, item.subject, finding, clock.monotonic() - started));
  });
  return success(found.flat());
}

/** What is found after the end is about the end, and not about what was looked at. */
async function lookAt(item: CheckItem, over: AbortSignal, seconds: number): Promise<readonly Finding[]> {
  if (over.aborted) return [tooSlow(seconds)];
  const findings = await item.look();
  return over.aborted ? [tooSlow(seconds)] : findings;
}

function tooSlow(seconds: number): Finding {
  return {
    state: "fail",
    message: `it took more than ${seconds} s`,
    cure: "name this check alone, magos doctor ID: then it may take longer",
  };
}

function resultOf(id: string, subject: string | null, finding: Finding, milliseconds: number): CheckResult {
  const { state, message, cure, steps } = finding;
  const seconds = Math.round(milliseconds) / 1000;
  return { id, subject, state, message, cure: cure ?? null, steps: steps ?? [], seconds };
}

/** The machine, whose programs and requests end with the signal. */
function withEnd(system: System, end: AbortSignal): System {
  const joined = (own: AbortSignal | undefined): AbortSignal => own === undefined ? end : AbortSignal.any([own, end]);
  const { http } = system;
  return {
    ...system,
    stop: AbortSignal.any([system.stop, end]),
    process: { run: (command) => system.process.run({ ...command, signal: joined(command.signal) }) },
    http: {
      send: (request, options = {}) => http.send(request, { ...options, signal: joined(options.signal) }),
      ...http.release === undefined ? {} : { release: (identity) => http.release?.(identity) },
    },
  };
}
