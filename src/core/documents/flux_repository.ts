// Flux's ImageRepository: which image a policy's tags come from, and which tags take no part.
import * as z from "zod";
import type { Problem } from "../model/problem.ts";
import {
  defaultExclusions,
  defaultNamespace,
  fluxApiVersion,
  fluxMetadata,
  goDuration,
  goSeconds,
  mayBeEmpty,
} from "./flux_fields.ts";
import { type IgnoredField, ignoredFields } from "./ignored_fields.ts";
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
  /** How often it is scanned; null: not said, so `registries.scanInterval`. */
  readonly intervalSeconds: number | null;
  /** How long a scan may take; null: not said. */
  readonly timeoutSeconds: number | null;
  /** `namespace:name` of the Secret with its login. */
  readonly secret: string | null;
  /** `namespace:name` of the Secret with its certificates. */
  readonly certSecret: string | null;
}

/** What became of one document. */
export interface RepositoryReading {
  readonly repository: FluxRepository | null;
  readonly problems: readonly Problem[];
  /** What is set and has no meaning here. */
  readonly ignored: readonly IgnoredField[];
}

const secretRef = mayBeEmpty(z.strictObject({ name: shortText.min(1) }));

const meanings = {
  "spec.serviceAccountName":
    "there are no service accounts outside of a cluster; logins are podman's own, or secretRef's",
  "spec.accessFrom": "whoever may write to the repository may use every ImageRepository in it",
  "spec.proxySecretRef": "proxies are taken from the environment alone (HTTPS_PROXY)",
};

// `generic` is what is done anyway.
const cloudMeanings = {
  "spec.provider": "no cloud gives this machine tokens; logins are podman's own, or secretRef's",
};

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
  if (!checked.ok) return { repository: null, problems: checked.problems, ignored: [] };
  const { metadata, spec } = checked.value;
  const namespace = metadata.namespace ?? defaultNamespace;
  const refer = (ref: { readonly name: string } | undefined): string | null => ref ? `${namespace}:${ref.name}` : null;
  const isCloud = (spec.provider ?? "generic") !== "generic";
  return {
    repository: {
      namespace,
      name: metadata.name,
      image: spec.image,
      exclusions: spec.exclusionList?.length ? spec.exclusionList : defaultExclusions,
      suspended: spec.suspend ?? false,
      insecure: spec.insecure ?? false,
      intervalSeconds: spec.interval === undefined ? null : goSeconds(spec.interval),
      timeoutSeconds: spec.timeout === undefined ? null : Math.max(1, goSeconds(spec.timeout)),
      secret: refer(spec.secretRef),
      certSecret: refer(spec.certSecretRef),
    },
    problems: [],
    ignored: ignoredFields(resource, isCloud ? { ...meanings, ...cloudMeanings } : meanings),
  };
}
