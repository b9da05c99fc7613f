// Whether this host is one that starts containers: then what it lacks for that is a failure, else a note.
import { mergeLayers } from "../../core/documents/config.ts";
import type { Session } from "../session.ts";

/** Without a schedule the daemon never deploys (contracts.md 2.2). */
export function deploys({ host }: Session): boolean {
  return mergeLayers(host.layers).has("apply.schedule");
}
