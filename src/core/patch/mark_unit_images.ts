// The images of a Quadlet unit to the markers that they lack, each on a line of its own above its image.
import type { Problem } from "../model/problem.ts";
import type { Addition, Proposals } from "./add_markers.ts";
import { findUnitImages } from "./find_unit_images.ts";
import type { SourceText } from "./slot.ts";
import { readUnitFile } from "./unit_file.ts";
import { fittingMarker, notMarked } from "./unmarked_image.ts";

/** Proposes a marker for each `Image=`. One that names another unit is pulled or built there. */
export function markUnitImages({ file, text }: SourceText): Proposals {
  const { images, builds } = findUnitImages(text);
  const [wanted, problems]: [Addition[], Problem[]] = [[], []];
  for (const { entry } of images.filter(({ isMarked }) => !isMarked)) {
    const place = { file, line: entry.line, column: entry.valueStart - entry.start + 1 };
    const fitting = fittingMarker(entry.value, place);
    if (!entry.whole) problems.push(notMarked(place, "the image goes over several lines", "write it on one line"));
    else if (!fitting.ok) problems.push(notMarked(place, fitting.failure.message, fitting.failure.cure));
    else {
      const { setter, marker } = fitting.value;
      const edit = { start: entry.start, end: entry.start, text: marker + lineEnd(text) };
      wanted.push({ line: place.line, column: place.column, setter, marker, edit, addsLine: true });
      problems.push(...fitting.value.problems);
    }
  }
  return { wanted, problems, marked: images.filter(({ isMarked }) => isMarked).length, builds };
}

/** How the lines of a text end; what was written by one program ends alike. */
function lineEnd(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Whether two units say the same to systemd, which reads past comments. */
export function unitsReadAlike(before: string, after: string): boolean {
  const settings = (text: string): readonly string[] =>
    readUnitFile(text).filter(({ kind }) => kind !== "comment").map(({ raw }) => raw);
  return settings(before).join("\n") === settings(after).join("\n");
}
