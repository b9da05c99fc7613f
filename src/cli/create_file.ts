// A file written whole or not at all.
import type { Result } from "../core/model/problem.ts";
import type { System } from "../core/ports/system.ts";

/** Makes the file or replaces it; by default it is readable by all and writable by its owner. `path` is absolute. */
export async function createFile(
  { files, random }: System,
  path: string,
  text: string,
  mode = 0o644,
): Promise<Result<void>> {
  const slash = path.lastIndexOf("/") + 1;
  const fresh = `${path.slice(0, slash)}.${path.slice(slash)}.${random.hex(8)}`;
  const written = await files.write(fresh, text, mode);
  const renamed = written.ok ? await files.rename(fresh, path) : written;
  if (!renamed.ok) await files.remove(fresh);
  return renamed;
}
