// What a run keeps of its plan, for its history.
import type { UpdatePlan } from "../model/plan.ts";
import type { WrittenChange } from "../model/recorded_change.ts";
import { recordOf } from "./trailers.ts";

/** More would be a row that no history shows. */
const mostKept = 2000;

/** The changes of a plan: the words of the trailers, with the place and the texts. */
export function writtenChanges(plan: UpdatePlan): readonly WrittenChange[] {
  return plan.files.flatMap(({ file, changes }) =>
    changes.map((change): WrittenChange => {
      const { line, column, setter, old, new: next } = change;
      return { ...recordOf(file, change), line, column, setter, old, new: next };
    })
  ).slice(0, mostKept);
}
