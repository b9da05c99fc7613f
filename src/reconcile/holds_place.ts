// The place of the list of holds in a work tree, before something is written there.
import { holdsFile } from "../core/documents/holds.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import type { Files } from "../core/ports/files.ts";

/** The folder that the list lies in. */
export const holdsFolder = holdsFile.slice(0, holdsFile.lastIndexOf("/"));

/** A link in the place of the folder or the file would lead the writing out of the work tree. */
export async function checkHoldsPlace(root: string, files: Files): Promise<Result<void>> {
  for (const [path, kind] of [[holdsFolder, "directory"], [holdsFile, "file"]] as const) {
    const info = await files.stat(`${root}/${path}`);
    if (!info.ok) return info;
    if (info.value === null || info.value.kind === kind) continue;
    return failure("file.outside", `${path} is no plain ${kind}; nothing is written through it`, {
      file: path,
      cure: `make it a plain ${kind} of the repository`,
    });
  }
  return success(undefined);
}
