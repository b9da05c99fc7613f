// A YAML text to its marked values: each with its place, what it holds and the rule it follows, or what is wrong.
import type { Pin, Policy, Target } from "../model/decision.ts";
import { parsePlatform, type Platform } from "../model/platform.ts";
import { parseDuration } from "../model/duration.ts";
import { failure, type Problem, problemOf, type Result, success } from "../model/problem.ts";
import { parseRepository } from "../model/reference.ts";
import { commentsOf, type YamlComment } from "../yaml/comments.ts";
import { parseYaml, type YamlFile } from "../yaml/parse_yaml.ts";
import { isBlock, scalarsOf, type YamlScalar } from "../yaml/scalars.ts";
import { isMagosMarker, type MagosMarker, parseMagosMarker } from "../documents/magos_marker.ts";
import { readMarkedValue, readsAsTag, repositoryName, sameRepository, writtenParts } from "./marked_value.ts";

/** A marked value and the scalar that holds it. */
export interface FoundTarget {
  readonly target: Target;
  readonly scalar: YamlScalar;
}

/** All that the markers of one file say. */
export interface MarkedFile {
  readonly file: string;
  readonly text: string;
  readonly found: readonly FoundTarget[];
  readonly problems: readonly Problem[];
}

/** Whether a text can hold a magos marker at all; spares parsing all others. */
export function mayHoldMarkers(text: string): boolean {
  return text.includes('# {"magos"');
}

/** Finds the marked values of one file. A file that does not parse has none, and a problem. */
export function findTargets(file: string, text: string, defaultPin: Pin): MarkedFile {
  if (!mayHoldMarkers(text)) return { file, text, found: [], problems: [] };
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return { file, text, found: [], problems: [problemOf(yaml.failure)] };
  const scalars = Map.groupBy(scalarsOf(yaml.value), (it) => yaml.value.lines.at(it.start).line);
  const found: FoundTarget[] = [];
  const problems: Problem[] = [];
  for (const comment of commentsOf(text).filter((it) => isMagosMarker(it.text))) {
    const result = targetOf(yaml.value, comment, scalars, defaultPin);
    if (result.ok) found.push(result.value);
    else problems.push(problemOf(result.failure, placeOf(yaml.value, comment.start)));
  }
  return { file, text, found, problems };
}

/** Scalars by the line they begin on: a search among all of them for each marker takes seconds in a large file. */
type ScalarsByLine = ReadonlyMap<number, readonly YamlScalar[]>;

function targetOf(
  yaml: YamlFile,
  comment: YamlComment,
  scalars: ScalarsByLine,
  defaultPin: Pin,
): Result<FoundTarget> {
  const marker = parseMagosMarker(comment.text);
  if (!marker.ok) return marker;
  const scalar = valueBefore(yaml, comment, scalars);
  if (!scalar.ok) return scalar;
  const target = buildTarget(yaml, marker.value, scalar.value, defaultPin);
  return target.ok ? success({ target: target.value, scalar: scalar.value }) : target;
}

/** The value that a comment at the end of its line rules. */
function valueBefore(yaml: YamlFile, comment: YamlComment, scalars: ScalarsByLine): Result<YamlScalar> {
  const onLine = scalars.get(yaml.lines.at(comment.start).line) ?? [];
  const sameLine = onLine.filter((it) => isBefore(it, comment.start));
  if (sameLine.length === 1 && sameLine[0]) return success(sameLine[0]);
  const images = sameLine.filter((it) => it.key === "image");
  if (images.length === 1 && images[0]) return success(images[0]);
  const why = comment.alone
    ? "the marker stands alone on its line"
    : sameLine.length === 0
    ? "the line holds no value that a marker can rule"
    : "the line holds several values";
  return failure("marker.misplaced", why, { cure: "put the marker at the end of the line that holds the image" });
}

function isBefore(scalar: YamlScalar, commentStart: number): boolean {
  if (scalar.start >= commentStart) return false;
  // The comment of a block scalar stands in its header, inside the scalar's own range.
  return scalar.end <= commentStart || isBlock(scalar);
}

