// What Flux's resources have in common: versions, metadata, durations, defaults.
import * as z from "zod";
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

/** Kubernetes keeps more in metadata than concerns magos. */
export const fluxMetadata: z.ZodType<{
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly annotations?: Readonly<Record<string, unknown>> | null | undefined;
}> = z.looseObject({
  name: shortText.min(1),
  namespace: shortText.min(1).optional(),
  annotations: z.record(z.string(), z.unknown()).nullable().optional(),
});
