// The bytes of a manifest or index -> its fields, once they are proven to be one (image-spec, "manifest" and "index").
import * as z from "zod";
import { isDigest } from "../../core/model/digest.ts";
import { looksLikeJson, parseJson } from "./json_body.ts";

/** The Accept header. All four, or some registries answer with another object (registries 3.1). */
export const manifestTypes = {
  "application/vnd.oci.image.index.v1+json": "index",
  "application/vnd.docker.distribution.manifest.list.v2+json": "index",
  "application/vnd.oci.image.manifest.v1+json": "manifest",
  "application/vnd.docker.distribution.manifest.v2+json": "manifest",
} as const;

const maxEntries = 256;
// A proxy that does not know the types says nothing by these, so the document has to.
const silentTypes = new Set(["", "application/octet-stream", "application/json"]);

const annotations = z.record(z.string(), z.unknown()).nullish();
const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().refine(isDigest),
  size: z.number().int().nonnegative(),
  data: z.string().nullish(),
  artifactType: z.string().nullish(),
  annotations,
  platform: z.object({
    os: z.string(),
    architecture: z.string(),
    variant: z.string().nullish(),
    "os.version": z.string().nullish(),
  }).nullish(),
});
const base = { schemaVersion: z.literal(2), mediaType: z.string().nullish(), annotations };
const indexDocument = z.object({ ...base, manifests: z.array(descriptor).max(maxEntries) });
const manifestDocument = z.object({ ...base, artifactType: z.string().nullish(), config: descriptor });

/** A reference to other content. */
export type Descriptor = z.infer<typeof descriptor>;

/** One of the four types that stand for images. */
type ManifestType = keyof typeof manifestTypes;

/** An index, or the manifest of one image; `mediaType` is null where neither header nor body names it. */
export type ManifestDocument =
  | {
    readonly kind: "index";
    readonly mediaType: ManifestType | null;
    readonly value: z.infer<typeof indexDocument>;
  }
  | {
    readonly kind: "manifest";
    readonly mediaType: ManifestType | null;
    readonly value: z.infer<typeof manifestDocument>;
  };

/** Whether a descriptor's type is one of the four that stand for images. */
export function isManifestType(mediaType: string): mediaType is ManifestType {
  return Object.hasOwn(manifestTypes, mediaType);
}

/** Whether a content type is that of Docker's schema 1, which magos does not read. */
export function isSchemaOne(contentType: string | null): boolean {
  return /^application\/vnd\.docker\.distribution\.manifest\.v1\+/.test(contentType ?? "");
}

/** The document, or in words why the bytes are none. Type in header and body must not differ (registries 3.1). */
export function parseManifest(bytes: Uint8Array, contentType: string | null): ManifestDocument | string {
  const served = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (isSchemaOne(served)) return "it is a schema 1 image, which is unsupported";
  if (!isManifestType(served) && !silentTypes.has(served)) return `it is served as "${printable(served)}"`;
  const json = looksLikeJson(bytes) ? parseJson(bytes) : undefined;
  if (typeof json !== "object" || json === null) return "it is no JSON object";
  if ("schemaVersion" in json && json.schemaVersion === 1) return "it is a schema 1 image, which is unsupported";
  if ("manifests" in json && ("config" in json || "layers" in json)) return "it is index and manifest at once";
  const kind = "manifests" in json ? "index" : "manifest";
  const mediaType = "mediaType" in json ? json.mediaType : null;
  for (const type of [served, mediaType]) {
    if (typeof type === "string" && isManifestType(type) && manifestTypes[type] !== kind) {
      return `it is served or labelled as "${type}" and is none`;
    }
  }
  if (typeof mediaType === "string" && isManifestType(served) && mediaType !== served) {
    return `it is served as "${served}" and says "${printable(mediaType)}"`;
  }
  const labelled = typeof mediaType === "string" ? mediaType : null;
  if (labelled !== null && !isManifestType(labelled)) return `it says it is "${printable(labelled)}"`;
  const type = isManifestType(served) ? served : labelled;
  if (kind === "index") {
    const parsed = indexDocument.safeParse(json);
    return parsed.success
      ? { kind, mediaType: type, value: parsed.data }
      : `it is no index: ${firstIssue(parsed.error)}`;
  }
  const parsed = manifestDocument.safeParse(json);
  return parsed.success
    ? { kind, mediaType: type, value: parsed.data }
    : `it is no manifest: ${firstIssue(parsed.error)}`;
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return printable(`${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim());
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "").slice(0, 100);
}
