// Questions to the API beside a registry. It only ever saves requests: whatever fails here is asked of the registry.
import type { Endpoint } from "../../../core/documents/registry_endpoint.ts";
import { formatRepository, type Repository } from "../../../core/model/reference.ts";
import { exchange } from "../exchange.ts";
import { parseJson } from "../json_body.ts";
import { longestPause } from "../circuit.ts";
import type { Answer, Order } from "../order.ts";
import { inTurn } from "../pause.ts";
import { isRateLimit } from "../registry_failure.ts";
import type { RegistryState } from "../registry_state.ts";
import { waitHint } from "../retry_after.ts";
import { dockerHubApi } from "./docker_hub_api.ts";
import { quayApi } from "./quay_api.ts";
import { isAt, type SideApi, type SidePage, type SideTag } from "./side_api.ts";

const maxBytes = 4 * 1024 * 1024;
const bodyTimeout = 30_000;

/** The API that may be asked for a repository: the registry has one, and the user did not switch it off. */
export function findSideApi(state: RegistryState, endpoint: Endpoint): SideApi | null {
  if (!state.settings(endpoint.host).sideApi) return null;
  const parts = endpoint.path.split("/").length;
  if (isAt(endpoint, "docker.io", "https://registry-1.docker.io") && parts === 2) return dockerHubApi;
  return isAt(endpoint, "quay.io", "https://quay.io") && parts >= 2 ? quayApi : null;
}

/** One page of a repository's tags, newest first; null where the registry has to be asked. */
export async function askSidePage(
  state: RegistryState,
  endpoint: Endpoint,
  api: SideApi,
  page: number,
  signal: AbortSignal | undefined,
): Promise<SidePage | null> {
  const json = await askJson(state, endpoint, api, { url: api.pageUrl(endpoint.path, page), purpose: "list" }, signal);
  const read = json === undefined ? null : api.readPage(json);
  if (json !== undefined && read === null) noteFailure(state, endpoint, api, "no list of tags, the newest first");
  return read;
}

/** One tag; null where the registry has to be asked. */
export async function askSideTag(
  state: RegistryState,
  endpoint: Endpoint,
  api: SideApi,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<SideTag | null> {
  const json = await askJson(state, endpoint, api, { url: api.tagUrl(endpoint.path, tag), purpose: "other" }, signal);
  return json === undefined ? null : api.readTag(json, tag);
}

// Never with a credential: that of the registry is not meant for this API (registries 9.3).
async function askJson(
  state: RegistryState,
  endpoint: Endpoint,
  api: SideApi,
  { url, purpose }: Pick<Order, "url" | "purpose">,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const repository = nameOf(api.pageUrl(endpoint.path, 1));
  if (state.hiddenFromApi.has(repository) || state.hiddenFromApi.has(nameOf(url))) return undefined;
  const subject: Repository = { host: url.host, path: endpoint.path };
  const order: Order = {
    method: "GET",
    url,
    headers: { Accept: "application/json" },
    authorization: null,
    limit: maxBytes,
    bodyTimeout,
    json: true,
    once: true,
    subject,
    host: api.host,
    purpose,
    refuseTarget: (target) => target.origin === url.origin ? null : "the API of a registry sends nobody elsewhere",
    signal,
  };
  const answered = await inTurn(state, api.host, subject, () => exchange(state, order));
  if (!answered.ok) {
    noteFailure(state, endpoint, api, answered.failure.message);
    return undefined;
  }
  const answer = answered.value;
  if (answer.status === 200) {
    pauseWhenSpent(state, api, answer);
    return parseJson(answer.body);
  }
  // Private, missing, or wanting another login: so for as long as this process lives.
  if (answer.status === 404) state.hiddenFromApi.add(nameOf(url));
  else if ([401, 403].includes(answer.status) && !isRateLimit(answer)) state.hiddenFromApi.add(repository);
  noteFailure(state, endpoint, api, `status ${answer.status}`);
  return undefined;
}

// The answer at hand is good all the same; the next one would be a refusal (registries 2.5).
function pauseWhenSpent(state: RegistryState, api: SideApi, answer: Answer): void {
  if (answer.headers.get("X-RateLimit-Remaining") !== "0") return;
  const now = state.parts.clock.now();
  const wait = waitHint(answer, now) ?? 0;
  if (wait > 0) state.hosts.learn(api.host, { pausedUntil: now + Math.min(wait, longestPause) });
}

function noteFailure(state: RegistryState, endpoint: Endpoint, api: SideApi, why: string): void {
  const image = formatRepository(endpoint.display);
  state.parts.log.event("debug", "registry.side_api_failed", { image, host: api.host, why });
}

function nameOf(url: URL): string {
  return url.origin + url.pathname;
}
