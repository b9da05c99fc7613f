// Whether a tag is of the same major version as another: what decides that data may be read by something new.
import { readTag } from "./loose/read_tag.ts";
import { differenceOfForm, shapeOf } from "./loose/shape.ts";
import { wordTable } from "./loose/words.ts";

const words = wordTable({});

/**
 * `unknown`: one of them is no version, or they are of different forms (prefix, flavour, build; loose versioning 4), so
 * that their numbers say nothing. The year of a version that begins with one counts as major.
 */
export function compareMajor(before: string, after: string): "same" | "other" | "unknown" {
  const [a, b] = [before, after].map((tag) => words.ok ? readTag(tag, words.value) : null);
  if (!a || !b) return "unknown";
  if (differenceOfForm(shapeOf(a, a), shapeOf(b, b)) !== null) return "unknown";
  return a.parts[0] === b.parts[0] ? "same" : "other";
}
