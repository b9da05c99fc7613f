// What a user names to the changes of the past that are meant.
import { nearestOf } from "../core/model/nearest.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import { formatRepository, parseReference, parseRepository } from "../core/model/reference.ts";
import type { ChangeFilter } from "../core/plan/past_run.ts";
import type { StoredDecision } from "../core/ports/store.ts";

/** What a name may mean. */
export interface KnownNames {
  readonly apps: readonly { readonly name: string; readonly compose: string }[];
  readonly decisions: readonly StoredDecision[];
  /** Names of the stacks that this host runs. */
  readonly stacks: readonly string[];
}

/** The changes of an image, by its name as written or in canonical form, or those of a stack's files; null: all. */
export function filterOf(query: string | undefined, known: KnownNames): Result<ChangeFilter> {
  if (query === undefined) return success(null);
  const files = filesOf(query, known);
  const key = keyOf(query);
  const isImage = key !== null && [...imagesNow(known.decisions)].some((image) => keyOf(image) === key);
  const isStack = files.size > 0 || known.stacks.includes(query);
  if (isStack && isImage) {
    return failure("usage.invalid", `"${query}" is a stack and an image`, {
      cure: `write ${key} for the image, or rename the app`,
    });
  }
  const setters = [`app:${query}/`, `stack:${query}/`];
  if (isStack) return success(({ file, setter }) => files.has(file) || setters.some((it) => setter.startsWith(it)));
  if (key === null) return unknownName(query, imagesNow(known.decisions));
  return success(({ image }) => keyOf(image) === key);
}

/** Fails when neither the past nor the present knows the name; `hint` is added to the cure. */
export function requireKnown(
  query: string | undefined,
  found: { readonly runs: readonly unknown[]; readonly images: ReadonlySet<string> },
  known: KnownNames,
  hint = "",
): Result<void> {
  const isKnown = query === undefined || found.runs.length > 0 || filesOf(query, known).size > 0;
  if (isKnown || known.stacks.includes(query)) return success(undefined);
  const names = new Set([...imagesNow(known.decisions), ...found.images]);
  const key = keyOf(query);
  return [...names].some((image) => keyOf(image) === key) ? success(undefined) : unknownName(query, names, hint);
}

function filesOf(query: string, { apps, decisions }: KnownNames): ReadonlySet<string> {
  return new Set([
    ...apps.filter(({ name }) => name === query).map(({ compose }) => compose),
    ...decisions.filter(({ setter }) => setter.startsWith(`app:${query}/`)).map(({ file }) => file),
  ]);
}

function imagesNow(decisions: readonly StoredDecision[]): ReadonlySet<string> {
  return new Set(
    decisions.map(({ decision }) => (decision as { readonly current: { readonly name: string } }).current.name),
  );
}

function keyOf(image: string): string | null {
  const reference = parseReference(image);
  const repository = reference.ok ? parseRepository(reference.value.name) : reference;
  return repository.ok ? formatRepository(repository.value) : null;
}

function unknownName(query: string, names: ReadonlySet<string>, hint = ""): Result<never> {
  const known = [...names].sort();
  const near = nearestOf(query, known);
  return failure("usage.unknown_image", `nothing in the past or the present is called ${query.slice(0, 300)}`, {
    cure: cureOf(near, known) + hint,
  });
}

function cureOf(near: string | null, known: readonly string[]): string {
  if (near !== null) return `did you mean ${near}?`;
  if (known.length === 0) return "magos history without a name shows all there is";
  return `known are: ${known.slice(0, 10).join(", ")}${known.length > 10 ? ", ..." : ""}`;
}
