// The Flux markers of a YAML file to targets: what Flux would set, and what it would pass over in silence.
import { failure, problemOf } from "../model/problem.ts";
import type { YamlComment } from "../yaml/comments.ts";
import type { YamlFile } from "../yaml/parse_yaml.ts";
import type { YamlScalar } from "../yaml/scalars.ts";
import type { FileKind } from "./file_kind.ts";
import type { FindContext, Findings } from "./find_context.ts";
import { attachComments } from "./flux_places.ts";
import { fluxToken, isMeantAsFluxMarker, readFluxMarker } from "./flux_marker.ts";
import { fluxTarget } from "./flux_target.ts";
import { misplaced } from "./misplaced.ts";
import { placeAt } from "./place.ts";

/** Adds the targets and problems of Flux markers. Comments that are markers of magos must be left out. */
export function findFluxTargets(
  yaml: YamlFile,
  scalars: readonly YamlScalar[],
  comments: readonly YamlComment[],
  kind: FileKind,
  context: FindContext,
  { found, problems }: Findings,
): void {
  const source = { file: yaml.file, text: yaml.text };
  const attached = attachComments(yaml, scalars, comments);
  const report = (failed: ReturnType<typeof failure>, comment: YamlComment): void => {
    problems.push(problemOf(failed.failure, placeAt(yaml.file, yaml.lines, comment.start)));
  };
  for (const [scalar, comment] of attached.deciding) {
    const marker = readFluxMarker(comment.text);
    if (!marker.ok) report(marker, comment);
    // Without the token in the file Flux does not look at it.
    if (!marker.ok || marker.value === null || !yaml.text.includes(fluxToken)) continue;
    const place = placeAt(yaml.file, yaml.lines, scalar.start);
    const target = kind === "flux" ? fluxTarget(marker.value, scalar, { source, place }, context) : notCounted();
    if (target.ok) found.push(target.value);
    else report(target, comment);
  }
  for (const comment of attached.loose) {
    // Comment lines often quote a marker to explain it.
    if (comment.alone && !isMeantAsFluxMarker(comment.text)) continue;
    const marker = readFluxMarker(comment.text);
    if (!marker.ok) report(marker, comment);
    else if (marker.value !== null) report(misplaced(yaml, comment), comment);
  }
}

/** The failure for a Flux marker in a file that Flux does not look at. */
export function notCounted(): ReturnType<typeof failure> {
  return failure("marker.misplaced", "Flux markers count only in files named *.yaml, *.yml or Kustomization", {
    cure: 'use a marker of magos: # {"magos": {"policy": "semver"}}',
  });
}
