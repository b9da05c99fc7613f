// What setting up a host has done, step by step, as JSON.
import type { Problem } from "../model/problem.ts";
import { problemReport } from "./reference_report.ts";

/** One step. `there`: an earlier run had done it. */
export interface BootstrapStep {
  readonly step: "token" | "login" | "config" | "clone" | "push" | "plan" | "unit";
  readonly state: "done" | "there" | "planned" | "skipped" | "failed";
  readonly message: string;
}

/** The answer of the verb. */
export interface BootstrapAnswer {
  /** Where the host's configuration is. */
  readonly config: string;
  readonly steps: readonly BootstrapStep[];
  /** What is left to do, in order, as a user types it. */
  readonly commands: readonly string[];
  readonly problems: readonly Problem[];
}

/** `magos.bootstrap/v1`. */
export function bootstrapReport({ config, steps, commands, problems }: BootstrapAnswer): Record<string, unknown> {
  return {
    schema: "magos.bootstrap/v1",
    config,
    steps: steps.map(({ step, state, message }) => ({ step, state, message })),
    commands,
    problems: problems.map(problemReport),
  };
}
