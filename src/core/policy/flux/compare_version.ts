// Which of two versions is the greater: semantic versioning 11, as the library under Flux applies it.
import type { FluxVersion } from "./parse_version.ts";

/** Positive when `a` is the greater. Zero for versions that differ only in `v`, in leading zeros or in metadata. */
export function compareVersions(a: FluxVersion, b: FluxVersion): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}
