// What a pass works with: the world's ports and the few values of the configuration that rule it.
import type { Holds } from "../core/model/hold.ts";
import type { AccessBook, RepositoryAges } from "../core/model/repository_access.ts";
import type { Secret } from "../core/model/secret.ts";
import type { Time } from "../core/model/time.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Files } from "../core/ports/files.ts";
import type { Git } from "../core/ports/git.ts";
import type { History } from "../core/ports/history.ts";
import type { Log } from "../core/ports/log.ts";
import type { Random } from "../core/ports/random.ts";
import type { Registry } from "../core/ports/registry.ts";
import type { Store } from "../core/ports/store.ts";

/** The world of registries: enough to decide. */
export interface DecidePorts {
  readonly registry: Registry;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends requests that are under way. */
  readonly stop: AbortSignal;
  /** Called as work proceeds, for a terminal. */
  readonly progress: (what: string, done: number, total: number) => void;
}

/** How decisions are made. */
export interface DecideOptions {
  /** How old what a registry said may be, in milliseconds. */
  readonly scanInterval: number;
  /** What single repositories say of that, by `host/path`. */
  readonly ages?: ReadonlyMap<string, RepositoryAges>;
  /** When the pass began: what was asked since is not asked again in it. */
  readonly startedAt: Time;
  /** The newest moment that the state held then: a clock that stands before it is wrong (contracts.md 5.3). */
  readonly newestTime: Time | null;
  /** Ask nothing; decide from what is stored. */
  readonly offline: boolean;
  /** Repositories to ask now whether or not they are due; null when none was named. What is not named is not asked. */
  readonly named: ReadonlySet<string> | null;
  /** Repositories whose age gate the user waives in this pass, with the reason given. */
  readonly hurried: ReadonlyMap<string, string>;
  /** What people keep from moving. */
  readonly holds: Holds;
}

/** What resources of the repository may add to the world of registries. */
export interface GrantPorts {
  readonly grant: (access: AccessBook) => void;
  readonly keepSecret: (secret: Secret) => void;
}

/** The world of a whole pass. */
export interface PassPorts extends DecidePorts {
  /** The past of the mirror that `git` keeps. */
  readonly history: Pick<History, "planCommits">;
  readonly git: Git;
  readonly files: Files;
  readonly random: Random;
}

/** The world of an update pass. */
export interface UpdatePorts extends PassPorts, GrantPorts {}
