// The keys that a schema knows at a path, for "did you mean".
import * as z from "zod";

/** The keys of the mapping at the path; empty where the schema has no mapping with fixed keys. */
export function schemaKeysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = unwrapped(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = unwrapped((at.shape as Record<PropertyKey, unknown>)[step]);
    else if (at instanceof z.ZodArray) at = unwrapped(at.element);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unwrapped(schema.unwrap());
  }
  if (!(schema instanceof z.ZodPipe)) return schema;
  return unwrapped(schema.out instanceof z.ZodTransform ? schema.in : schema.out);
}
