// The single values that policies are made of, checked where they stand.
import * as z from "zod";
import { parseDuration } from "../model/duration.ts";
import { compilePattern } from "../model/pattern.ts";
import { parsePlatform } from "../model/platform.ts";
import type { ProblemCode } from "../model/problem_codes.ts";
import type { Result } from "../model/problem.ts";
import { isTag, parseReference, parseRepository } from "../model/reference.ts";

/** Text of a length that no honest document exceeds. */
export const shortText: z.ZodString = z.string().max(1000);

/** The name of a policy: Kubernetes allows no other names, and a marker names it as it is. */
export const policyName: z.ZodType<string> = z.string().max(200).regex(
  /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
  "not a name; letters, digits, dots, hyphens and underscores between the first and the last letter",
);

/** `90s`, `3d`, `1w` (contracts 2.1). */
export const duration: z.ZodType<string> = textOf(parseDuration);

/** `arm64`, `linux/arm/v7`. */
export const platform: z.ZodType<string> = textOf(parsePlatform);

/** An RE2 pattern; one that is none is told with `policy.invalid_filter`. */
export const pattern: z.ZodType<string> = textOf(compilePattern, "policy.invalid_filter");

/** A tag by its whole name. */
export const tagName: z.ZodType<string> = z.string().refine(isTag, "not a tag");

/** `asc` or `desc` in any case; empty is `asc`, as in Flux. */
export const order: z.ZodType<"asc" | "desc"> = z.string()
  .refine((text) => ["", "asc", "desc"].includes(text.toLowerCase()), 'must be "asc" or "desc"')
  .transform((text) => text.toLowerCase() === "desc" ? "desc" as const : "asc" as const);

/** One value or a list of them. */
export function oneOrMany<T>(item: z.ZodType<T>, most: number): z.ZodType<T[]> {
  return z.preprocess((value) => typeof value === "string" ? [value] : value, z.array(item).max(most));
}

/** A mapping that may be left empty: `latest:` is `latest: {}`. */
export function emptyAllowed<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess((value) => value === null ? {} : value, schema);
}

/** An image name without scheme, tag and digest (Flux, ImageRepository `spec.image`). */
export const imageName: z.ZodType<string> = z.string().superRefine((text, context) => {
  const why = flawOfImageName(text);
  if (why !== null) context.addIssue({ code: "custom", ...why });
});

function flawOfImageName(
  text: string,
): { readonly message: string; readonly params: { readonly cure: string } } | null {
  const cure = "write only the name, like ghcr.io/you/app";
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { message: "should not include URL scheme", params: { cure } };
  if (parseRepository(text).ok) return null;
  const reference = parseReference(text);
  if (reference.ok && reference.value.name !== text) {
    return { message: "should not include a tag or digest", params: { cure } };
  }
  return { message: "not an image name", params: { cure } };
}

/** Text that a parser of the model accepts; its words and cure are told as they are. */
function textOf(parse: (text: string) => Result<unknown>, code?: ProblemCode): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    const parsed = parse(text);
    if (parsed.ok) return;
    const { message, cure } = parsed.failure;
    context.addIssue({ code: "custom", message, params: { code, cure } });
  });
}
