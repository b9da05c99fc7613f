// The files that a user names on the command line: found, kept inside their folder, read, and replaced.
import { type Failure, failure, type Problem, type Result, success } from "../core/model/problem.ts";
import { envBeside, fileKindOf } from "../core/patch/file_kind.ts";
import type { SourceText } from "../core/patch/slot.ts";
import type { System } from "../core/ports/system.ts";
import { decodeText } from "../core/yaml/text.ts";
import { largestFile } from "../reconcile/checkout_reader.ts";

/** A file by the name that the user gave it, and the path that it has with all links resolved. */
export interface NamedFile {
  readonly name: string;
  readonly path: string;
}

/** What was read of the named files. Siblings are the `.env` files beside them. */
export interface ReadFiles {
  readonly sources: readonly SourceText[];
  readonly siblings: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Resolves a name; fails with `usage.invalid` or `file.outside` when there is no such file inside its folder. */
export async function findNamedFile(system: System, name: string): Promise<Result<NamedFile>> {
  const { files, cwd } = system;
  const path = await files.realPath(absolute(cwd, name));
  if (!path.ok) return path;
  if (path.value === null) return noFile(name, "there is no such file");
  const info = await files.stat(path.value);
  if (!info.ok) return info;
  if (info.value?.kind !== "file") return noFile(name, "not a file");
  const root = await folderAround(system, name);
  if (!root.ok) return root;
  if (path.value.startsWith(`${root.value}/`)) return success({ name, path: path.value });
  return failure("file.outside", `${name} leads out of ${root.value} through a link`, {
    file: name,
    cure: "name the file itself",
  });
}

/** Reads the files and the `.env` beside each. What cannot be read is a problem of that file alone. */
export async function readNamedFiles(system: System, named: readonly NamedFile[]): Promise<ReadFiles> {
  const sources: SourceText[] = [];
  const siblings = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { name, path } of named) {
    if (fileKindOf(name) === null) problems.push(noMarkers(name));
    const text = await readText(system, name, path);
    if (!text.ok) {
      problems.push(fileProblem(name, text.failure));
      continue;
    }
    sources.push({ file: name, text: text.value });
    const sibling = envBeside(name);
    if (siblings.has(sibling) || !text.value.includes("$")) continue;
    const found = await findNamedFile(system, sibling);
    // No `.env` is the usual case; one that leads elsewhere must not be read as if it were not there.
    if (!found.ok && found.failure.code !== "usage.invalid") problems.push(fileProblem(name, found.failure));
    const env = found.ok ? await readText(system, sibling, found.value.path) : null;
    if (env?.ok === true) siblings.set(sibling, env.value);
    else if (env !== null) problems.push(fileProblem(name, env.failure));
  }
  return { sources, siblings, problems };
}

/** Gives a file a new text by another file that takes its place, with the same permissions. */
export async function replaceFile(system: System, name: string, text: string): Promise<Result<void>> {
  const { files, random } = system;
  const found = await findNamedFile(system, name);
  if (!found.ok) return found;
  const { path } = found.value;
  const info = await files.stat(path);
  if (!info.ok) return info;
  const slash = path.lastIndexOf("/") + 1;
  const fresh = `${path.slice(0, slash)}.${path.slice(slash)}.${random.hex(8)}`;
  const written = await files.write(fresh, text, info.value?.mode ?? 0o644);
  const renamed = written.ok ? await files.rename(fresh, path) : written;
  if (!renamed.ok) await files.remove(fresh);
  return renamed;
}

/** The repository around a name, else the working directory when it is in there, else its own folder. */
async function folderAround({ files, cwd }: System, name: string): Promise<Result<string>> {
  const path = absolute(cwd, name);
  const own = path.slice(0, path.lastIndexOf("/"));
  for (let folder = own; folder !== ""; folder = folder.slice(0, folder.lastIndexOf("/"))) {
    const git = await files.stat(`${folder}/.git`);
    if (git.ok && git.value !== null) return await realFolder(files, folder);
  }
  return await realFolder(files, path.startsWith(`${cwd}/`) ? cwd : own);
}

async function realFolder(files: System["files"], folder: string): Promise<Result<string>> {
  const real = await files.realPath(folder === "" ? "/" : folder);
  return real.ok ? success((real.value ?? folder).replace(/\/$/, "")) : real;
}

async function readText({ files }: System, name: string, path: string): Promise<Result<string>> {
  const bytes = await files.read(path, largestFile);
  if (!bytes.ok) return bytes;
  return bytes.value === null ? noFile(name, "there is no such file") : decodeText(bytes.value, name);
}

/** Without `.`, `..` and doubled slashes, so that folders can be told by their beginnings. */
function absolute(cwd: string, name: string): string {
  return decodeURIComponent(
    new URL((name.startsWith("/") ? name : `${cwd}/${name}`).split("/").map(encodeURIComponent).join("/"), "file:///")
      .pathname,
  );
}

function noFile(name: string, why: string): Result<never> {
  return failure("usage.invalid", `${name}: ${why}`, { file: name, cure: "name files that hold markers" });
}

function fileProblem(file: string, { retry: _retry, ...failed }: Failure): Problem {
  return { ...failed, file, severity: "error" };
}

function noMarkers(file: string): Problem {
  return {
    code: "file.unmarkable",
    severity: "warning",
    file,
    message: `${file}: no marker counts in a file of this name`,
    cure: "markers count in YAML, in Quadlet units and in .env files",
  };
}
