// The `volumes` of a project's Compose files to the names that the engine gives them.
import { fieldOf, fieldsOf, isFields, textField } from "./fields.ts";

/** What podman and Docker take for a name; anything else would be a path, or an option of a command line. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/;

/**
 * Names of the volumes that belong to the project, sorted: `PROJECT_KEY`, or what `name:` says (Compose specification
 * 07). External ones are somebody else's. `written`: the `volumes` of each file, the later ones win key by key.
 */
export function volumeNames(project: string, written: readonly unknown[]): readonly string[] {
  const merged = new Map<string, Record<string, unknown>>();
  for (const [key, value] of written.flatMap((it) => Object.entries(fieldsOf(it)))) {
    merged.set(key, { ...merged.get(key), ...fieldsOf(value) });
  }
  const names = [...merged].flatMap(([key, fields]) => {
    const external = fieldOf(fields, "external");
    // The old form names it inside: `external: { name: shared }`.
    if (isFields(external) || String(external) === "true") return [];
    return [textField(fields, "name") ?? `${project}_${key}`];
  });
  return [...new Set(names)].filter((name) => plainName.test(name)).sort();
}
