// The program that runs Compose projects on this host.
import type { Digest } from "../model/digest.ts";
import type { Result } from "../model/problem.ts";
import type { Time } from "../model/time.ts";

/** A container of a Compose project, whoever started it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly service: string;
  /** Our labels (contracts.md 3.2); null on a container that magos did not start. */
  readonly labels: ContainerLabels | null;
  /** The image as it was named when the container was made. */
  readonly image: string;
  /** Every digest that its image is known by: of the index and of the platform's manifest. */
  readonly digests: readonly Digest[];
  readonly state: "created" | "running" | "paused" | "restarting" | "exited" | "dead";
  /** Of one that has ended. */
  readonly exitCode: number | null;
  /** Restarts by the engine since it was made. */
  readonly restarts: number;
  readonly startedAt: Time | null;
  /** What its health check says; null: it has none. */
  readonly health: "starting" | "healthy" | "unhealthy" | null;
}

/** The labels `dev.magos.*` of a container. */
export interface ContainerLabels {
  readonly stack: string;
  readonly host: string;
  /** Hash and revision of the stack when this container was made. */
  readonly hash: string;
  readonly revision: string;
  /** Hash of its service: as long as it is the wanted one, the container need not be made anew. */
  readonly service: string;
}

/** One Compose project as the engine is told of it. Paths are absolute. */
export interface Project {
  readonly name: string;
  /** Relative paths in the files start here. */
  readonly folder: string;
  /** The generated file with our labels last. */
  readonly files: readonly string[];
  /** The services that are to run: not every engine knows profiles, so they are named. */
  readonly services: readonly string[];
  readonly profiles: readonly string[];
  /** What `${...}` in the files may name besides the `.env` file: `MAGOS_SECRETS`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A named volume. */
export interface Volume {
  readonly name: string;
  /** Whether the engine only passes on to a device, a network or another driver what is written to it. */
  readonly isElsewhere: boolean;
}

/** What `up` has to do beyond starting what is not there. */
export interface UpOptions {
  /** Services whose containers are made anew, whatever the engine thinks of them. */
  readonly recreate: readonly string[];
  /** Whether images that the files say how to build are built again. */
  readonly build: boolean;
}

/**
 * Failures carry `engine.*` codes with the last lines of what the program said, secrets masked. A call that was ended by
 * its time or by `signal` fails too; what it had started by then stays.
 */
export interface Engine {
  /** `podman-compose`, `podman compose` or `docker compose`, and its version, for messages. */
  readonly name: string;
  readonly version: string;
  /** Whether it reads `include`. One that does not would start a part of the stack and say nothing. */
  readonly readsIncludes: boolean;
  /** Whether it exports volumes and takes them back. */
  readonly exportsVolumes: boolean;
  /** All containers of Compose projects, running or not; the one question of a pass with no news. */
  list(signal?: AbortSignal): Promise<Result<readonly Container[]>>;
  /** Brings images into the engine's store. What has a digest and is there already costs no request. */
  pull(images: readonly string[], signal?: AbortSignal): Promise<Result<void>>;
  /**
   * Starts the project; pulls nothing that is there. Containers of other projects, and those of services that are gone,
   * stay. Gives the errors that the program told of though it ended well: only `list` says what really runs.
   */
  up(project: Project, options: UpOptions, signal?: AbortSignal): Promise<Result<readonly string[]>>;
  /** Has the container's health check made now, where the engine can; `list` tells what came of it. */
  checkHealth(id: string, signal?: AbortSignal): Promise<Result<void>>;
  /** Stops and removes containers, by id; volumes stay. One that is not there any more is fine. */
  removeContainers(ids: readonly string[], signal?: AbortSignal): Promise<Result<void>>;
  /** Stops containers, or starts them again as they are, one after the other. */
  stopContainers(ids: readonly string[], signal?: AbortSignal): Promise<Result<void>>;
  startContainers(ids: readonly string[], signal?: AbortSignal): Promise<Result<void>>;
  /** Those of the named volumes that are there. */
  volumes(names: readonly string[], signal?: AbortSignal): Promise<Result<readonly Volume[]>>;
  /** Writes what is in a volume into the file, as tar; the file is there, and keeps its owner and mode. */
  exportVolume(name: string, path: string, signal?: AbortSignal): Promise<Result<void>>;
  /** Gives a volume exactly what an export holds. Nothing that runs may use it; one that is gone is made again. */
  importVolume(
    volume: { readonly name: string; readonly project: string },
    path: string,
    signal?: AbortSignal,
  ): Promise<Result<void>>;
  /** Removes the networks that Compose made for the project, unless something still uses them. */
  removeNetworks(project: string, signal?: AbortSignal): Promise<Result<void>>;
  /** The last lines that a container wrote, oldest first, secrets masked and control characters taken out. */
  logs(id: string, lines: number, signal?: AbortSignal): Promise<Result<readonly string[]>>;
  /** Gives a secret of the engine this content, by stdin. */
  saveSecret(name: string, content: Uint8Array, signal?: AbortSignal): Promise<Result<void>>;
  /** Removes secrets of the engine, by name. One that is not there any more is fine. */
  removeSecrets(names: readonly string[], signal?: AbortSignal): Promise<Result<void>>;
  /** Removes images that no container uses, except those named here (rulings 21). Only of the given repositories. */
  pruneImages(repositories: readonly string[], keep: readonly Digest[], signal?: AbortSignal): Promise<Result<number>>;
}
