// Where a tag points, asked of the API beside the registry first where that saves the token (registries 8.4).
import type { Endpoint } from "../../../core/documents/registry_endpoint.ts";
import type { Digest } from "../../../core/model/digest.ts";
import { type Result, success } from "../../../core/model/problem.ts";
import type { ResolvedTag } from "../../../core/ports/registry.ts";
import type { RegistryState } from "../registry_state.ts";
import { resolveTag } from "../resolve_tag.ts";
import { askSideTag, findSideApi } from "./ask_side_api.ts";

/**
 * Resolves a tag. That nothing moved is believed of the API; anything else is asked of the registry, which is the truth,
 * and the API's time counts only for the digest that the API names. Without a known digest the manifest is wanted anyway.
 */
export async function resolveBySideApi(
  state: RegistryState,
  endpoint: Endpoint,
  tag: string,
  known: Digest | null,
  signal: AbortSignal | undefined,
): Promise<Result<ResolvedTag>> {
  const api = known === null ? null : findSideApi(state, endpoint);
  const shown = api === null ? null : await askSideTag(state, endpoint, api, tag, signal);
  if (shown !== null && known !== null && shown.digest === known) {
    return success({ digest: known, content: null, pushedAt: shown.pushedAt });
  }
  const resolved = await resolveTag(state, endpoint, tag, known, signal);
  if (!resolved.ok || shown === null || shown.digest !== resolved.value.digest) return resolved;
  return success({ ...resolved.value, pushedAt: shown.pushedAt });
}
