// Whether this host is one that starts containers: then what it lacks for that is a failure, else a note.
import type { Session } from "../session.ts";

/** Without a schedule the daemon never deploys (contracts.md 2.2). */
export function deploys({ config }: Session): boolean {
  return config.daemon.apply !== null;
}
