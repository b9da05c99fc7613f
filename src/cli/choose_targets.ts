// What a user names on the command line to the marked values that are meant.
import { nearestOf } from "../core/model/nearest.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import { formatRepository, parseReference, parseRepository } from "../core/model/reference.ts";
import type { ExcludedTarget } from "../core/patch/exclude.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import type { PlanOptions } from "../reconcile/plan_pass.ts";

/** An image whose age gate is waived, and why. */
export interface Hurry {
  readonly image: string;
  readonly reason: string;
}

/** Decides everything; the images named narrow what is asked of registries (contracts.md 1.1). */
export function chooseNamed(
  images: readonly string[],
  hurry: Hurry | null = null,
): PlanOptions["choose"] {
  return (found, excluded) => {
    const named = repositoriesOf(found, excluded, images);
    if (!named.ok) return named;
    const hurried = repositoriesOf(found, excluded, hurry === null ? [] : [hurry.image]);
    if (!hurried.ok) return hurried;
    return success({
      targets: found,
      named: images.length === 0 ? null : named.value,
      hurried: new Map([...hurried.value].map((repository) => [repository, hurry?.reason ?? ""])),
    });
  };
}

function repositoriesOf(
  found: readonly FoundTarget[],
  excluded: readonly ExcludedTarget[],
  images: readonly string[],
): Result<ReadonlySet<string>> {
  const repositories = new Set<string>();
  for (const image of images) {
    const matching = targetsOfImage(found, image);
    if (matching.length === 0) return unknownImage(image, found, excluded);
    for (const { target } of matching) repositories.add(formatRepository(target.repository));
  }
  return success(repositories);
}

/** Decides only what `IMAGE` or `FILE:LINE` names. */
export function chooseQueried(query: string): PlanOptions["choose"] {
  return (found, excluded) => {
    const targets = targetsOfQuery(found, query);
    if (targets.length > 0) return success({ targets, named: null, hurried: new Map() });
    return unknownImage(query, found, excluded);
  };
}

function targetsOfQuery(found: readonly FoundTarget[], query: string): readonly FoundTarget[] {
  const place = /^(.+):(\d+)$/.exec(query);
  const atPlace = found.filter(({ target }) => place !== null && isAt(target, place[1] ?? "", Number(place[2])));
  return atPlace.length > 0 ? atPlace : targetsOfImage(found, query);
}

function isAt(target: FoundTarget["target"], file: string, line: number): boolean {
  const path = file.replace(/^(\.\/)+/, "");
  return [target, target.value].some((place) => place.file === path && place.line === line);
}

/** Values whose image, as written or in canonical form, is the named one. */
function targetsOfImage(found: readonly FoundTarget[], image: string): readonly FoundTarget[] {
  const parsed = parseReference(image);
  if (!parsed.ok) return [];
  const wanted = parseRepository(parsed.value.name);
  if (!wanted.ok) return [];
  const key = formatRepository(wanted.value);
  return found.filter(({ target }) => {
    const written = parseRepository(target.current.name);
    return formatRepository(target.repository) === key || (written.ok && formatRepository(written.value) === key);
  });
}

function unknownImage(
  image: string,
  found: readonly FoundTarget[],
  excluded: readonly ExcludedTarget[],
): Result<never> {
  const left = excluded.find((it) => targetsOfQuery([it.found], image).length > 0);
  if (left !== undefined) return isExcluded(image, left);
  const names = [...new Set(found.map(({ target }) => target.current.name))].sort();
  const near = nearestOf(image, names);
  return failure("usage.unknown_image", `no marked value follows ${image}`, {
    image,
    cure: near !== null
      ? `did you mean ${near}?`
      : names.length === 0
      ? "mark an image first; README shows how"
      : `followed are: ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", ..." : ""}`,
  });
}

function isExcluded(image: string, { exclusion: { image: rule, reason } }: ExcludedTarget): Result<never> {
  const why = reason === null ? "" : `: ${reason}`;
  return failure("usage.unknown_image", `update.exclude ("${rule}") leaves ${image} alone${why}`, {
    image,
    cure: "take the entry out of update.exclude to follow the image again",
  });
}
