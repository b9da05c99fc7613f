// Flux's ImageRepository: which image a policy's tags come from, and which tags take no part.
import * as z from "zod";
import type { Problem } from "../model/problem.ts";
import { defaultExclusions, defaultNamespace, fluxApiVersion, fluxMetadata, goDuration } from "./flux_fields.ts";
import { imageName, pattern, shortText } from "./policy_fields.ts";
import { checkResource, type Resource } from "./resource.ts";

/** What magos uses of an ImageRepository. */
export interface FluxRepository {
  readonly namespace: string;
  readonly name: string;
  /** As the user spelled it: that is what Flux writes into files. */
  readonly image: string;
  readonly exclusions: readonly string[];
  readonly suspended: boolean;
  readonly insecure: boolean;
}

/** What became of one document. */
export interface RepositoryReading {
  readonly repository: FluxRepository | null;
  readonly problems: readonly Problem[];
}

const secretRef = z.strictObject({ name: shortText }).optional();

const schema = z.strictObject({
  apiVersion: fluxApiVersion,
  kind: z.literal("ImageRepository"),
  metadata: fluxMetadata,
  spec: z.strictObject({
    image: imageName,
    interval: goDuration.optional(),
    timeout: goDuration.optional(),
    exclusionList: z.array(pattern).max(25, "at most 25 patterns").optional(),
    suspend: z.boolean().optional(),
    insecure: z.boolean().optional(),
    secretRef,
    certSecretRef: secretRef,
    proxySecretRef: secretRef,
    serviceAccountName: shortText.optional(),
    accessFrom: z.unknown().optional(),
    provider: z.enum(["generic", "aws", "azure", "gcp"]).optional(),
  }),
  status: z.unknown().optional(),
});

/** Reads a resource of kind ImageRepository. */
export function readFluxRepository(resource: Resource): RepositoryReading {
  const checked = checkResource(resource, schema);
  if (!checked.ok) return { repository: null, problems: checked.problems };
  const { metadata, spec } = checked.value;
  return {
    repository: {
      namespace: metadata.namespace ?? defaultNamespace,
      name: metadata.name,
      image: spec.image,
      exclusions: spec.exclusionList?.length ? spec.exclusionList : defaultExclusions,
      suspended: spec.suspend ?? false,
      insecure: spec.insecure ?? false,
    },
    problems: [],
  };
}
