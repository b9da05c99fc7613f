// What git wants and what runs to the ordered steps of one apply pass. The same input gives the same plan (contracts 4.3).
import { sha256Of } from "../model/digest.ts";
import type { Problem } from "../model/problem.ts";
import type { StackContent } from "../model/stack.ts";
import type { Container } from "../ports/engine.ts";
import { runsWell } from "../stack/runs_well.ts";
import { canonicalJson } from "./canonical_json.ts";
import { planRemovals } from "./plan_removals.ts";
import { planStack } from "./plan_stack.ts";
import { type ApplyInput, type ApplyPlan, type StackPlan, touchesNothing } from "./stack_plan.ts";
import { orderStacks } from "./stack_order.ts";

/** Plans the pass. Without news each stack is `none` and the plan holds no step. */
export function planApply(given: ApplyInput): ApplyPlan {
  const input = sorted(given);
  const own = input.containers.find((it) => isSelf(it, input.self));
  const { distinct, clashing, problems } = apart(input.contents);
  const last = distinct.find((content) => content.project === own?.project)?.stack.name ?? null;
  const unread = [...input.broken, ...clashing.map((content) => content.stack.name)];
  const order = orderStacks(distinct.map((content) => content.stack), unread, last);
  const byName = new Map(distinct.map((content) => [content.stack.name, content]));
  const planned = new Map<string, StackPlan>();
  for (const name of order.names) {
    const content = byName.get(name);
    if (content === undefined || !isAskedFor(name, input)) continue;
    const plan = planStack(content, input);
    planned.set(name, behindOthers(plan, content, planned, unread, input));
  }
  const refused = [
    ...order.stuck.flatMap((name) => byName.get(name) ?? []).map((content) => refuse(content, "waits for itself")),
    ...clashing.map((content) => refuse(content, `another stack has the project ${content.project}`)),
  ].filter((plan) => isAskedFor(plan.stack, input));
  const stacks = [...planned.values(), ...refused, ...planRemovals(input)];
  return { id: idOf(input, stacks), ...at(input), stacks, problems: [...problems, ...order.problems] };
}

/** Engines, folders and tables give no order that could be relied on. */
function sorted(input: ApplyInput): ApplyInput {
  const by = <T>(items: readonly T[], key: (item: T) => string): readonly T[] =>
    items.toSorted((a, b) => key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
  return {
    ...input,
    contents: by(input.contents, (content) => content.stack.name),
    containers: by(input.containers, (container) => `${container.project} ${container.name} ${container.id}`),
    rows: by(input.rows, (row) => row.name),
  };
}

/** Whether anything is to be done. */
export function isIdle(plan: ApplyPlan): boolean {
  return plan.stacks.every((stack) => stack.steps.length === 0);
}

function at(input: ApplyInput): Pick<ApplyPlan, "host" | "revision"> {
  return { host: input.host, revision: input.revision };
}

function isAskedFor(name: string, { only }: ApplyInput): boolean {
  return only === null || only.includes(name);
}

/** Whether the container is the one that magos itself runs in. */
export function isSelf(container: Container, self: string | null): boolean {
  if (self === null || self === "") return false;
  return container.name === self || (self.length >= 12 && container.id.startsWith(self));
}

/** Two stacks with one Compose project would fight over its containers. */
function apart(contents: readonly StackContent[]): {
  readonly distinct: readonly StackContent[];
  readonly clashing: readonly StackContent[];
  readonly problems: readonly Problem[];
} {
  const groups = [...Map.groupBy(contents, (content) => content.project).values()];
  const clashing = groups.filter((group) => group.length > 1).flat();
  const problems = clashing.map((content): Problem => ({
    code: "stack.duplicate",
    severity: "error",
    stack: content.stack.name,
    file: content.stack.compose,
    message: `another stack has the Compose project "${content.project}" too`,
    cure: "give one of them another name: at the top of its Compose file",
  }));
  return { distinct: groups.filter((group) => group.length === 1).flat(), clashing, problems };
}

/** A stack whose forerunner is not healthy, and is not touched in this pass, waits for it. */
function behindOthers(
  plan: StackPlan,
  content: StackContent,
  planned: ReadonlyMap<string, StackPlan>,
  unread: readonly string[],
  input: ApplyInput,
): StackPlan {
  if (plan.steps.length === 0 || plan.action === "roll-back") return plan;
  const states = content.stack.after.map((name) => [name, stateOf(name, planned.get(name), unread, input)] as const);
  const [blocking, state] = states.find(([, it]) => it !== "well") ?? [undefined, "well"];
  if (blocking === undefined) return plan;
  return {
    ...plan,
    action: "none",
    state: "waiting",
    reason: state === "ill" ? `${blocking} is not healthy` : `${blocking} does not run`,
    waitsFor: blocking,
    steps: [],
  };
}

/** How a forerunner does that stays as it is; one that is to be touched is judged then. */
function stateOf(
  name: string,
  other: StackPlan | undefined,
  unread: readonly string[],
  input: ApplyInput,
): ReturnType<typeof runsWell> {
  if (other === undefined) {
    return unread.includes(name) && isAskedFor(name, input) && !isAnyUp(name, input) ? "down" : "well";
  }
  if (other.steps.length > 0 || other.content === null) return "well";
  const row = input.rows.find((it) => it.name === name) ?? null;
  return runsWell(row, other.content, input.containers, input.now);
}

/** All that can be known of a stack that cannot be read. */
function isAnyUp(name: string, { containers, host }: ApplyInput): boolean {
  return containers.some(({ labels, state }) => labels?.stack === name && labels.host === host && state === "running");
}

function refuse(content: StackContent, reason: string): StackPlan {
  const { stack, project } = content;
  const verdict = { action: "none", state: "failed", reason } as const;
  return { ...touchesNothing, stack: stack.name, project, ...verdict, content, previousHash: null };
}

function idOf(input: ApplyInput, stacks: readonly StackPlan[]): string {
  const told = stacks.map((
    { stack, action, content, recreate, remove, steps },
  ) => [stack, action, content?.hash ?? null, recreate, remove, steps]);
  return sha256Of(canonicalJson({ ...at(input), stacks: told })).slice("sha256:".length);
}
