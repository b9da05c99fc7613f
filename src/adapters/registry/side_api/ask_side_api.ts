// Questions to the API beside a registry. It only ever saves requests: whatever fails here is asked of the registry.
import type { Endpoint } from "../../../core/documents/registry_endpoint.ts";
import { formatRepository, type Repository } from "../../../core/model/reference.ts";
import { exchange } from "../exchange.ts";
import { parseJson } from "../json_body.ts";
import type { Answer } from "../order.ts";
import { isRateLimit } from "../registry_failure.ts";
import type { RegistryState } from "../registry_state.ts";
import { waitHint } from "../retry_after.ts";
import { dockerHubApi } from "./docker_hub_api.ts";
import { quayApi } from "./quay_api.ts";
import { isAt, type SideApi, type SidePage, type SideTag } from "./side_api.ts";

const maxBytes = 4 * 1024 * 1024;
const bodyTimeout = 30_000;
const unreachableRest = 10 * 60_000;

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
  const json = await askJson(state, endpoint, api, api.pageUrl(endpoint.path, page), signal);
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
  const json = await askJson(state, endpoint, api, api.tagUrl(endpoint.path, tag), signal);
  return json === undefined ? null : api.readTag(json, tag);
}

// Never with a credential: that of the registry is not meant for this API (registries 9.3).
function askJson(
  state: RegistryState,
  endpoint: Endpoint,
  api: SideApi,
  url: URL,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const { access, clock } = { access: state.sideApis, clock: state.parts.clock };
  const names = [nameOf(api.pageUrl(endpoint.path, 1)), nameOf(url)];
  return access.run(api.host, async () => {
    if (access.isInVain(api.host, names, clock.monotonic())) return undefined;
    const subject: Repository = { host: api.host, path: endpoint.path };
    const answered = await exchange(state, {
      method: "GET",
      url,
      headers: { Accept: "application/json" },
      authorization: null,
      limit: maxBytes,
      bodyTimeout,
      json: true,
      once: true,
      subject,
      refuseTarget: (target) => target.origin === url.origin ? null : "the API of a registry sends nobody elsewhere",
      signal,
    });
    if (!answered.ok) {
      if (answered.failure.code === "registry.unreachable" && !signal?.aborted) {
        access.rest(api.host, clock.monotonic(), unreachableRest);
      }
      noteFailure(state, endpoint, api, answered.failure.message);
      return undefined;
    }
    const answer = answered.value;
    if (answer.status !== 200) {
      noteRefusal(state, api, names, answer);
      noteFailure(state, endpoint, api, `status ${answer.status}`);
      return undefined;
    }
    // The window is the server's; the answer at hand is good all the same (registries 2.5).
    if (answer.headers.get("X-RateLimit-Remaining") === "0") rest(state, api, answer);
    return parseJson(answer.body);
  });
}

// Private, missing, or wanting another login: true for as long as this process lives.
function noteRefusal(state: RegistryState, api: SideApi, names: readonly string[], answer: Answer): void {
  const [repository = "", asked = ""] = names;
  if (answer.status === 404) state.sideApis.hide(asked);
  else if ([401, 403].includes(answer.status) && !isRateLimit(answer)) state.sideApis.hide(repository);
  else rest(state, api, answer);
}

function rest(state: RegistryState, api: SideApi, answer: Answer): void {
  const { clock } = state.parts;
  state.sideApis.rest(api.host, clock.monotonic(), waitHint(answer, clock.now()) ?? 0);
}

function noteFailure(state: RegistryState, endpoint: Endpoint, api: SideApi, why: string): void {
  const image = formatRepository(endpoint.display);
  state.parts.log.event("debug", "registry.side_api_failed", { image, host: api.host, why });
}

function nameOf(url: URL): string {
  return url.origin + url.pathname;
}
