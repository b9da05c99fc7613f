// A file to its marked values, whatever its kind: each with its place, what it holds and the rule it follows.
import { fileKindOf } from "./file_kind.ts";
import type { FindContext, MarkedFile } from "./find_context.ts";
import { findLineTargets } from "./find_line_targets.ts";
import { fluxToken } from "./flux_marker.ts";
import { findYamlTargets } from "./find_yaml_targets.ts";

/** Whether a text may hold a marker, or what was meant as one; spares parsing all others. */
export function mayHoldMarkers(text: string): boolean {
  return text.includes('# {"magos"') || text.includes(fluxToken) || /#[^\n]*image[-_]?policy/i.test(text);
}

/** Finds the marked values of one file. What cannot be understood is a problem, and its value stays. */
export function findTargets(file: string, text: string, context: FindContext): MarkedFile {
  const kind = fileKindOf(file);
  if (kind === null || !mayHoldMarkers(text)) return { file, text, found: [], problems: [] };
  if (kind === "unit" || kind === "env") return findLineTargets({ file, text }, kind, context);
  return findYamlTargets({ file, text }, kind, context);
}
