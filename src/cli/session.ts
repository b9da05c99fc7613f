// What every verb shares: the machine, the flags, the configuration, and the two ways of answering.
import type { Config } from "../core/documents/config.ts";
import { configOf, mergeLayers } from "../core/documents/config.ts";
import type { ConfigLayer } from "../core/documents/config_layer.ts";
import { type Failure, type Problem, problemOf } from "../core/model/problem.ts";
import { StoreFailure } from "../core/ports/store.ts";
import type { System } from "../core/ports/system.ts";
import { errorReport } from "../core/report/reference_report.ts";
import { type GlobalFlags } from "./global_flags.ts";
import { type HostConfig, loadHostConfig } from "./load_config.ts";
import { painterFor } from "./render/colour.ts";
import { renderProblems } from "./render/problems.ts";
import { createProgress, type Progress } from "./render/progress.ts";

/** Exit codes of contracts.md 1.1. */
export const exitCodes = { done: 0, failed: 1, usage: 2, pending: 3, partly: 4 } as const;

/** Ends a verb before its time; the session turns it into an answer and an exit code. */
export class VerbFailure extends Error {
  override readonly name = "VerbFailure";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems[0]?.message ?? "failed");
    this.problems = problems;
  }
}

/** One run of one verb. */
export interface Session {
  readonly system: System;
  readonly flags: GlobalFlags;
  readonly host: HostConfig;
  /** The host's configuration; the repository's own file may add to it. */
  readonly config: Config;
  readonly progress: Progress;
  /** The configuration with one more layer below the others. */
  configWith(layer: ConfigLayer): Config;
  /** Prints the document with `--json`, else what `text` gives. */
  print(document: unknown, text: () => string): void;
  /** Problems on stderr; with `--json` they are in the document already. */
  report(problems: readonly Problem[]): void;
}

/** How a verb differs from others before it begins. */
export interface SessionOptions {
  /** Goes on with what is right in the host's configuration, and says itself what is wrong. */
  readonly bearsBadConfig?: true;
  /** SIGTERM and SIGINT are how it is meant to end: its own exit code counts. */
  readonly runsUntilStopped?: true;
}

/** Loads the configuration, runs the verb, and answers with its exit code or with what stopped it. */
export async function runVerb(
  system: System,
  flags: GlobalFlags,
  verb: (session: Session) => Promise<number>,
  options: SessionOptions = {},
): Promise<number> {
  try {
    const session = await openSession(system, flags, options);
    try {
      return await verb(session);
    } finally {
      session.progress.clear();
    }
  } catch (error) {
    return answerFailure(system, flags, problemsOfError(error));
  }
}

/** The value, or the end of the verb. */
export function orFail<T>(result: { ok: true; value: T } | { ok: false; failure: Failure }): T {
  if (result.ok) return result.value;
  throw new VerbFailure([problemOf(result.failure)]);
}

/** Prints the problems as the only answer, and gives the exit code that they mean. */
export function answerFailure(system: System, flags: GlobalFlags, problems: readonly Problem[]): number {
  if (flags.json) system.stdout.write(JSON.stringify(errorReport(problems)) + "\n");
  else system.stderr.write(renderProblems(problems, painterFor(system, system.stderr)));
  return exitCodeOf(problems);
}

/** Reads the configuration for a verb, and again when a daemon is told to; ends the verb when it is wrong. */
export async function openSession(
  system: System,
  flags: GlobalFlags,
  options: SessionOptions = {},
): Promise<Session> {
  const host = orFail(await loadHostConfig(system, flags));
  const isBroken = host.problems.some((problem) => problem.severity === "error");
  if (isBroken && !options.bearsBadConfig) throw new VerbFailure(host.problems);
  const config = configOf(mergeLayers(host.layers));
  system.configureLog(config.log);
  const report = (problems: readonly Problem[]): void => {
    const shown = flags.quiet ? problems.filter((problem) => problem.severity === "error") : problems;
    if (!flags.json) system.stderr.write(renderProblems(shown, painterFor(system, system.stderr)));
  };
  if (!options.bearsBadConfig) report(host.problems);
  return {
    system,
    flags,
    host,
    config,
    progress: createProgress(system, flags.quiet ?? false),
    configWith: (layer) => configOf(mergeLayers([...host.layers, layer])),
    print: (document, text) => system.stdout.write(flags.json ? JSON.stringify(document) + "\n" : text()),
    report,
  };
}

/** What cannot be recorded is not done: the store's own failure ends a pass like any other. Bugs go on up. */
export function problemsOfError(error: unknown): readonly Problem[] {
  if (error instanceof VerbFailure) return error.problems;
  if (!(error instanceof StoreFailure)) throw error;
  return [{
    code: "state.write_failed",
    severity: "error",
    message: `the state cannot be written or read: ${error.message}`,
    cure: "see that the disk has room and that state.dir is writable; nothing was delivered that is not recorded",
  }];
}

function exitCodeOf(problems: readonly Problem[]): number {
  const wrongInput = problems.some(({ code, severity }) =>
    severity === "error" && (/^(usage|config|policy)\./.test(code) || usageCodes.has(code))
  );
  return wrongInput ? exitCodes.usage : exitCodes.failed;
}

const usageCodes: ReadonlySet<string> = new Set(["registry.config", "git.no_origin", "git.not_a_repository"]);
