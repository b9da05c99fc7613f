// The generated Compose file that puts our labels on a stack's services (contracts 3.2).
import type { StackContent } from "../model/stack.ts";
import type { Container, ContainerLabels } from "../ports/engine.ts";

/** Names of the labels. */
export const labelNames = {
  stack: "dev.magos.stack",
  host: "dev.magos.host",
  hash: "dev.magos.hash",
  revision: "dev.magos.revision",
  service: "dev.magos.service",
} as const satisfies Record<keyof ContainerLabels, string>;

/**
 * The text of the file, JSON being YAML. A service that did not change keeps the labels its container has, since another
 * label would make engines start it anew; `containers` are what runs now.
 */
export function labelFile(
  content: StackContent,
  at: { readonly revision: string; readonly host: string },
  containers: readonly Container[],
): string {
  const services = content.services.map((service) => {
    const running = containers.find((it) =>
      it.project === content.project && it.service === service.name && it.labels?.service === service.hash &&
      it.labels.stack === content.stack.name && it.labels.host === at.host
    );
    const labels = running?.labels ??
      { stack: content.stack.name, host: at.host, hash: content.hash, revision: at.revision, service: service.hash };
    return [service.name, { labels: labelsOf(labels) }] as const;
  });
  return `${JSON.stringify({ services: Object.fromEntries(services) }, null, 2)}\n`;
}

/** Our labels among those of a container; null unless all are there. */
export function readLabels(labels: Readonly<Record<string, string>>): ContainerLabels | null {
  const of = (key: keyof ContainerLabels): string | null => labels[labelNames[key]] ?? null;
  const [stack, host, hash, revision, service] = [of("stack"), of("host"), of("hash"), of("revision"), of("service")];
  if (stack === null || host === null || hash === null || revision === null || service === null) return null;
  return { stack, host, hash, revision, service };
}

function labelsOf(labels: ContainerLabels): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (["stack", "host", "hash", "revision", "service"] as const).map((key) => [labelNames[key], labels[key]]),
  );
}
