// All that the adapter keeps while it lives, handed to each of its functions.
import type { HostSettings } from "../../core/model/host_settings.ts";
import type { Result } from "../../core/model/problem.ts";
import type { TlsIdentity } from "../../core/ports/http.ts";
import type { DocumentCache } from "./document_cache.ts";
import type { HostAccess } from "./host_access.ts";
import type { RegistryParts } from "./registry_parts.ts";
import type { RequestCounts } from "./request_counts.ts";
import type { TokenCache } from "./token_cache.ts";

/** The parts from outside and the memory of this process. */
export interface RegistryState {
  readonly parts: RegistryParts;
  /** What the user says about a registry; the defaults where he says nothing. */
  readonly settings: (host: string) => HostSettings;
  /** What is believed of a server and shown to it; null: the usual roots are all. */
  readonly tls: (server: URL) => Promise<Result<TlsIdentity | null>>;
  /** Probes under way of servers that may speak https or http, by host. */
  readonly schemes: Map<string, Promise<Result<"http" | "https">>>;
  /** Until when mirrors that could not be reached are left alone, by host, in milliseconds of the monotonic clock. */
  readonly away: Map<string, number>;
  readonly hosts: HostAccess;
  readonly counts: RequestCounts;
  readonly tokens: TokenCache;
  readonly documents: DocumentCache;
  /** Repositories and tags that the API beside their registry does not show: it is not asked for them again. */
  readonly hiddenFromApi: Set<string>;
  /** Repositories whose registry has warned. */
  readonly warned: Set<string>;
}
