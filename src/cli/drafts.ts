// What a verb proposes to write: files of a repository as they are to be, shown or written.
import { problemOf, type Result } from "../core/model/problem.ts";
import type { InitFile } from "../core/report/init_report.ts";
import type { System } from "../core/ports/system.ts";
import { createFile } from "./create_file.ts";
import { replaceFile } from "./named_files.ts";

/** A file as it is to be. */
export interface Draft extends InitFile {
  /** Null when it stays. */
  readonly text: string | null;
  readonly isNew: boolean;
}

/** Writes what is to change below `root`. A file that cannot be written says so and is left as it was. */
export async function writeDrafts(
  system: System,
  root: string,
  drafts: readonly Draft[],
): Promise<readonly Draft[]> {
  const done: Draft[] = [];
  for (const draft of drafts) {
    const { file, text, isNew } = draft;
    const write = isNew ? createFile : replaceFile;
    const written: Result<void> | null = text === null ? null : await write(system, `${root}/${file}`, text);
    if (written?.ok !== false) done.push(draft);
    else {
      const problems = [...draft.problems, problemOf({ ...written.failure, file })];
      done.push({ ...draft, added: [], diff: "", text: null, problems });
    }
  }
  return done;
}
