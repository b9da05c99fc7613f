// Files written into a folder that the user names: nothing there is replaced unasked, and nothing is written beside it.
import { failure, type Result, success } from "../core/model/problem.ts";
import type { SourceText } from "../core/patch/slot.ts";
import type { System } from "../core/ports/system.ts";
import { largestFile } from "../reconcile/checkout_reader.ts";
import { createFile } from "./create_file.ts";

/** Writes the files, all of them or none: fails with `usage.invalid` where one is there with another text. */
export async function exportFiles(
  system: System,
  folder: string,
  files: readonly SourceText[],
  force: boolean,
): Promise<Result<void>> {
  const made = await system.files.makeFolder(folder);
  if (!made.ok) return made;
  const real = await system.files.realPath(folder);
  if (!real.ok) return real;
  const root = real.value ?? folder;
  const fresh: SourceText[] = [];
  for (const file of files) {
    const there = await standsThere(system, root, file);
    if (!there.ok) return there;
    if (there.value === "other" && !force) return refused(file.file, "is there already", "--force replaces it");
    if (there.value !== "same") fresh.push(file);
  }
  for (const { file, text } of fresh) {
    const parent = `${root}/${file}`.replace(/\/[^/]*$/, "");
    const ready = await system.files.makeFolder(parent);
    if (!ready.ok) return ready;
    const inside = await system.files.realPath(parent);
    if (!inside.ok) return inside;
    // A link made since, or a folder that was one all along.
    if (inside.value !== parent) return refused(file, "leads elsewhere through a link", "export to an empty folder");
    const written = await createFile(system, `${root}/${file}`, text);
    if (!written.ok) return written;
  }
  return success(undefined);
}

async function standsThere(
  { files }: System,
  root: string,
  { file, text }: SourceText,
): Promise<Result<"none" | "same" | "other">> {
  for (let at = file.indexOf("/"); at > 0; at = file.indexOf("/", at + 1)) {
    const step = await files.stat(`${root}/${file.slice(0, at)}`);
    if (!step.ok) return step;
    if (step.value !== null && step.value.kind !== "directory") {
      return refused(file, "leads elsewhere through a link", "export to an empty folder");
    }
  }
  const info = await files.stat(`${root}/${file}`);
  if (!info.ok) return info;
  if (info.value === null) return success("none");
  if (info.value.kind !== "file") return refused(file, "is there and no file", "export to an empty folder");
  const bytes = await files.read(`${root}/${file}`, largestFile);
  if (!bytes.ok) return bytes;
  const isSame = bytes.value !== null && new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.value) === text;
  return success(isSame ? "same" : "other");
}

function refused(file: string, why: string, cure: string): Result<never> {
  return failure("usage.invalid", `${file} ${why}; nothing more is written`, { file, cure });
}
