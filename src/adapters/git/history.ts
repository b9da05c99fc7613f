// Questions to the mirror's history. None of them speaks to the remote.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Commit } from "../../core/ports/git.ts";
import type { Output } from "../../core/ports/process.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { requireRevisions } from "./names.ts";

/** Whether the mirror holds the commit. */
export async function hasCommit(context: GitContext, revision: string): Promise<Result<boolean>> {
  const valid = requireRevisions(revision);
  if (!valid.ok) return valid;
  const mirror = await context.files.stat(context.mirror);
  if (!mirror.ok) return mirror;
  if (mirror.value === null) return success(false);
  const ran = await askMirror(context, ["cat-file", "-e", `${revision}^{commit}`]);
  return ran.ok ? success(ran.value.code === 0) : ran;
}

/**
 * Whether `newer` descends from `older`, or is the same. A commit that the mirror does not have is no ancestor of one
 * whose history is complete. Fails when `newer` itself was not fetched.
 */
export async function isAncestor(context: GitContext, older: string, newer: string): Promise<Result<boolean>> {
  const valid = requireRevisions(older, newer);
  if (!valid.ok) return valid;
  const ran = await askMirror(context, ["merge-base", "--is-ancestor", older, newer]);
  if (!ran.ok) return ran;
  if (ran.value.code === 0) return success(true);
  if (ran.value.code === 1) return success(false);
  const known = [await hasCommit(context, older), await hasCommit(context, newer)];
  if (known[0]?.ok && !known[0].value && known[1]?.ok && known[1].value) return success(false);
  return { ok: false, failure: classifyFailure(ran.value, "local", `cannot compare ${older} and ${newer}`) };
}

/** Where two histories parted, one of several where they crossed before; null when they have no commit in common. */
export async function findMergeBase(context: GitContext, one: string, other: string): Promise<Result<string | null>> {
  const valid = requireRevisions(one, other);
  if (!valid.ok) return valid;
  const ran = await askMirror(context, ["merge-base", one, other]);
  if (!ran.ok) return ran;
  const { code, stdout, stderr } = ran.value;
  const found = new TextDecoder().decode(stdout).trim();
  if (code === 0) return success(found);
  if (code === 1 && stderr.trim() === "") return success(null);
  return { ok: false, failure: classifyFailure(ran.value, "local", `cannot compare ${one} and ${other}`) };
}

const fields = ["%H", "%P", "%an <%ae>", "%ct", "%B"];

/** Commits of `to` that are not of `from`, newest first, children before parents; `time` is the committer's. */
export async function readLog(
  context: GitContext,
  from: string | null,
  to: string,
  limit: number,
): Promise<Result<readonly Commit[]>> {
  const valid = requireRevisions(to, ...(from === null ? [] : [from]));
  if (!valid.ok) return valid;
  const range = from === null ? [to] : [to, `^${from}`];
  const options = ["-z", "--date-order", "--no-mailmap", "--no-color", "--encoding=UTF-8"];
  const what = [`--max-count=${Math.max(0, Math.floor(limit))}`, `--format=tformat:${fields.join("%x00")}`];
  const ran = await askMirror(context, ["log", ...options, ...what, ...range, "--"]);
  if (!ran.ok) return ran;
  if (ran.value.code !== 0 || ran.value.ended !== null) {
    return { ok: false, failure: classifyFailure(ran.value, "local", `cannot read the history of ${to}`) };
  }
  return success(parseLog(new TextDecoder().decode(ran.value.stdout)));
}

async function askMirror(context: GitContext, args: readonly string[]): Promise<Result<Output>> {
  const mirror = await context.files.stat(context.mirror);
  if (!mirror.ok) return mirror;
  if (mirror.value === null) {
    return failure("git.failed", "nothing was fetched yet", { cure: "fetch the branch first" });
  }
  return await runGit(context, { args, cwd: context.mirror });
}

/** What git is to print of each commit, for `parseLog`. */
export function logFormat(): string {
  return `--format=tformat:${fields.join("%x00")}`;
}

/** NUL cannot stand in a commit, so it parts fields and commits alike. */
export function parseLog(text: string): Commit[] {
  const parts = text.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    const [revision = "", parents = "", author = "", seconds = "", message = ""] = parts.slice(at, at + fields.length);
    commits.push({
      revision,
      parents: parents.split(" ").filter((parent) => parent !== ""),
      author,
      message,
      time: Number(seconds) * 1000,
    });
  }
  return commits;
}
