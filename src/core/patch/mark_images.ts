// A file of any kind to the same file with a marker beside each image that can have one.
import type { Exclusion } from "../documents/config.ts";
import { type Problem, problemOf, type Result, success } from "../model/problem.ts";
import { parseYaml } from "../yaml/parse_yaml.ts";
import { shapeOf } from "../yaml/scalars.ts";
import { type AppImage, findAppTarget } from "./app_target.ts";
import { addMarkers, type MarkedUp, type Proposals } from "./add_markers.ts";
import { findExclusion } from "./exclude.ts";
import { findAssignment, readEnvFile } from "./env_file.ts";
import { envBeside, fileKindOf } from "./file_kind.ts";
import type { FindContext } from "./find_context.ts";
import { listImages } from "./list_images.ts";
import { findTargets } from "./find_targets.ts";
import { markUnitImages, unitsReadAlike } from "./mark_unit_images.ts";
import { markYamlImages } from "./mark_yaml_images.ts";
import type { SourceText } from "./slot.ts";
import { readSegments } from "./variables.ts";

/** The marked file, and what needed no marker. */
export interface MarkedImages extends MarkedUp, Pick<Proposals, "marked" | "builds"> {}

/** What is known besides the file. */
export interface MarkContext extends FindContext {
  /** Images that apps follow, which need no marker. */
  readonly apps: readonly (AppImage & { readonly compose: string })[];
  /** Images that are left alone, which must have none. */
  readonly exclude?: readonly Exclusion[];
}

/** Marks the images of one file. The new text is proved by what a pass finds in it, and by what else it says. */
export function markImages(source: SourceText, context: MarkContext): MarkedImages {
  const { wanted, problems, marked, builds } = proposalsOf(source, context);
  const isUnit = fileKindOf(source.file) === "unit";
  const added = addMarkers(source, wanted, {
    find: (text) => {
      const { found, problems } = findTargets(source.file, text, context);
      return { targets: found.map(({ target }) => target), problems };
    },
    readsAlike: isUnit ? unitsReadAlike : yamlReadsAlike,
  });
  return { ...added, problems: [...problems, ...added.problems].toSorted(byLine), marked, builds };
}

/** Whether a file may hold an image, or a variable that one is made of; the others need not be read. */
export function mayHoldImages({ file, text }: SourceText): boolean {
  return fileKindOf(file) === "env" || imageKeys.test(text);
}

/** The key of every image, in units, Compose, Kubernetes and values files alike. */
const imageKeys = /image|repository|newTag/i;

const nothing: Proposals = { wanted: [], problems: [], marked: 0, builds: 0 };

function proposalsOf(source: SourceText, context: MarkContext): Proposals {
  const kind = fileKindOf(source.file);
  const excluded = linesOfExcluded(source, context);
  if (kind === "unit") return withoutLines(markUnitImages(source), excluded);
  if (kind !== "yaml" && kind !== "flux") return nothing;
  if (!imageKeys.test(source.text)) return nothing;
  const yaml = parseYaml(source.text, source.file);
  if (yaml.ok) {
    const followed = new Set([...linesOfApps(source, context), ...excluded]);
    return markYamlImages(yaml.value, followed, (text) => resolveVariables(text, source.file, context.readSibling));
  }
  const holdsImage = /^[\s-]*image\s*:/m.test(source.text);
  return { ...nothing, problems: holdsImage ? [problemOf(yaml.failure, {}, "warning")] : [] };
}

/** The lines whose images apps follow. Which policy that is does not matter here. */
function linesOfApps(source: SourceText, context: MarkContext): ReadonlySet<number> {
  const found = context.apps.filter(({ compose }) => compose === source.file)
    .map((image) => findAppTarget(source, { ...image, policy: "semver" }, context));
  return new Set(found.flatMap((target) => target.ok ? [target.value.target.line] : []));
}

function linesOfExcluded(source: SourceText, { exclude = [], readSibling }: MarkContext): ReadonlySet<number> {
  if (exclude.length === 0) return new Set();
  const images = listImages(source, readSibling);
  return new Set(images.filter(({ resolved }) => findExclusion(resolved, exclude) !== null).map(({ line }) => line));
}

function withoutLines(proposals: Proposals, lines: ReadonlySet<number>): Proposals {
  const isLeft = ({ line }: { readonly line?: number }): boolean => line === undefined || !lines.has(line);
  return { ...proposals, wanted: proposals.wanted.filter(isLeft), problems: proposals.problems.filter(isLeft) };
}

/** The value with its variables put in, as Compose would. */
function resolveVariables(text: string, file: string, readSibling: FindContext["readSibling"]): Result<string> {
  if (!text.includes("$")) return success(text);
  const env = readEnvFile(readSibling(envBeside(file)) ?? "");
  const segments = readSegments(text, (name) => findAssignment(env, name));
  return segments.ok ? success(segments.value.map((segment) => segment.text).join("")) : segments;
}

function yamlReadsAlike(before: string, after: string): boolean {
  const [old, now] = [parseYaml(before, ""), parseYaml(after, "")];
  return old.ok && now.ok && shapeOf(old.value).join("\n") === shapeOf(now.value).join("\n");
}

function byLine(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
