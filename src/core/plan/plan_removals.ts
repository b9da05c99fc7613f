// What left git to the containers that go: by our label and host, or by the row of a stack that was adopted.
import type { Container } from "../ports/engine.ts";
import { type ApplyInput, type StackPlan, touchesNothing } from "./stack_plan.ts";

/** One plan for each stack that is ours and no longer wanted, sorted by name. Volumes are never among it. */
export function planRemovals(input: ApplyInput): readonly StackPlan[] {
  if (!input.prune) return [];
  const wanted = new Set([...input.contents.map((content) => content.stack.name), ...input.broken]);
  const labelled = input.containers.flatMap(({ labels }) =>
    labels !== null && labels.host === input.host ? [labels.stack] : []
  );
  const gone = [...new Set([...labelled, ...input.rows.map((row) => row.name)])].filter((name) => !wanted.has(name));
  const asked = gone.filter((name) => input.only === null || input.only.includes(name));
  return asked.sort().map((name) => planRemoval(name, input));
}

function planRemoval(name: string, input: ApplyInput): StackPlan {
  const row = input.rows.find((it) => it.name === name);
  const own = input.containers.filter((it) => belongsTo(it, name, input));
  const project = row?.project ?? own[0]?.project ?? name;
  const isShared = input.contents.some((content) => content.project === project);
  return {
    ...touchesNothing,
    stack: name,
    project,
    action: "remove",
    state: "planned",
    reason: "it is no longer in git for this host",
    content: null,
    previousHash: row?.applied?.hash ?? own[0]?.labels?.hash ?? null,
    remove: own.map((it) => it.id).sort(),
    steps: [
      ...own.map((it) => it.name).sort().map((subject) => ({ kind: "stop", subject }) as const),
      // The networks of a project go, unless another stack has it now.
      ...isShared ? [] : [{ kind: "remove", subject: project } as const],
    ],
  };
}

function belongsTo(container: Container, name: string, input: ApplyInput): boolean {
  // Another stack, that may have been renamed, wants this very container.
  const isWanted = input.contents.some((content) =>
    content.project === container.project && content.services.some((service) => service.name === container.service)
  );
  if (isWanted) return false;
  if (container.labels !== null) return container.labels.stack === name && container.labels.host === input.host;
  const row = input.rows.find((it) => it.name === name);
  return row !== undefined && row.project === container.project && row.images.has(container.service);
}
