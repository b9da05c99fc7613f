// How a stack does, as far as its containers and probes tell (contracts.md 1.3).
import type { Time } from "./time.ts";

/** One look at a stack, in the end. */
export interface Health {
  readonly state: "healthy" | "unhealthy" | "starting" | "looping" | "exited" | "unknown";
  readonly since: Time;
  readonly message: string;
  /** The last lines of the container that is meant, secrets masked; empty when it is healthy. */
  readonly log: readonly string[];
}
