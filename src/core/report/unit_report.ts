// The units that `magos unit` shows or has written, as JSON and as text.
import type { Problem } from "../model/problem.ts";
import { problemReport } from "./reference_report.ts";

/** One file of a unit and what became of it. */
export interface PlacedUnit {
  /** Absolute: where it belongs. */
  readonly path: string;
  readonly text: string;
  readonly state: "shown" | "written" | "unchanged";
}

/** The answer of the verb. */
export interface UnitAnswer {
  readonly files: readonly PlacedUnit[];
  /** What is left to do, in order, as a user types it. */
  readonly commands: readonly string[];
  readonly problems: readonly Problem[];
}

/** `magos.unit/v1`. */
export function unitReport({ files, commands, problems }: UnitAnswer): Record<string, unknown> {
  return {
    schema: "magos.unit/v1",
    installed: files.some(({ state }) => state !== "shown"),
    files: files.map(({ path, text, state }) => ({ path, text, state })),
    commands,
    problems: problems.map(problemReport),
  };
}
