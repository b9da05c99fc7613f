// Hosts that are left alone: they asked for it for longer than a request can wait, or they answer badly (registries 4.6).
import type { Failure, Result } from "../../core/model/problem.ts";
import type { Repository } from "../../core/model/reference.ts";
import { formatTime } from "../../core/model/time.ts";
import { afterAnswer, isOnTrial, longestPause, type Verdict } from "./circuit.ts";
import type { Answer, Order } from "./order.ts";
import { isRateLimit, isTrouble, registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";
import { waitHint } from "./retry_after.ts";

/** The longest hint that is waited for, in milliseconds. */
export const longestWait = 60_000;

/** Remembers, for all repositories of the host, what an answer says of it. */
export function noteAnswer(state: RegistryState, order: Order, answer: Answer): void {
  const verdict = isRateLimit(answer) ? "limited" : isTrouble(answer) ? "failed" : "good";
  noteVerdict(state, order, verdict);
  if (verdict === "good") return;
  const now = state.parts.clock.now();
  const hint = waitHint(answer, now);
  if (hint === null || hint <= longestWait) return;
  const until = Math.max(now + Math.min(hint, longestPause), state.hosts.pausedUntil(order.host, now) ?? 0);
  state.hosts.learn(order.host, { pausedUntil: until });
}

/** Remembers that no answer came in time, or what one said. */
export function noteVerdict(state: RegistryState, order: Order, verdict: Verdict): void {
  // A token that was issued says nothing of the registry that will be asked with it.
  if (verdict === "good" && order.purpose === "token") return;
  const now = state.parts.clock.now();
  // What was under way when the pause began is a part of the trouble that is known.
  if (state.hosts.pausedUntil(order.host, now) !== null) return;
  const profile = state.hosts.profile(order.host);
  if (verdict !== "good" || profile.trouble) state.hosts.learn(order.host, afterAnswer(profile, verdict, now));
}

/** The failure while the host is paused, or null. */
export function findPause(state: RegistryState, host: string, subject: Repository): Result<never> | null {
  const until = state.hosts.pausedUntil(host, state.parts.clock.now());
  if (until === null) return null;
  const profile = state.hosts.profile(host);
  const failing = isOnTrial(profile) && profile.trouble?.last === "failed";
  const why = isOnTrial(profile) ? "answered badly again and again and is left alone" : "asked to be left alone";
  return registryFailure(
    failing ? "registry.unavailable" : "registry.rate_limited",
    subject,
    `${host} ${why} until ${formatTime(until)}`,
    {
      retry: "later",
      retryAt: until,
      cure: failing
        ? "wait: the registry has trouble of its own"
        : "wait, raise registries.scanInterval, or log in for a higher limit",
    },
  );
}

/** A failure of a host that is paused by now says when it will be asked again. */
export function withPause(state: RegistryState, host: string, failed: Failure): Failure {
  if (failed.retry === "never" || !failed.code.startsWith("registry.")) return failed;
  const until = state.hosts.pausedUntil(host, state.parts.clock.now());
  return until === null || until <= (failed.retryAt ?? 0) ? failed : { ...failed, retryAt: until };
}

/**
 * Asks while the host is not paused. After a pause for bad answers one question goes ahead alone; the others wait for
 * what it shows, so that a host that is still unwell gets one request and not sixteen.
 */
export async function inTurn<T>(
  state: RegistryState,
  host: string,
  subject: Repository,
  question: () => Promise<Result<T>>,
): Promise<Result<T>> {
  while (true) {
    const paused = findPause(state, host, subject);
    if (paused !== null) return paused;
    if (!isOnTrial(state.hosts.profile(host))) return await question();
    const ahead = state.hosts.trial(host);
    if (ahead === null) return await state.hosts.onTrial(host, question);
    await ahead;
  }
}
