// What the parts of the git adapter share: the ports, the remote, and where things lie in the state folder.
import type { SigningKey, VerifyCommits } from "../../core/documents/config.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Files } from "../../core/ports/files.ts";
import type { Log } from "../../core/ports/log.ts";
import type { Random } from "../../core/ports/random.ts";
import type { GitRunner } from "./command.ts";
import type { Remote } from "./remote.ts";

/** A git runner with a remote, a mirror of it, and the work trees taken from that mirror. */
export interface GitContext extends GitRunner {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly remote: Remote;
  /** The state folder; all below is in it. */
  readonly folder: string;
  readonly mirror: string;
  readonly mirrorLock: string;
  readonly workTrees: string;
  /** Revisions that this process has seen in the mirror with all their history. */
  readonly whole: Set<string>;
  /** Signs every commit that is made; null: none is. */
  readonly sign: SigningKey | null;
  /** Whose signatures count; null: nobody's. */
  readonly trust: VerifyCommits | null;
  /** Who runs magos; null where the system knows no user ids. */
  readonly uid: number | null;
}
