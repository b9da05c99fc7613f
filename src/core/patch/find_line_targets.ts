// A `.env` file or a Quadlet unit to its marked values: the marker stands on the line above (rulings 10).
import { failure, type Problem, problemOf, type Result } from "../model/problem.ts";
import { isMagosMarker, parseMagosMarker } from "../documents/magos_marker.ts";
import { readEnvFile } from "./env_file.ts";
import type { FindContext, FoundTarget, MarkedFile } from "./find_context.ts";
import { notCounted } from "./find_flux_targets.ts";
import { isMeantAsFluxMarker } from "./flux_marker.ts";
import { plainValue } from "./follow_variables.ts";
import type { LineEntry } from "./line_entry.ts";
import { markerTarget, ofPolicy } from "./magos_target.ts";
import type { FilePlace } from "./place.ts";
import type { SourceText } from "./slot.ts";
import { readUnitFile } from "./unit_file.ts";

/** Reads the lines of a file by its kind. */
export function readLineFile(text: string, kind: "unit" | "env"): readonly LineEntry[] {
  return kind === "unit" ? readUnitFile(text) : readEnvFile(text);
}

/** Finds the marked values of a file whose settings stand one to a line. */
export function findLineTargets(source: SourceText, kind: "unit" | "env", context: FindContext): MarkedFile {
  const entries = readLineFile(source.text, kind);
  const found: FoundTarget[] = [];
  const problems: Problem[] = [];
  for (const [index, entry] of entries.entries()) {
    const target = targetOf(source, kind, entry, entries[index + 1], context);
    if (target?.ok === true) found.push(target.value);
    else if (target !== null) problems.push(problemOf(target.failure, markerPlace(source, entry)));
  }
  return { ...source, found, problems };
}

function targetOf(
  source: SourceText,
  kind: "unit" | "env",
  entry: LineEntry,
  next: LineEntry | undefined,
  context: FindContext,
): Result<FoundTarget> | null {
  const comment = entry.raw.trimStart();
  if (entry.kind === "comment" && isMeantAsFluxMarker(comment)) return notCounted();
  if (entry.kind !== "comment" || !isMagosMarker(comment)) {
    return entry.kind !== "comment" && comment.includes('# {"magos"') ? atLineEnd() : null;
  }
  const marker = parseMagosMarker(comment);
  if (!marker.ok) return marker;
  const settled = entry.whole ? settingBelow(next) : continued();
  if (!settled.ok) return ofPolicy(settled, marker.value);
  const setting = settled.value;
  if (kind === "unit" && /^[^/:@]+\.(image|build)$/.test(setting.value)) return otherUnit(setting.value);
  const place = { file: source.file, line: setting.line, column: setting.valueStart - setting.start + 1 };
  return markerTarget(marker.value, {
    place,
    valuePlace: place,
    value: plainValue({ form: "line", source, entry: setting }, setting.value),
    secretName: kind === "env" ? setting.name : null,
  }, context);
}

function settingBelow(next: LineEntry | undefined): Result<LineEntry> {
  if (next?.kind === "setting" && next.whole) return { ok: true, value: next };
  if (next?.kind === "setting") return continued();
  return failure("marker.misplaced", "the line below the marker sets no value", {
    cure: "put the marker on the line right above the one with the image",
  });
}

function continued(): ReturnType<typeof failure> {
  return failure("marker.misplaced", "the marked value goes over several lines", { cure: "write it on one line" });
}

function atLineEnd(): ReturnType<typeof failure> {
  return failure("marker.misplaced", "the marker stands behind its value, where it is a part of it or lost", {
    cure: "put the marker on the line above",
  });
}

function otherUnit(name: string): ReturnType<typeof failure> {
  return failure("marker.not_an_image", `the value names the unit ${name} and no image`, {
    cure: `mark the image in ${name}`,
  });
}

function markerPlace(source: SourceText, entry: LineEntry): FilePlace {
  return { file: source.file, line: entry.line, column: entry.raw.length - entry.raw.trimStart().length + 1 };
}
