// The paths of a command line to the files of test cases that they mean.
import { failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import type { Files } from "../core/ports/files.ts";

/** A file as the user would name it, and where it is. */
export interface CaseFile {
  readonly shown: string;
  readonly path: string;
}

const caseName = /\.test\.(ya?ml|json)$/i;
const deepest = 20;
const mostFiles = 10_000;

/** Whether a file of a folder holds test cases. */
export function isCaseFile(name: string): boolean {
  return caseName.test(name);
}

/** Each file that is named, and all `*.test.yaml|yml|json` below each folder; links in folders are not followed. */
export async function findCaseFiles(
  files: Files,
  cwd: string,
  paths: readonly string[],
): Promise<{ readonly found: readonly CaseFile[]; readonly problems: readonly Problem[] }> {
  const found = new Map<string, CaseFile>();
  const problems: Problem[] = [];
  for (const path of paths) {
    const listed = await findAt(files, cwd, path);
    if (!listed.ok) problems.push(problemOf(listed.failure));
    else for (const file of listed.value) found.set(file.path, file);
  }
  return { found: [...found.values()], problems };
}

async function findAt(files: Files, cwd: string, shown: string): Promise<Result<readonly CaseFile[]>> {
  const path = await files.realPath(shown.startsWith("/") ? shown : `${cwd}/${shown}`);
  if (!path.ok) return path;
  if (path.value === null) return wrongPath(`there is no ${shown}`, "check the path");
  const info = await files.stat(path.value);
  if (!info.ok) return info;
  if (info.value?.kind !== "directory") return success([{ shown, path: path.value }]);
  const found: CaseFile[] = [];
  const walked = await walk(files, { shown: shown.replace(/\/+$/, ""), path: path.value }, found, deepest);
  if (!walked.ok) return walked;
  if (found.length > 0) return success(found);
  return wrongPath(`${shown} holds no test cases`, "name them like guilliman.test.yaml, beside the policy");
}

async function walk(files: Files, folder: CaseFile, found: CaseFile[], levels: number): Promise<Result<void>> {
  const names = await files.list(folder.path);
  if (!names.ok) return names;
  for (const name of names.value) {
    const entry = { shown: folder.shown === "." ? name : `${folder.shown}/${name}`, path: `${folder.path}/${name}` };
    const info = await files.stat(entry.path);
    if (!info.ok) return info;
    if (info.value?.kind === "file" && isCaseFile(name)) found.push(entry);
    if (found.length > mostFiles) return wrongPath(`${folder.shown} holds too many files`, "name a smaller folder");
    // Folders with a dot hold what tools keep for themselves, git first of all.
    if (info.value?.kind !== "directory" || name.startsWith(".") || levels === 0) continue;
    const below = await walk(files, entry, found, levels - 1);
    if (!below.ok) return below;
  }
  return success(undefined);
}

function wrongPath(message: string, cure: string): Result<never> {
  return failure("usage.invalid", message, { cure });
}
