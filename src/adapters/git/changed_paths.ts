// Which paths two commits of the mirror hold differently, by mode and object id: no file's content is needed.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { PathChange } from "../../core/ports/git.ts";
import { classifyFailure } from "./classify.ts";
import type { GitContext } from "./context.ts";
import { askMirror } from "./history.ts";
import { requireRevisions } from "./names.ts";

/** Fails with `file.too_many` when the list is beyond 16 MiB. Links and submodules count like files. */
export async function readChangedPaths(
  context: GitContext,
  from: string,
  to: string,
): Promise<Result<readonly PathChange[]>> {
  const valid = requireRevisions(from, to);
  if (!valid.ok) return valid;
  const ran = await askMirror(context, ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", from, to]);
  if (!ran.ok) return ran;
  if (ran.value.ended === "too-much-output") {
    return failure("file.too_many", `${from} and ${to} differ in more files than magos reads`, {
      cure: "bring the branch near its base again",
    });
  }
  if (ran.value.code !== 0 || ran.value.ended !== null) {
    return { ok: false, failure: classifyFailure(ran.value, "local", `cannot compare ${from} and ${to}`) };
  }
  return success(parseRaw(new TextDecoder().decode(ran.value.stdout)));
}

/** `:MODE MODE OBJECT OBJECT STATUS NUL path NUL` (git-diff-tree, "Raw output format"). */
function parseRaw(text: string): PathChange[] {
  const parts = text.split("\0");
  const changes: PathChange[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [oldMode = "", newMode = "", oldId = "", newId = ""] = (parts[at] ?? "").slice(1).split(" ");
    changes.push({ path: parts[at + 1] ?? "", before: entryOf(oldMode, oldId), after: entryOf(newMode, newId) });
  }
  return changes;
}

function entryOf(mode: string, id: string): string | null {
  return /^0+$/.test(mode) ? null : `${mode} ${id}`;
}
