// Names and what documents give them to: one name stands for one thing, or for nothing.
import type { Problem } from "../model/problem.ts";
import { type Resource, resourceProblem } from "./resource.ts";

/**
 * Collects named values. The same thing twice (a base and its overlay) is told and used; two different things of one
 * name are told and neither is used, for nobody knows which is meant.
 */
export class NameTable<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly place: string; contested: boolean }>();
  readonly #contentOf: (value: T) => string;

  /** `contentOf` tells what a value says: equal texts are the same thing. */
  constructor(contentOf: (value: T) => string) {
    this.#contentOf = contentOf;
  }

  /** Adds a value; gives the problem when the name is taken. */
  add(name: string, value: T, resource: Resource): readonly Problem[] {
    const place = `${resource.yaml.file}:${resource.line}`;
    const first = this.#entries.get(name);
    if (first === undefined) {
      this.#entries.set(name, { value, place, contested: false });
      return [];
    }
    const same = this.#contentOf(first.value) === this.#contentOf(value);
    if (!same) first.contested = true;
    return [resourceProblem(resource, ["metadata", "name"], {
      code: "policy.duplicate",
      severity: same ? "warning" : "error",
      message: same
        ? `${resource.kind} "${name}" stands in ${first.place} too, and says the same`
        : `${resource.kind} "${name}" stands in ${first.place} too, and says something else; neither is used`,
      cure: same ? "keep one" : "give one of them another name, or take it out",
    })];
  }

  /** The value of a name; null when nobody gives it, `contested` when two differ. */
  find(name: string): T | "contested" | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    return entry.contested ? "contested" : entry.value;
  }

  /** All names that stand for one thing. */
  unique(): ReadonlyMap<string, T> {
    return new Map([...this.#entries].flatMap(([name, { value, contested }]) => contested ? [] : [[name, value]]));
  }
}
