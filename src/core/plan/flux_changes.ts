// The changes of a plan as Flux's templates see them: by file, by object, and all together (Flux semantics 3.5, 4.2).
import type { Automation } from "../model/automation.ts";
import type { Change, UpdatePlan } from "../model/plan.ts";
import { compareBytes, TemplateMap, TemplateObject, type Value } from "../template/value.ts";
import { type ObjectId, objectsByPlace } from "./changed_object.ts";

/** A change, and where it is. */
export interface FluxChange {
  /** Relative to the automation's path, as in Flux. */
  readonly file: string;
  readonly object: ObjectId;
  readonly change: Change;
}

/** All changes, files by name and then in the order of the text. */
export function fluxChanges({ files }: UpdatePlan, { path }: Pick<Automation, "path">): readonly FluxChange[] {
  const changed = files.filter(({ changes }) => changes.length > 0).sort((a, b) => compareBytes(a.file, b.file));
  return changed.flatMap(({ file, changes, text }) => {
    const objectAt = objectsByPlace(text ?? "", file);
    const shown = file === path ? file.slice(file.lastIndexOf("/") + 1) : file.slice(path === "" ? 0 : path.length + 1);
    return changes.map((change) => ({ file: shown, object: objectAt(change), change }));
  });
}

/** A map of Go from objects to what `valueOf` makes of each of their changes, walked in the order of its keys. */
export function byObject(changes: readonly FluxChange[], valueOf: (change: Change) => Value): TemplateMap {
  const groups = Map.groupBy(changes, ({ object }) => keyOf(object));
  const names = Array.from(groups, ([key, [first]]) => [key, objectValue(first?.object)] as const);
  const values = Array.from(groups, ([key, group]) => [key, group.map(({ change }) => valueOf(change))] as const);
  return new TemplateMap(values, [], new Map(names));
}

/** A map of Go from files to what `valueOf` makes of their changes. */
export function byFile(
  changes: readonly FluxChange[],
  valueOf: (changes: readonly FluxChange[]) => Value,
): TemplateMap {
  const groups = Map.groupBy(changes, ({ file }) => file);
  return new TemplateMap(Array.from(groups, ([file, group]) => [file, valueOf(group)] as const), null);
}

/** A change as templates see it. */
export function changeValue({ old, new: next, setter }: Change): TemplateObject {
  return new TemplateObject({ OldValue: old, NewValue: next, Setter: setter });
}

/**
 * Each change once. Flux walks maps of Go here, so its order was chance until it sorted them by setter, old and new
 * value; that order is kept.
 */
export function flatChanges(changes: readonly FluxChange[]): readonly Value[] {
  const once = new Map(changes.map(({ change }) => [JSON.stringify(wordsOf(change)), change]));
  return [...once.values()].sort(compareChanges).map(changeValue);
}

function compareChanges(one: Change, other: Change): number {
  const others = wordsOf(other);
  return wordsOf(one).reduce((order, word, index) => order || compareBytes(word, others[index] ?? ""), 0);
}

function wordsOf({ setter, old, new: next }: Change): readonly string[] {
  return [setter, old, next];
}

// No field can hold NUL, which sorts before everything: so the fields are compared one after the other, as Go does.
function keyOf({ apiVersion, kind, name, namespace }: ObjectId): string {
  return [apiVersion, kind, name, namespace].join("\0");
}

function objectValue(object: ObjectId | undefined): Value {
  const { apiVersion = "", kind = "", name = "", namespace = "" } = object ?? {};
  return new TemplateObject({ APIVersion: apiVersion, Kind: kind, Name: name, Namespace: namespace });
}
