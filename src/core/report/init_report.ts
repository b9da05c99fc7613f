// What init proposes or has written, as JSON: `File` and `Problem` of contracts.md 1.2.
import type { Problem } from "../model/problem.ts";
import { problemReport } from "./reference_report.ts";

/** One marker. A new marker replaces nothing unless `old` says so; `new` is the comment. */
export interface AddedMarker {
  readonly line: number;
  readonly column: number;
  readonly setter: string;
  readonly marker: string;
  /** The comment that gives way. */
  readonly old?: string;
}

/** One file with its markers; a new file has none. */
export interface InitFile {
  readonly file: string;
  readonly added: readonly AddedMarker[];
  readonly problems: readonly Problem[];
  readonly diff: string;
}

/** `magos.init/v1`. `problems` are those of all files and of no file. */
export function initReport(
  written: boolean,
  files: readonly InitFile[],
  problems: readonly Problem[],
): Record<string, unknown> {
  return { schema: "magos.init/v1", written, files: files.map(fileReport), problems: problems.map(problemReport) };
}

function fileReport({ file, added, problems, diff }: InitFile): Record<string, unknown> {
  return {
    file,
    changes: added.map(({ line, column, setter, marker, old = "" }) => ({ line, column, setter, old, new: marker })),
    problems: problems.map(problemReport),
    diff,
  };
}
