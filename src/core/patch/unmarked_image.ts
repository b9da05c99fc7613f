// An image without a marker to the one it should have, or to why a person has to write it.
import { type Problem, type Result, success } from "../model/problem.ts";
import { parseReference } from "../model/reference.ts";
import type { FilePlace } from "./place.ts";
import { formatMarker, proposeMarker } from "./propose_marker.ts";

/** The marker that fits an image, and the warning that goes with it. */
export interface FittingMarker {
  /** `semver`, `latest` or `digest`. */
  readonly setter: string;
  /** The whole comment. */
  readonly marker: string;
  readonly problems: readonly Problem[];
}

/** Reads an image as a pass would, and proposes its marker. Fails where no marker could rule it. */
export function fittingMarker(text: string, place: FilePlace): Result<FittingMarker> {
  const image = parseReference(text);
  if (!image.ok) return image;
  const proposal = proposeMarker(image.value);
  if (!proposal.ok) return proposal;
  const { policy, takesMajors } = proposal.value;
  const { tag } = image.value;
  return success({
    setter: policy,
    marker: formatMarker(proposal.value),
    problems: takesMajors && tag !== null ? [majorsNote(place, tag)] : [],
  });
}

/** The warning that an image stays without a marker. */
export function notMarked(place: FilePlace, why: string, cure = ""): Problem {
  return {
    code: "image.not_marked",
    severity: "warning",
    ...place,
    message: why,
    ...cure === "" ? {} : { cure },
  };
}

function majorsNote(place: FilePlace, tag: string): Problem {
  const staying = formatMarker({ policy: "latest", range: null, takesMajors: false });
  return {
    code: "image.takes_majors",
    severity: "warning",
    ...place,
    message: `"${tag}" is one number, so the marker takes the next one too, which may be a new major version`,
    cure: `to stay on ${tag}, write ${staying}`,
  };
}
