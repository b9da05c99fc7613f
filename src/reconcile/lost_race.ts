// How often, and after what pause, a pass begins again that lost a race to somebody else's push (contracts.md 4.2).
import type { PassPorts } from "./pass_ports.ts";

/** All attempts of a pass together. */
export const mostAttempts = 5;

/** Waits before the attempt of that number, the longer the later it is, with jitter; not before the first. */
export async function pauseBefore(
  attempt: number,
  { clock, random, stop }: Pick<PassPorts, "clock" | "random" | "stop">,
): Promise<void> {
  if (attempt > 1) await clock.sleep(Math.round(200 * attempt * (0.5 + random.number())), stop);
}
