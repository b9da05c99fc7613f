// How long a stack may take to become healthy.
import type { StackContent } from "../model/stack.ts";

const grace = 300;

/** Seconds: what was written, else the longest start period of its health checks and five minutes (contracts 2.2). */
export function healthAllowance({ stack, services }: Pick<StackContent, "stack" | "services">): number {
  if (stack.health.timeoutSeconds !== null) return stack.health.timeoutSeconds;
  return Math.max(0, ...services.map((service) => service.healthCheck?.startPeriodSeconds ?? 0)) + grace;
}
