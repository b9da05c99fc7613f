// Decisions that were made one by one to those that go together, and to the files that carry them out.
import type { Decision } from "../model/decision.ts";
import type { FilePatch } from "../model/plan.ts";
import type { Problem } from "../model/problem.ts";
import type { FoundTarget, MarkedFile } from "../patch/find_context.ts";
import { patchFiles } from "../patch/patch_file.ts";
import { settleParts } from "../patch/settle_parts.ts";
import { settleShared } from "../patch/settle_shared.ts";
import { groupOf } from "./group_gate.ts";
import { type BrokenGroups, settleGroups } from "./settle_groups.ts";

type Decisions = ReadonlyMap<FoundTarget, Decision>;

/** What holds for all of them. */
export interface Settled {
  readonly decisions: Decisions;
  readonly patches: readonly FilePatch[];
}

/** Settles parts, shared values and groups, and patches. A file that cannot be patched keeps whole groups back. */
export function settlePlan(
  marked: readonly MarkedFile[],
  decided: Decisions,
  broken: BrokenGroups = new Map(),
): Settled {
  let decisions = settleAll(decided, broken);
  for (;;) {
    const patches = patchFiles(marked, decisions);
    const failed = failUnpatched(decisions, patches);
    if (failed === null) return { decisions, patches };
    decisions = settleAll(failed, broken);
  }
}

/** Each rule may hold what another one has let pass. They only ever hold, so there is an end. */
function settleAll(decided: Decisions, broken: BrokenGroups): Decisions {
  let decisions = decided;
  for (let before = -1, moving = movers(decisions); moving !== before;) {
    decisions = settleGroups(settleShared(settleParts(decisions)), broken);
    [before, moving] = [moving, movers(decisions)];
  }
  return decisions;
}

function movers(decisions: Decisions): number {
  return [...decisions.values()].filter(({ state }) => state === "selected").length;
}

/** The decisions with the members of groups in `error` whose file stays as it is; null when there are none. */
function failUnpatched(decisions: Decisions, patches: readonly FilePatch[]): Decisions | null {
  const flaws = new Map(patches.flatMap(({ file, problems }): [string, Problem][] => {
    const flaw = problems.find(({ severity }) => severity === "error");
    return flaw === undefined ? [] : [[file, flaw]];
  }));
  const failed = [...decisions].flatMap(([found, decision]): [FoundTarget, Decision][] => {
    const flaw = flaws.get(found.slot.source.file);
    if (flaw === undefined || decision.state !== "selected" || groupOf(decision) === null) return [];
    return [[found, inError(decision, flaw)]];
  });
  return failed.length === 0 ? null : new Map([...decisions, ...failed]);
}

function inError(decision: Decision, flaw: Problem): Decision {
  const problems = [...decision.problems, flaw];
  return { ...decision, state: "error", selected: null, reasons: [flaw.message, ...decision.reasons], problems };
}
