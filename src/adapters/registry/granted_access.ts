// What resources of the repository grant for single repositories, by the server that is really asked.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository, type Repository } from "../../core/model/reference.ts";
import type { AccessBook, RepositoryAccess } from "../../core/model/repository_access.ts";
import type { TlsIdentity } from "../../core/ports/http.ts";

/** The last book that was granted; without one nothing is. */
export class GrantedAccess {
  readonly #resolve: (repository: Repository) => Result<Endpoint>;
  #book: AccessBook = new Map();
  #places: ReadonlyMap<string, RepositoryAccess> = new Map();
  #identities: ReadonlyMap<string, TlsIdentity> = new Map();
  readonly #all: TlsIdentity[] = [];

  /** `resolve` is registries.conf's word. */
  constructor(resolve: (repository: Repository) => Result<Endpoint>) {
    this.#resolve = resolve;
  }

  /** Takes the place of what was granted before. Of several certificates for one server the first by name counts. */
  grant(book: AccessBook): void {
    const places = new Map<string, RepositoryAccess>();
    const identities = new Map<string, TlsIdentity>();
    for (const [name, access] of [...book].sort(([a], [b]) => a < b ? -1 : 1)) {
      const slash = name.indexOf("/");
      const endpoint = this.#resolve({ host: name.slice(0, slash), path: name.slice(slash + 1) });
      if (!endpoint.ok) continue;
      const { host, path, origin } = endpoint.value;
      places.set(formatRepository({ host, path }), access);
      const server = new URL(origin).host;
      if (access.certificates !== null && !identities.has(server)) identities.set(server, identityOf(access));
    }
    this.#book = book;
    this.#places = places;
    this.#identities = identities;
    this.#all.push(...identities.values());
  }

  /** The endpoint, over plain HTTP too where that is allowed. */
  endpoint(repository: Repository): Result<Endpoint> {
    const endpoint = this.#resolve(repository);
    const isInsecure = this.#book.get(formatRepository(repository))?.insecure ?? false;
    return endpoint.ok && isInsecure ? success({ ...endpoint.value, insecure: true }) : endpoint;
  }

  /** The login for a repository as it is really asked for; null: none was granted. */
  login(place: Repository): RepositoryAccess["login"] {
    return this.#places.get(formatRepository(place))?.login ?? null;
  }

  /** What to do when a granted login was refused; null: none was granted. */
  cure(place: Repository): string | null {
    const login = this.login(place);
    return login === null ? null : `the login of ${login.from} was refused; make the Secret anew`;
  }

  /** What is believed of a server and shown to it; null: nothing was granted. */
  identity(server: URL): TlsIdentity | null {
    return this.#identities.get(server.host) ?? null;
  }

  /** All that was handed out so far. */
  identities(): readonly TlsIdentity[] {
    return this.#all;
  }
}

function identityOf({ certificates }: RepositoryAccess): TlsIdentity {
  const { ca = null, client = null } = certificates ?? {};
  return {
    caCerts: ca === null ? [] : [ca],
    client: client === null ? null : { cert: client.certificate, key: client.key },
  };
}
