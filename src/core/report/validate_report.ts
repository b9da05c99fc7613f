// What a look at a repository's files found, as JSON (contracts.md 1.3).
import type { Problem } from "../model/problem.ts";
import { problemReport } from "./reference_report.ts";

/** What was looked at, and what is wrong with it. */
export interface Validation {
  /** Files that may hold markers or policies. */
  readonly files: number;
  /** Markers that are understood. */
  readonly markers: number;
  /** Policies that are read, magos's and Flux's. */
  readonly policies: number;
  readonly problems: readonly Problem[];
}

/** `magos.validate/v1`. */
export function validateReport({ files, markers, policies, problems }: Validation): Record<string, unknown> {
  return { schema: "magos.validate/v1", files, markers, policies, problems: problems.map(problemReport) };
}
