// Parsed YAML of unknown shape to the few shapes that Compose uses.

/** A mapping with text keys. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as a mapping; anything else has no entries. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** Whether the value is a mapping. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a key; null where there is none. */
export function fieldOf(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] ?? null : null;
}

/** The text of a key; null for every other kind of value. */
export function textField(fields: Fields, key: string): string | null {
  const value = fieldOf(fields, key);
  return typeof value === "string" ? value : null;
}

/** A list, or the one value that may stand for a list of one; nothing is an empty list. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
}
