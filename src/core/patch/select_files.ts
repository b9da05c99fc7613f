// Which files of a repository may hold marked values.
// @ts-types="@types/picomatch"
import picomatch from "picomatch";
import { fileKindOf } from "./file_kind.ts";

/** The files below the configured paths in which markers count; a path is a folder, a file or a glob. */
export function selectMarkedFiles(files: readonly string[], paths: readonly string[]): readonly string[] {
  const matches = paths.map(matcherOf);
  return files.filter((file) => fileKindOf(file) !== null && matches.some((match) => match(file)));
}

function matcherOf(path: string): (file: string) => boolean {
  const plain = path.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
  if (plain === "" || plain === ".") return () => true;
  const glob = picomatch(plain, { dot: true, noextglob: true });
  return (file) => file === plain || file.startsWith(`${plain}/`) || glob(file);
}
