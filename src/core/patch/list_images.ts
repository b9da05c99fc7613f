// A file of any kind to all images in it, each with whether a marker stands beside it; for those that nothing follows.
import { isMagosMarker } from "../documents/magos_marker.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { findAssignment, readEnvFile } from "./env_file.ts";
import { envBeside, fileKindOf } from "./file_kind.ts";
import { findImages } from "./find_images.ts";
import { findUnitImages } from "./find_unit_images.ts";
import { type FilePlace, placeAt } from "./place.ts";
import type { SourceText } from "./slot.ts";
import { readSegments } from "./variables.ts";

/** One image. */
export interface ListedImage extends FilePlace {
  /** As written; name and tag joined where they stand apart. */
  readonly written: string;
  /** With its variables put in, as far as that can be told. */
  readonly resolved: string;
  readonly isMarked: boolean;
  /** The lines of `.env` that variables in it stand for. */
  readonly variables: readonly { readonly file: string; readonly line: number }[];
}

/** Lists the images; a file that does not parse has none. `readSibling` gives the `.env` beside a Compose file. */
export function listImages(source: SourceText, readSibling: (path: string) => string | null): readonly ListedImage[] {
  const kind = fileKindOf(source.file);
  if (kind === "unit") return listUnitImages(source);
  return kind === "yaml" || kind === "flux" ? listYamlImages(source, readSibling) : [];
}

function listUnitImages({ file, text }: SourceText): readonly ListedImage[] {
  return findUnitImages(text).images.map(({ entry, isMarked }) => {
    const place = { file, line: entry.line, column: entry.valueStart - entry.start + 1 };
    return { ...place, written: entry.value, resolved: entry.value, isMarked, variables: [] };
  });
}

function listYamlImages({ file, text }: SourceText, readSibling: (path: string) => string | null): ListedImage[] {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return [];
  const { images, pairs } = findImages(yaml.value);
  const { lines, comments } = yaml.value;
  const marked = new Set(comments.filter(({ text }) => isMarker(text)).map(({ start }) => lines.at(start).line));
  const list = (written: string, start: number, more: Pick<ListedImage, "resolved" | "variables">): ListedImage => {
    const place = placeAt(file, lines, start);
    return { ...place, written, ...more, isMarked: marked.has(place.line) };
  };
  const env = envBeside(file);
  const sibling = images.some((it) => it.expands && it.text.includes("$")) ? readSibling(env) : null;
  return [
    ...images.map(({ text: written, start, expands }) =>
      list(written, start, expands ? resolve(written, env, sibling) : plain(written))
    ),
    ...pairs.map(({ name, tag }) => list(`${name}:${tag.text}`, tag.start, plain(`${name}:${tag.text}`))),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
}

function isMarker(comment: string): boolean {
  return isMagosMarker(comment) || comment.includes('"$imagepolicy"');
}

function plain(resolved: string): Pick<ListedImage, "resolved" | "variables"> {
  return { resolved, variables: [] };
}

/** What Compose would read; of a value that cannot be followed, the name before its first variable. */
function resolve(written: string, env: string, text: string | null): Pick<ListedImage, "resolved" | "variables"> {
  if (!written.includes("$")) return plain(written);
  const entries = readEnvFile(text ?? "");
  const segments = readSegments(written, (name) => findAssignment(entries, name));
  if (!segments.ok) return plain(written.slice(0, written.indexOf("$")).replace(/[:@]$/, ""));
  const lines = segments.value.flatMap(({ entry }) => entry === null ? [] : [{ file: env, line: entry.line }]);
  return { resolved: segments.value.map((segment) => segment.text).join(""), variables: lines };
}
