// Where a tag points now: one HEAD when a digest is known, one GET when it is not (registries 0.1 and 3.2).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Digest, isDigest } from "../../core/model/digest.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import type { ResolvedTag } from "../../core/ports/registry.ts";
import { contentAtHand } from "./content.ts";
import { askManifest, readManifest } from "./fetch_manifest.ts";
import { isSchemaOne } from "./manifest_document.ts";
import { refusal, registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";

/**
 * Resolves a tag. A host whose HEAD gives no digest is asked by GET from then on, on the condition that the tag has
 * moved; where no pull is to be spent, HEAD has to do even for a tag never seen. A tag that is said to have moved is
 * asked for by GET on the same condition: a HEAD before it would be one request more.
 */
export async function resolveTag(
  state: RegistryState,
  endpoint: Endpoint,
  tag: string,
  known: Digest | null,
  signal: AbortSignal | undefined,
  saidToHaveMoved = false,
): Promise<Result<ResolvedTag>> {
  const tellsByHead = state.hosts.profile(endpoint.host).headDigest;
  const headFirst = known !== null && tellsByHead && !saidToHaveMoved;
  if (headFirst) {
    const digest = await headDigest(state, endpoint, tag, signal);
    if (!digest.ok) return digest;
    if (digest.value !== null) return success(bare(digest.value));
  }
  // distribution and Harbor give the digest as entity tag (registries 3.2).
  const condition = known === null ? {} : { "If-None-Match": `"${known}"` };
  const answered = await askManifest(state, endpoint, "GET", tag, signal, condition);
  if (!answered.ok) {
    if (answered.failure.code !== "registry.quota" || headFirst || !tellsByHead) return answered;
    const digest = await headDigest(state, endpoint, tag, signal);
    return digest.ok ? digest.value === null ? answered : success(bare(digest.value)) : digest;
  }
  if (known !== null && answered.value.status === 304) {
    state.counts.addCached(endpoint.display.host);
    if (headFirst) state.hosts.learn(endpoint.host, { headDigest: false });
    return success(bare(known));
  }
  const fetched = readManifest(state, endpoint, tag, answered.value, formatRepository(endpoint.display));
  if (!fetched.ok) return fetched;
  if (headFirst) state.hosts.learn(endpoint.host, { headDigest: false });
  const content = contentAtHand(fetched.value, state.parts.clock.now());
  return success({ digest: fetched.value.digest, content, pushedAt: null });
}

function bare(digest: Digest): ResolvedTag {
  return { digest, content: null, pushedAt: null };
}

/** The digest of the header; null when HEAD does not tell it, so that only a GET can. */
async function headDigest(
  state: RegistryState,
  endpoint: Endpoint,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<Result<Digest | null>> {
  const answered = await askManifest(state, endpoint, "HEAD", tag, signal);
  if (!answered.ok) return answered;
  const { status, headers } = answered.value;
  if ([404, 405, 501].includes(status)) return success(null);
  if (status !== 200) return refusal(answered.value, endpoint.display, `tag ${tag}`, state.parts.clock.now());
  if (isSchemaOne(headers.get("Content-Type"))) {
    const message = `tag ${tag} of ${formatRepository(endpoint.display)} is a schema 1 image, which is unsupported`;
    return registryFailure("registry.protocol", endpoint.display, message, { cure: "exclude the image" });
  }
  const digest = headers.get("Docker-Content-Digest") ?? "";
  return success(isDigest(digest) ? digest : null);
}
