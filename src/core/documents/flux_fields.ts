// What Flux's resources have in common: versions, metadata, durations, defaults.
import * as z from "zod";
import type { Labels } from "../model/labels.ts";
import { shortText } from "./policy_fields.ts";

/** The exclusions where a list is not given, or empty (Flux, ImageRepository `spec.exclusionList`). */
export const defaultExclusions: readonly string[] = ["^.*\\.sig$"];

/** Where `flux` itself puts what names no namespace. */
export const defaultNamespace = "flux-system";

/** Versions of `image.toolkit.fluxcd.io` that one schema reads: `v1` holds all that the older ones do. */
export const fluxApiVersion: z.ZodType<string> = z.enum([
  "image.toolkit.fluxcd.io/v1beta1",
  "image.toolkit.fluxcd.io/v1beta2",
  "image.toolkit.fluxcd.io/v1",
]);

/** Go's durations as Flux admits them: no days. */
export const goDuration: z.ZodType<string> = z.string().max(100).regex(
  /^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/,
  "not a duration of Flux; write it like 90s, 10m or 1h30m",
);

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Seconds of one of Flux's durations; 0 for a text that is none. */
export function goSeconds(text: string): number {
  const parts = text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)/g);
  return Array.from(parts, ([, count, unit]) => Number(count) * (unitSeconds[unit ?? ""] ?? 0))
    .reduce((sum, seconds) => sum + seconds, 0);
}

/** A value of Kubernetes that may be left empty: a key with nothing behind it is a key that is not there. */
export function mayBeEmpty<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** Texts by name; Kubernetes holds 256 KiB of annotations and fewer labels. */
export const textTable: z.ZodType<Readonly<Record<string, string>>> = z.record(
  z.string().max(1000),
  z.string().max(64_000),
)
  .refine((table) => Object.keys(table).length <= 1000, "more than 1000 entries");

/** Kubernetes keeps more in metadata than concerns magos. */
export const fluxMetadata: z.ZodType<{
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly labels?: Readonly<Record<string, unknown>> | null | undefined;
  readonly annotations?: Readonly<Record<string, unknown>> | null | undefined;
}> = z.looseObject({
  name: shortText.min(1),
  namespace: shortText.min(1).optional(),
  labels: z.record(z.string(), z.unknown()).nullable().optional(),
  annotations: z.record(z.string(), z.unknown()).nullable().optional(),
});

/** The labels that are texts: Kubernetes takes no others. */
export function labelsOf(labels: Readonly<Record<string, unknown>> | null | undefined): Labels {
  const texts = Object.entries(labels ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts.slice(0, mostLabels));
}

const mostLabels = 1000;
