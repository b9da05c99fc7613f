// The past as a repository on this machine holds it: the mirror, or the user's own clone. Nothing is fetched or written.
import { type Result, success } from "../../core/model/problem.ts";
import type { CommitPage, History, LineCommit } from "../../core/ports/history.ts";
import type { Output } from "../../core/ports/process.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import { mirrorFolder } from "./mirror.ts";
import { logFormat, parseLog } from "./history.ts";
import { type LocalParts, localRunner } from "./local_read.ts";
import { requireRevisions } from "./names.ts";

/** Bytes of one answer; a message of 4 MiB is the largest that is read. */
const largestAnswer = 16 * 1024 * 1024;

const plain = ["-z", "--date-order", "--no-mailmap", "--no-color", "--encoding=UTF-8"];

/** Builds the port. `ceiling` is where git stops looking for a repository; null: it may look as far up as it likes. */
export function createHistory(
  parts: LocalParts & { readonly folder: string; readonly ceiling: string | null },
): History {
  return {
    planCommits: (to, { skip, limit }) => readPage(parts, to, skip, limit),
    descendants: (from, to, limit) => readDescendants(parts, from, to, limit),
  };
}

/** The past of the mirror that `createGit` keeps in the state folder; it must have been fetched. */
export function mirrorHistory(parts: LocalParts, stateFolder: string): History {
  // The state folder may lie in somebody's repository, which is none of ours.
  return createHistory({ ...parts, folder: mirrorFolder(stateFolder), ceiling: stateFolder });
}

type Place = Parameters<typeof createHistory>[0];

/** Half as many at a time where the answer would be too large: one huge message must not hide the others. */
async function readPage(place: Place, to: string, skip: number, limit: number): Promise<Result<CommitPage>> {
  const valid = requireRevisions(to);
  if (!valid.ok) return valid;
  for (let count = Math.max(1, Math.floor(limit)); count >= 1; count = Math.floor(count / 2)) {
    const ran = await ask(place, [
      "log",
      ...plain,
      // The brackets keep git from PCRE, which compiles a fixed text and dies where a unit denies that.
      "--extended-regexp",
      "--grep=Magos-Plan[:] ",
      `--skip=${skip}`,
      `--max-count=${count}`,
      logFormat(),
      to,
      "--",
    ]);
    if (!ran.ok) return ran;
    if (ran.value.ended === "too-much-output") continue;
    const text = textOf(ran.value, to);
    if (!text.ok) return text;
    const commits = parseLog(text.value);
    return success({ commits, next: commits.length < count ? null : skip + count, tooLarge: 0 });
  }
  return success({ commits: [], next: skip + 1, tooLarge: 1 });
}

async function readDescendants(
  place: Place,
  from: string,
  to: string,
  limit: number,
): Promise<Result<readonly LineCommit[]>> {
  const valid = requireRevisions(from, to);
  if (!valid.ok) return valid;
  const format = "--format=tformat:%H%x00%P%x00%ct%x00%<(500,trunc)%s";
  const ran = await ask(place, [
    "log",
    ...plain,
    "--ancestry-path",
    `--max-count=${limit}`,
    format,
    to,
    `^${from}`,
    "--",
  ]);
  if (!ran.ok) return ran;
  const text = textOf(ran.value, to);
  if (!text.ok) return text;
  const parts = text.value.split("\0");
  const commits: LineCommit[] = [];
  for (let at = 0; at + 4 <= parts.length; at += 4) {
    const [revision = "", parents = "", seconds = "", subject = ""] = parts.slice(at, at + 4);
    commits.push({
      revision,
      parents: parents.split(" ").filter((it) => it !== ""),
      time: Number(seconds) * 1000,
      subject: subject.trimEnd(),
    });
  }
  return success(commits);
}

function ask(place: Place, args: readonly string[]): Promise<Result<Output>> {
  const runner = { ...localRunner(place), ceiling: place.ceiling };
  return runGit(runner, { args, cwd: place.folder, maxOutput: largestAnswer });
}

function textOf(output: Output, to: string): Result<string> {
  if (output.code === 0 && output.ended === null) return success(new TextDecoder().decode(output.stdout));
  return { ok: false, failure: classifyFailure(output, "local", `cannot read the history of ${to}`) };
}
