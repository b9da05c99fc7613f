// Paths that settings name: relative ones start at the file that names them (contracts 2.1).
import type { Setting } from "./config_layer.ts";

/** An absolute path: `~/` is not read, relative ones start at the folder of the file that names them. */
export function pathOf(setting: Setting | undefined): string | null {
  if (setting === undefined) return null;
  return absolutePath(String(setting.value), setting.folder);
}

/** The path itself when it is absolute, else below the folder. */
export function absolutePath(path: string, folder: string): string {
  return path.startsWith("/") ? path : `${folder.replace(/\/+$/, "")}/${path.replace(/^(\.\/)+/, "")}`;
}
