// What differs between two revisions: paths with their modes and contents' ids, from the trees alone.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { FileChange, FileVersion } from "../../core/ports/git.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { requireRevisions } from "./names.ts";

/** The paths at which the two differ, no renames guessed. No file's content is needed. */
export async function readChanges(
  context: GitContext,
  older: string,
  newer: string,
): Promise<Result<readonly FileChange[]>> {
  const valid = requireRevisions(older, newer);
  if (!valid.ok) return valid;
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--end-of-options", older, newer];
  const ran = await runGit(context, { args, cwd: context.mirror });
  if (!ran.ok) return ran;
  if (ran.value.code !== 0 || ran.value.ended !== null) {
    return { ok: false, failure: classifyFailure(ran.value, "local", `cannot compare ${older} and ${newer}`) };
  }
  return parseRawDiff(new TextDecoder().decode(ran.value.stdout));
}

/** `:<mode> <mode> <object> <object> <status>` NUL `<path>` NUL, again and again (git-diff-tree, "Raw output format"). */
export function parseRawDiff(text: string): Result<readonly FileChange[]> {
  const parts = text.split("\0");
  const changes: FileChange[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, oldMode, newMode, oldObject, newObject] =
      /^:([0-7]{6}) ([0-7]{6}) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [AMDT]$/.exec(parts[at] ?? "") ?? [];
    const path = parts[at + 1];
    if (!oldMode || !newMode || !oldObject || !newObject || !path) {
      return failure("git.failed", "git lists a change that cannot be understood", {
        cure: "look at the repository with git itself",
      });
    }
    changes.push({ path, before: versionOf(oldMode, oldObject), after: versionOf(newMode, newObject) });
  }
  return success(changes);
}

function versionOf(mode: string, object: string): FileVersion | null {
  return mode === "000000" ? null : { mode, object };
}
