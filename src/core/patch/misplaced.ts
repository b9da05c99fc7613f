// A marker that rules no value: why not, and where it belongs.
import { failure } from "../model/problem.ts";
import type { YamlComment } from "../yaml/comments.ts";
import type { YamlFile } from "../yaml/parse_yaml.ts";

/** The failure for a comment of a YAML file that belongs to no value. */
export function misplaced(yaml: YamlFile, comment: YamlComment): ReturnType<typeof failure> {
  const before = yaml.text.slice(yaml.text.lastIndexOf("\n", comment.start - 1) + 1, comment.start).trimEnd();
  const alias = /(?:^|[\s,[{])\*([^\s,[\]{}]+)$/.exec(before)?.[1];
  if (alias !== undefined) {
    return failure("marker.misplaced", `the line holds no value but the alias *${alias}`, {
      cure: `mark the line with the anchor &${alias}`,
    });
  }
  const why = comment.alone
    ? "the marker stands alone on its line"
    : /[\]}]$/.test(before)
    ? "the comment belongs to a whole collection and to no value in it"
    : "the line holds no value that a marker can rule";
  return failure("marker.misplaced", why, { cure: "put the marker at the end of the line that holds the image" });
}
