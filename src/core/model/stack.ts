// What a host runs: a Compose project of the repository with everything that belongs to it (design.md 2, contracts.md 4.3).
import type { StackBackup } from "./backup.ts";
import type { Digest } from "./digest.ts";
import type { Health } from "./health.ts";
import type { ImageReference } from "./reference.ts";
import type { StackWord } from "./stack_word.ts";
import type { Time } from "./time.ts";
import type { Window } from "./window.ts";

/** What happens when a stack does not become healthy (contracts.md 2.2, `apply.rollback`). */
export type Rollback = "revert" | "local" | "none";

/** How long a stack may take, and what else must answer. */
export interface HealthRule {
  /** Seconds until it must be healthy; null: the longest start period of its health checks and five minutes. */
  readonly timeoutSeconds: number | null;
  /** Seconds that it must stay healthy. */
  readonly settleSeconds: number;
  /** A URL that must answer 2xx or 3xx. */
  readonly http: string | null;
  /** `host:port` that must take a connection. */
  readonly tcp: string | null;
}

/** Shell scripts of a stack; null: none. They run in its folder. */
export interface Hooks {
  readonly pre: string | null;
  readonly post: string | null;
}

/** What is said for all stacks. */
export interface StackDefaults {
  readonly windows: readonly Window[];
  readonly health: HealthRule;
  readonly rollback: Rollback;
}

/** An app, as far as it says what runs where. Null: not said. */
export interface AppStack {
  readonly name: string;
  /** In the repository; null for an app that is no Compose project. */
  readonly compose: string | null;
  readonly hosts: readonly string[] | null;
  readonly after: readonly string[];
  readonly windows: readonly Window[] | null;
  readonly health: Partial<HealthRule>;
  readonly rollback: Rollback | null;
  readonly hooks: Hooks;
}

/** One thing that a host should run, as the configuration or a folder says it. Paths are in the repository. */
export interface Stack {
  readonly name: string;
  readonly kind: "compose";
  /** The Compose file that was named or found. */
  readonly compose: string;
  /** Who says so: `app NAME` or the folder. */
  readonly source: string;
  /** Stacks that must be healthy before this one is touched. */
  readonly after: readonly string[];
  readonly windows: readonly Window[];
  readonly health: HealthRule;
  readonly rollback: Rollback;
  readonly hooks: Hooks;
}

/** A file of the repository that a stack uses. */
export interface StackFile {
  readonly path: string;
  /** Of its bytes, and of whether it may be run. */
  readonly digest: Digest;
}

/** An encrypted file beside a stack (contracts.md 2.4). */
export interface StackSecret {
  /** `stacks/web/db.sops.env`, in the repository. */
  readonly source: string;
  /** `db.env`: its name in the folder `${MAGOS_SECRETS}`. */
  readonly name: string;
  readonly format: SecretFormat;
  readonly digest: Digest;
  /**
   * `env`: only read by the engine at the start, so the plaintext goes after it. `mount`: stays as long as the stack.
   * `engine`: becomes a secret of the engine, under the name `engineName`.
   */
  readonly use: "env" | "mount" | "engine";
  readonly engineName: string | null;
}

/** How sops reads and writes a file. */
export type SecretFormat = "yaml" | "json" | "dotenv" | "ini" | "binary";

/** The health check of a service as its Compose file says it; one in the image is only seen on the container. */
export interface ServiceHealthCheck {
  readonly startPeriodSeconds: number;
}

/** One service of a stack that is to run. */
export interface StackService {
  readonly name: string;
  /** With its variables followed; null for a service that is built and names no image. */
  readonly image: ImageReference | null;
  /** Whether the engine builds its image from the repository. */
  readonly builds: boolean;
  readonly replicas: number;
  /** Whether it may end with success and then need not run: a job. */
  readonly mayEnd: boolean;
  readonly healthCheck: ServiceHealthCheck | null;
  /** Changes exactly when its containers have to be made anew. */
  readonly hash: StackHash;
}

/** `v1:` and 64 hex digits; the number is that of the scheme, and only hashes of one scheme compare. */
export type StackHash = string;

/** A stack at one revision: all that decides what runs. */
export interface StackContent {
  readonly stack: Stack;
  /** The fixed name of the Compose project. */
  readonly project: string;
  /** The project's folder in the repository; "" for its root. */
  readonly folder: string;
  /** In the order in which they are given to the engine. */
  readonly composeFiles: readonly string[];
  readonly profiles: readonly string[];
  /** Sorted by path. */
  readonly files: readonly StackFile[];
  readonly secrets: readonly StackSecret[];
  /** Sorted by name; those that no active profile wants are left out. */
  readonly services: readonly StackService[];
  /** Names by which the engine knows its own volumes, sorted: not those that are declared as somebody else's. */
  readonly volumes: readonly string[];
  /** Whether a file says `include`, which not every engine reads. */
  readonly includes: boolean;
  /** Over all of the above that the engine sees, encrypted files included. */
  readonly hash: StackHash;
}

/** Where a stack was left (contracts.md 3.1, table `stacks`). */
export interface StackRow {
  readonly name: string;
  readonly project: string;
  readonly phase: "deploying" | "probing" | "settled" | "rolling-back" | "rolled-back";
  readonly wanted: StackVersion;
  readonly applied: StackVersion | null;
  readonly lastGood: StackVersion | null;
  readonly bad: StackVersion | null;
  /** Why it was rolled back, in one masked line. */
  readonly reason: string | null;
  /** How often the deployment of `wanted` was interrupted. */
  readonly interruptions: number;
  /** By service: what was last good. */
  readonly images: ReadonlyMap<string, StackImage>;
  /** Until the deployment under way has settled or gone back; null: nothing was exported for it. */
  readonly backup: StackBackup | null;
  readonly failures: number;
  readonly retryAt: Time | null;
  readonly since: Time;
  /** What the last pass said of it; null: nothing since it was last touched. */
  readonly said: StackWord | null;
  /** How its containers were last seen, without their log; null: nothing of it runs, or nobody has looked. */
  readonly health: Health | null;
  /** Whether a switch of its folder was begun and did not end: files of two revisions may lie in it. */
  readonly isMixed: boolean;
  /** Names of secrets that were given to the engine for it. */
  readonly engineSecrets: readonly string[];
}

/** What a service ran. */
export interface StackImage {
  /** As its file names it; null for one that is built. */
  readonly written: ImageReference | null;
  /** Every digest that its image is known by; none for one that is built. */
  readonly digests: readonly Digest[];
}

/** A revision of the repository and the hash that the stack has there. */
export interface StackVersion {
  readonly revision: string;
  readonly hash: StackHash;
}
