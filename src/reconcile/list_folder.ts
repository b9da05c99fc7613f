// The files of a folder that git does not list: all of them, as far as a person would look.
import { failure, type Result, success } from "../core/model/problem.ts";
import type { Files } from "../core/ports/files.ts";

const mostFiles = 100_000;
const deepest = 100;

/** Plain files below a folder, relative and sorted. Links and folders whose name starts with a dot are passed over. */
export async function listFolder(files: Files, root: string): Promise<Result<readonly string[]>> {
  const found: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const names = await files.list(`${root}/${folder}`);
    // A folder that may not be entered hides its files and no others.
    if (!names.ok) continue;
    for (const name of names.value) {
      const info = await files.stat(`${root}/${folder}${name}`);
      if (!info.ok || info.value === null) continue;
      if (info.value.kind === "file") found.push(folder + name);
      const isOpen = info.value.kind === "directory" && !name.startsWith(".");
      if (isOpen && folder.split("/").length <= deepest) folders.push(`${folder}${name}/`);
    }
    if (found.length > mostFiles) return tooMany(root);
  }
  return success(found.sort());
}

function tooMany(root: string): Result<never> {
  return failure("file.too_many", `${root} holds more than ${mostFiles} files`, {
    file: root,
    cure: "name the folder that holds your stacks",
  });
}
