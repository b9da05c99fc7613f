// What containers tell at one moment to the health of their stack.
import type { Health } from "../model/health.ts";
import type { StackService } from "../model/stack.ts";
import type { Container } from "../ports/engine.ts";

/** One look. `isOver`: no waiting makes it better. */
export interface HealthLook {
  readonly state: Health["state"];
  readonly message: string;
  /** The container that is meant, for its log. */
  readonly container: Container | null;
  readonly isOver: boolean;
}

/** So many restarts since the start are a loop; one or two are an app that waited for another. */
const loop = 3;

const worst = ["looping", "exited", "unhealthy", "starting", "healthy"] as const;

/** What is known of a stack that is judged. */
export interface JudgedStack {
  readonly project: string;
  readonly services: readonly JudgedService[];
}

/** What is known of its services. */
export type JudgedService = Pick<StackService, "name" | "replicas" | "mayEnd">;

/** Judges all services; the worst counts. `before`: restarts of containers that were there before the start, by id. */
export function judgeHealth(
  content: JudgedStack,
  containers: readonly Container[],
  before: ReadonlyMap<string, number>,
): HealthLook {
  const looks = content.services.flatMap((service) => {
    const own = containers.filter((it) => it.project === content.project && it.service === service.name);
    if (own.length === 0 && service.replicas > 0) {
      return [look("exited", `${service.name}: no container is there`, null)];
    }
    return own.map((container) => judge(service, container, container.restarts - (before.get(container.id) ?? 0)));
  });
  const sorted = looks.sort((a, b) => rankOf(a) - rankOf(b));
  return sorted[0] ?? look("healthy", "", null);
}

function judge(service: JudgedService, container: Container, restarts: number): HealthLook {
  const { name, state, exitCode, health } = container;
  if (restarts >= loop) {
    return { ...look("looping", `${name} was restarted ${restarts} times`, container), isOver: true };
  }
  switch (state) {
    case "running":
      if (health === "starting") return look("starting", `${name} is still starting`, container);
      if (health === "unhealthy") return look("unhealthy", `the health check of ${name} fails`, container);
      return look("healthy", "", container);
    case "created":
    case "restarting":
      return look("starting", `${name} is ${state}`, container);
    case "paused":
      return look("unhealthy", `${name} is paused`, container);
    case "exited":
    case "dead":
      if (service.mayEnd && exitCode === 0) return look("healthy", "", container);
      return look("exited", `${name} ended with code ${exitCode ?? "unknown"}`, container);
  }
}

function look(state: HealthLook["state"], message: string, container: Container | null): HealthLook {
  return { state, message, container, isOver: false };
}

function rankOf({ state }: HealthLook): number {
  return worst.findIndex((it) => it === state);
}
