// What runs against what a stack wants: containers that are gone, stopped, or made of another image or definition.
import { formatRepository, type ImageReference, parseReference, parseRepository } from "../model/reference.ts";
import type { StackContent, StackService } from "../model/stack.ts";
import type { Container } from "../ports/engine.ts";

/** One service that does not run as it should. */
export interface Drift {
  readonly service: string;
  /** `gone`: no container; `stopped`: one does not run; `image`: one runs another image. */
  readonly kind: "gone" | "stopped" | "image";
  readonly message: string;
}

/** All drift of a stack, by service. None means that it runs what it should; whether it is healthy is not asked. */
export function driftOf(content: StackContent, containers: readonly Container[]): readonly Drift[] {
  const own = containers.filter((it) => it.project === content.project);
  return content.services.flatMap((service) => {
    const drift = driftOfService(service, own.filter((it) => it.service === service.name));
    return drift === null ? [] : [{ service: service.name, ...drift }];
  });
}

/**
 * Services whose containers have to be made anew: another image, a definition that changed since, or mounts in the folder
 * of a stack that had another name.
 */
export function staleServices(content: StackContent, containers: readonly Container[]): readonly string[] {
  const own = containers.filter((it) => it.project === content.project);
  return content.services.filter((service) =>
    own.some((it) =>
      it.service === service.name &&
      (!runsImage(it, service) || it.labels?.service !== service.hash || it.labels.stack !== content.stack.name)
    )
  ).map((service) => service.name);
}

/** Whether the container is of the image that its service names: by digest, or by name where there is none. */
export function runsImage(container: Container, service: StackService): boolean {
  if (service.image === null || service.builds) return true;
  if (service.image.digest !== null) return container.digests.includes(service.image.digest);
  const running = parseReference(container.image);
  return running.ok && canonicalName(running.value) === canonicalName(service.image);
}

function driftOfService(service: StackService, own: readonly Container[]): Omit<Drift, "service"> | null {
  const other = own.find((it) => !runsImage(it, service));
  if (other !== undefined) return { kind: "image", message: `${other.name} runs ${other.image}` };
  // How many replicas an engine makes differs between engines and versions; that one of them is missing cannot be told.
  if (own.length === 0 && service.replicas > 0) return { kind: "gone", message: "no container is there" };
  const down = own.find((it) => !isUp(it, service));
  return down === undefined ? null : { kind: "stopped", message: `${down.name} is ${down.state}` };
}

/** A container that restarts is the engine's business: health tells whether it loops. */
function isUp(container: Container, service: StackService): boolean {
  if (container.state === "running" || container.state === "restarting") return true;
  return service.mayEnd && container.state === "exited" && container.exitCode === 0;
}

function canonicalName(reference: ImageReference): string {
  const repository = parseRepository(reference.name);
  const name = repository.ok ? formatRepository(repository.value) : reference.name;
  return `${name}:${reference.tag ?? "latest"}`;
}
