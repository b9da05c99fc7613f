// magos doctor: preflight of the chain, each line ok, warn, fail or skip, with the cure.
import { Argument, Command } from "@commander-js/extra-typings";
import { nearestOf } from "../../core/model/nearest.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import { doctorReport, worstOf } from "../../core/report/doctor_report.ts";
import type { Check } from "../checks/check.ts";
import { checks } from "../checks/checks.ts";
import { type AskedCheck, mostSeconds, mostSecondsNamed, runChecks } from "../checks/run_checks.ts";
import { painterFor } from "../render/colour.ts";
import { renderDoctor } from "../render/doctor_text.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function doctorVerb(start: Start): Command<[string[]], Record<string, never>> {
  return new Command("doctor")
    .description(
      "look whether the chain works, from settings and git to registries and engine; each line with its cure",
    )
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

async function doctor(session: Session, words: readonly string[]): Promise<number> {
  const { system, progress } = session;
  const asked = orFail(readWords(words));
  const limit = words.length === 0 ? mostSeconds : mostSecondsNamed;
  progress.update("checking", 0, 0);
  const results = orFail(await runChecks(session, asked, limit));
  progress.clear();
  const named = new Set(asked.filter(({ subjects }) => subjects.length > 0).map(({ check }) => check.id));
  session.print(
    doctorReport(system.clock.now(), results),
    () => renderDoctor(results, ({ id }) => named.has(id), painterFor(system, system.stdout)),
  );
  return worstOf(results) === "fail" ? exitCodes.failed : exitCodes.done;
}

/** All checks without words; else each id with the words that follow it and are none. */
function readWords(words: readonly string[]): Result<readonly AskedCheck[]> {
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
