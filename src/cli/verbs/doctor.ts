// magos doctor: preflight of the chain, each line ok, warn, fail or skip, with the cure.
import { Argument, Command } from "@commander-js/extra-typings";
import { nearestOf } from "../../core/model/nearest.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import { type CheckResult, doctorReport, worstOf } from "../../core/report/doctor_report.ts";
import { mapLimited } from "../../reconcile/map_limited.ts";
import { type OpenContext, openContext } from "../checks/check_context.ts";
import type { Check, CheckItem } from "../checks/check.ts";
import { checks } from "../checks/checks.ts";
import { painterFor } from "../render/colour.ts";
import { renderDoctor } from "../render/doctor_text.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import type { Start } from "./start.ts";

const itemsAtOnce = 8;

/** The verb. */
export function doctorVerb(start: Start): Command<[string[]], Record<string, never>> {
  return new Command("doctor")
    .description("look whether the chain works: settings, state, clock, git, registries; each line with its cure")
    .addArgument(checkArgument())
    .addHelpText(
      "after",
      "\nExamples:\n  magos doctor\n  magos doctor registry ghcr.io\n  magos doctor registry ghcr.io/you/app:1.4.2 --json\n",
    )
    .action((words) => start((session) => doctor(session, words), { bearsBadConfig: true })) as unknown as Command<
      [string[]],
      Record<string, never>
    >;
}

/** The choices are for help and completion: what follows an id may be any name. */
function checkArgument(): Argument<"[check...]"> {
  return new Argument("[check...]", "only these; after registry and credentials a registry may be named, or an image")
    .choices(checks.map(({ id }) => id))
    .argParser((word: string, words: string[] | undefined) => [...words ?? [], word]) as unknown as Argument<
      "[check...]"
    >;
}

/** A check that was asked for, and what of it. */
interface Asked {
  readonly check: Check;
  readonly subjects: readonly string[];
}

async function doctor(session: Session, words: readonly string[]): Promise<number> {
  const { system, progress } = session;
  const asked = orFail(readWords(words));
  const context = openContext(session);
  try {
    const results: CheckResult[] = [];
    for (const { check, subjects } of asked) {
      progress.update(`checking ${check.id}`, 0, 0);
      const items = orFail(await check.items(context, subjects));
      results.push(...await lookAt(context, check.id, items));
    }
    progress.clear();
    const named = new Set(asked.filter(({ subjects }) => subjects.length > 0).map(({ check }) => check.id));
    session.print(
      doctorReport(system.clock.now(), results),
      () => renderDoctor(results, ({ id }) => named.has(id), painterFor(system, system.stdout)),
    );
    return worstOf(results) === "fail" ? exitCodes.failed : exitCodes.done;
  } finally {
    await context.close();
  }
}

async function lookAt(context: OpenContext, id: string, items: readonly CheckItem[]): Promise<readonly CheckResult[]> {
  const { clock } = context.session.system;
  const found = await mapLimited(items, itemsAtOnce, async ({ subject, look }) => {
    const begun = clock.monotonic();
    const findings = await look();
    const seconds = Math.round(clock.monotonic() - begun) / 1000;
    return findings.map(({ state, message, cure, steps }): CheckResult => ({
      id,
      subject,
      state,
      message,
      cure: cure ?? null,
      steps: steps ?? [],
      seconds,
    }));
  });
  return found.flat();
}

/** All checks without words; else each id with the words that follow it and are none. */
function readWords(words: readonly string[]): Result<readonly Asked[]> {
  if (words.length === 0) return success(checks.map((check) => ({ check, subjects: [] })));
  const asked = new Map<Check, string[]>();
  let last: Check | null = null;
  for (const word of words) {
    const check = checks.find(({ id }) => id === word);
    if (check !== undefined) {
      last = check;
      asked.set(check, asked.get(check) ?? []);
    } else if (last?.takesSubjects) asked.get(last)?.push(word);
    else return unknownCheck(word);
  }
  return success([...asked].map(([check, subjects]) => ({ check, subjects })));
}

function unknownCheck(word: string): Result<never> {
  const ids = checks.map(({ id }) => id);
  const near = nearestOf(word, ids);
  return failure("usage.invalid", `there is no check "${word.slice(0, 100)}"`, {
    cure: near === null ? `checks are: ${ids.join(", ")}` : `did you mean ${near}?`,
  });
}
