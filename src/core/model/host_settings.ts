// What the user says about one registry, beside what the registry itself teaches (registries.hosts.HOST).

/** The exceptions of one host; without an entry the defaults hold (contracts 2.2). */
export interface HostSettings {
  /** Requests at a time; null: as many as the rules of politeness allow this host. */
  readonly concurrency: number | null;
  /** Hosts, with their port if it is an odd one, that may issue tokens for this registry (registries 9.1 d). */
  readonly realms: readonly string[];
  /** A file of CA certificates (PEM) that this host's certificate may come from, as an absolute path. */
  readonly caFile: string | null;
  /** Whether the host's own API beside the registry's may be asked (Docker Hub, Quay). */
  readonly sideApi: boolean;
  /** Whether config blobs may be fetched; they often come from another host (registries 9.2). */
  readonly blobs: boolean;
}

/** The settings of a host that nobody wrote an entry for. */
export const defaultHostSettings: HostSettings = {
  concurrency: null,
  realms: [],
  caFile: null,
  sideApi: true,
  blobs: true,
};
