// Hosts that asked to be left alone for longer than a request can wait (registries 4.6).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import type { Result } from "../../core/model/problem.ts";
import { formatTime } from "../../core/model/time.ts";
import { longestPause } from "./host_access.ts";
import type { Answer } from "./order.ts";
import { isRateLimit, registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";
import { waitHint } from "./retry_after.ts";

const longestWait = 60_000;

/** Remembers, for all repositories of the host, that an answer asks for a long pause. */
export function notePause(state: RegistryState, endpoint: Endpoint, answer: Answer): void {
  if (answer.status !== 408 && answer.status < 500 && !isRateLimit(answer)) return;
  const now = state.parts.clock.now();
  const hint = waitHint(answer, now);
  if (hint === null || hint <= longestWait) return;
  state.hosts.learn(endpoint.host, { pausedUntil: now + Math.min(hint, longestPause) });
}

/** The failure while the host is paused, or null. */
export function findPause(state: RegistryState, endpoint: Endpoint): Result<never> | null {
  const until = state.hosts.pausedUntil(endpoint.host, state.parts.clock.now());
  if (until === null) return null;
  const message = `${endpoint.display.host} asked to be left alone until ${formatTime(until)}`;
  return registryFailure("registry.rate_limited", endpoint.display, message, {
    retry: "later",
    retryAt: until,
    cure: "wait, raise registries.scanInterval, or log in for a higher limit",
  });
}