function buildTarget(
  yaml: YamlFile,
  marker: MagosMarker,
  scalar: YamlScalar,
  defaultPin: Pin,
): Result<Target> {
  const kind = marker.policy;
  if (kind !== "semver" && kind !== "latest" && kind !== "digest") {
    return failure("marker.unknown_policy", `no policy is named "${kind}"`, {
      policy: kind,
      cure: 'use "semver", "latest" or "digest"',
    });
  }
  const repo = marker.repo === undefined ? null : repositoryName(marker.repo);
  if (repo !== null && !repo.ok) return repo;
  const value = readMarkedValue(scalar.text, repo?.value ?? null);
  if (!value.ok) return value;
  const writes = writtenParts(kind, value.value, marker.pin ?? null, defaultPin);
  if (kind !== "semver" && !writes.digest) return nothingToFollow(kind, marker);
  const { part, image } = value.value;
  if (part === "image" && !writes.tag && repo !== null && readsAsTag(image.name, repo.value)) {
    return nameAlone(image.name, repo.value);
  }
  const lookup = parseRepository(repo?.value ?? value.value.image.name);
  if (!lookup.ok) return lookup;
  const place = placeOf(yaml, scalar.start);
  return success({
    ...place,
    part: value.value.part,
    setter: kind,
    marker: "magos",
    value: place,
    policy: policyOf(kind, marker, `${place.file}:${place.line}`),
    current: value.value.image,
    writes,
    repository: lookup.value,
    notes: repositoryNotes(marker, value.value.image.name, repo?.value ?? null, place),
  });
}

/** `latest` and `digest` see a tag that moves only by its digest. */
function nothingToFollow(kind: string, marker: MagosMarker): Result<never> {
  return marker.pin === "tag"
    ? failure("marker.invalid", `"pin": "tag" leaves nothing for "${kind}" to follow`, { cure: "leave pin out" })
    : failure("marker.invalid", `the value is only a tag, which leaves nothing for "${kind}" to follow`, {
      cure: 'add "pin": "both" if what reads the value takes name:tag@digest, or mark the whole image',
    });
}

/** `redis@sha256:...` beside another `repo` would be a tag the next time, and the name would be lost. */
function nameAlone(name: string, repo: string): Result<never> {
  return failure("marker.invalid", `without its tag, "${name}" would be read as a tag of ${repo}`, {
    cure: `use "pin": "both", or write the whole name, like docker.io/library/${name}`,
  });
}

function policyOf(kind: "semver" | "latest" | "digest", marker: MagosMarker, source: string): Policy {
  const minAge = marker.minAge === undefined ? null : parseDuration(marker.minAge);
  return {
    name: kind,
    kind,
    versioning: "loose",
    source,
    group: null,
    range: marker.range ?? null,
    filter: marker.filter ?? null,
    extract: marker.extract ?? null,
    prerelease: marker.prerelease ?? null,
    allowDowngrade: false,
    arch: platformsOf(marker.arch),
    minAgeSeconds: minAge?.ok ? minAge.value : null,
    tag: marker.tag ?? null,
  };
}

function platformsOf(arch: MagosMarker["arch"]): readonly Platform[] {
  const names = arch === undefined ? [] : typeof arch === "string" ? [arch] : arch;
  return names.map(parsePlatform).flatMap((parsed) => parsed.ok ? [parsed.value] : []);
}

function repositoryNotes(marker: MagosMarker, name: string, repo: string | null, place: Place): readonly Problem[] {
  if (repo === null || sameRepository(repo, name)) return [];
  return [{
    ...place,
    code: "policy.repository_differs",
    severity: "warning",
    message: `the marker looks in ${repo}, the value names ${name}; the name in the value stays`,
    policy: marker.policy,
  }];
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function placeOf(yaml: YamlFile, offset: number): Place {
  return { file: yaml.file, ...yaml.lines.at(offset) };
}
