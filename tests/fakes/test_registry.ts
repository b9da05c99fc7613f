// A registry client for tests: the real adapter on a manual clock, with its profiles and log in memory.
import { createRegistry } from "../../src/adapters/registry/create_registry.ts";
import type { RegistryParts } from "../../src/adapters/registry/registry_parts.ts";
import { parseRegistriesConf } from "../../src/core/documents/registries_conf.ts";
import { resolveEndpoint } from "../../src/core/documents/registry_endpoint.ts";
import { parseRepository, type Repository } from "../../src/core/model/reference.ts";
import type { Http } from "../../src/core/ports/http.ts";
import type { Examiner } from "../../src/core/ports/examiner.ts";
import type { Registry } from "../../src/core/ports/registry.ts";
import type { HostProfile } from "../../src/core/ports/store.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import { type ManualClock, manualClock } from "./manual_clock.ts";

/** The client and what a test looks at. */
export interface TestRegistry {
  readonly registry: Registry & Examiner;
  readonly clock: ManualClock;
  /** What was learned, by host. A second client made with the same map is warm. */
  readonly profiles: Map<string, HostProfile>;
  /** Log lines as JSON. */
  readonly log: readonly string[];
}

/** What a test may choose. */
export interface TestRegistryOptions
  extends Partial<Pick<RegistryParts, "refusals" | "credentials" | "credentialCure" | "settings" | "tls" | "random">> {
  /** registries.conf. */
  readonly conf?: string;
  readonly profiles?: Map<string, HostProfile>;
  readonly clock?: ManualClock;
  /** Tells the time in place of `clock`. */
  readonly time?: Clock;
}

/** Makes the adapter on the given Http. */
export function testRegistry(http: Http, options: TestRegistryOptions = {}): TestRegistry {
  const clock = options.clock ?? manualClock();
  const profiles = options.profiles ?? new Map<string, HostProfile>();
  const log: string[] = [];
  const conf = parseRegistriesConf(options.conf ?? "");
  if (!conf.ok) throw new Error(conf.failure.message);
  const registry = createRegistry({
    http,
    clock: options.time ?? clock,
    random: options.random ?? { number: () => 0.5, hex: (digits) => "0".repeat(digits) },
    log: { event: (level, name, fields) => void log.push(JSON.stringify({ level, name, ...fields })) },
    profiles: {
      get: (host) => profiles.get(host) ?? null,
      save: (host, profile) => void profiles.set(host, profile),
    },
    resolveEndpoint: (repository) => resolveEndpoint(conf.value, repository),
    userAgent: "magos/test (+https://magos.example)",
    ...(options.refusals === undefined ? {} : { refusals: options.refusals }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    ...(options.credentialCure === undefined ? {} : { credentialCure: options.credentialCure }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  });
  return { registry, clock, profiles, log };
}

/** The repository of a name that is known to be one. */
export function repositoryOf(name: string): Repository {
  const parsed = parseRepository(name);
  if (!parsed.ok) throw new Error(parsed.failure.message);
  return parsed.value;
}
