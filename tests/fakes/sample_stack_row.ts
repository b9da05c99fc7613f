// The row of a stack that settled and is healthy, to vary.
import type { StackRow, StackVersion } from "../../src/core/model/stack.ts";

const usual: StackVersion = { revision: "a".repeat(40), hash: `v1:${"1".repeat(64)}` };

/** It runs `version`, which is also what was last good. Its project has its name. */
export function sampleStackRow(name: string, changes: Partial<StackRow> = {}, version = usual): StackRow {
  return {
    name,
    project: name,
    phase: "settled",
    wanted: version,
    applied: version,
    lastGood: version,
    bad: null,
    reason: null,
    interruptions: 0,
    images: new Map(),
    backup: null,
    failures: 0,
    retryAt: null,
    since: 0,
    said: null,
    health: null,
    isMixed: false,
    engineSecrets: [],
    ...changes,
  };
}
