// Many files of a repository to their texts, bounded, one bad file beside good ones.
import { failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import type { SourceText } from "../core/patch/slot.ts";
import type { Files } from "../core/ports/files.ts";
import { readInside } from "./checkout_reader.ts";

const mostFiles = 20_000;

/** The texts that are worth keeping, and why others could not be read. `root` is a real path. */
export async function readSources(
  files: Files,
  root: string,
  paths: readonly string[],
  isWorthKeeping: (source: SourceText) => boolean,
): Promise<Result<{ readonly sources: readonly SourceText[]; readonly problems: readonly Problem[] }>> {
  if (paths.length > mostFiles) {
    return failure("file.too_many", `${root} holds ${paths.length} files to read; magos reads at most ${mostFiles}`, {
      file: root,
      cure: "name the folder that holds your stacks",
    });
  }
  const sources: SourceText[] = [];
  const problems: Problem[] = [];
  for (const file of paths) {
    const text = await readInside(files, root, file);
    if (!text.ok) problems.push(problemOf(text.failure));
    else if (text.value !== null && isWorthKeeping({ file, text: text.value })) {
      sources.push({ file, text: text.value });
    }
  }
  return success({ sources, problems });
}
