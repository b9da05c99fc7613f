// A file to the comments in it that were meant as markers and are none.
import type { Problem } from "../model/problem.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { LineIndex } from "../yaml/text.ts";
import { mayHoldNearMarkers, nearMarker } from "./near_markers.ts";

/** A warning for each of them. A YAML file that does not parse has none: what is wrong with it is told elsewhere. */
export function findNearMarkers(file: string, text: string, isYaml: boolean): readonly Problem[] {
  if (!mayHoldNearMarkers(text)) return [];
  const lines = new LineIndex(text);
  const comments = isYaml ? yamlComments(file, text) : lineComments(text);
  return comments.flatMap((comment): readonly Problem[] => {
    const near = nearMarker(comment.text);
    return near === null
      ? []
      : [{ code: "marker.misspelt", severity: "warning", file, ...lines.at(comment.start), ...near }];
  });
}

interface Comment {
  readonly text: string;
  readonly start: number;
}

function yamlComments(file: string, text: string): readonly Comment[] {
  const yaml = parseYaml(text, file);
  return yaml.ok ? yaml.value.comments : [];
}

/** Of `.env` files and units, where a comment has its line to itself. */
function lineComments(text: string): readonly Comment[] {
  return Array.from(text.matchAll(/^([^\S\n]*)(#[^\r\n]*)/gm), (match) => ({
    text: match[2] ?? "",
    start: match.index + (match[1] ?? "").length,
  }));
}
