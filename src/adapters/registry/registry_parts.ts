// What the registry adapter is built from: the ports it uses and the questions it asks of the world around it.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import type { Credential } from "../../core/model/credential.ts";
import type { HostSettings } from "../../core/model/host_settings.ts";
import type { Result } from "../../core/model/problem.ts";
import type { Repository } from "../../core/model/reference.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { HandshakeStep } from "../../core/ports/examiner.ts";
import type { Http, TlsIdentity } from "../../core/ports/http.ts";
import type { Log } from "../../core/ports/log.ts";
import type { Random } from "../../core/ports/random.ts";
import type { HostProfile, StoredRefusal } from "../../core/ports/store.ts";
import type { Time } from "../../core/model/time.ts";

/** Where the profiles of hosts are kept between runs. */
export interface HostProfiles {
  get(host: string): HostProfile | null;
  save(host: string, profile: HostProfile): void;
}

/** Where refusals are kept between runs, by `host/path` of what was really asked. */
export interface Refusals {
  get(place: string): readonly StoredRefusal[];
  save(place: string, refusal: StoredRefusal, now: Time): void;
  forget(place: string): void;
}

/** Everything `createRegistry` needs. */
export interface RegistryParts {
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly profiles: HostProfiles;
  readonly resolveEndpoint: (repository: Repository) => Result<Endpoint>;
  /** `magos/<version> (+<project url>)` (registries 4.6). */
  readonly userAgent: string;
  /** The account for a repository as it is really asked for (host and path of the endpoint), or null. */
  readonly credentials?: (repository: Repository) => Promise<Credential | null>;
  /** What to do when the registry refuses all the same, where more is known than to log in; null where not. */
  readonly credentialCure?: (repository: Repository) => string | null;
  /** What was refused in earlier runs; without this part everything is asked again. */
  readonly refusals?: Refusals;
  /** Where the account came from, by file or helper, for messages; null where that is not known. */
  readonly credentialOrigin?: (repository: Repository) => string | null;
  /** Told of each step on the way to an answer. */
  readonly observe?: (step: HandshakeStep) => void;
  /** What is believed of a server beside the usual roots; without this part nothing is. */
  readonly tls?: (server: URL) => Promise<Result<TlsIdentity | null>>;
  /** What the user says about a registry, by the host of its endpoint; without this part the defaults hold. */
  readonly settings?: (host: string) => HostSettings;
}
