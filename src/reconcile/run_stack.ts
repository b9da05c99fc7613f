// One stack of an apply plan to its end: left alone, adopted, deployed, rolled back or removed.
import { type Problem, problemOf, success } from "../core/model/problem.ts";
import { isSelf } from "../core/plan/apply_plan.ts";
import type { StackPlan } from "../core/plan/stack_plan.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { adoptStack } from "./adopt_stack.ts";
import { deployStack } from "./deploy_stack.ts";
import { keepRunning } from "./keep_running.ts";
import { laySecrets } from "./prepare_stack.ts";
import { recallRow } from "./recall_row.ts";
import { removeStack } from "./remove_stack.ts";
import { rollBack } from "./roll_back.ts";
import { outcomeOf, rowOf, type StackOrder } from "./stack_order.ts";
import { openJournal } from "./step_journal.ts";

/** What of a pass each of its stacks needs. */
export type PassOrder = Omit<StackOrder, "plan" | "content" | "row"> & { readonly self: string | null };

/** Carries out the plan of one stack. `ill`: stacks of this pass of which nothing runs, or nothing healthy. */
export async function runStack(
  ports: ApplyPorts,
  plan: StackPlan,
  pass: PassOrder,
  rows: ReadonlyMap<string, StackOrder["row"]>,
  ill: ReadonlySet<string>,
): Promise<StackOutcome> {
  const { content } = plan;
  if (plan.action === "remove") {
    const refused = refuseSelf(plan, pass, plan.remove);
    return refused === null ? await removeStack(ports, plan) : refusedOutcome(plan, refused);
  }
  if (content === null) return outcomeOf(plan, "failed", []);
  const found: StackOrder = { ...pass, plan, content, row: rows.get(plan.stack) ?? null };
  const recalled = plan.action === "deploy" ? await recallRow(ports.git, found, ports.clock.now()) : success(found.row);
  if (!recalled.ok) return refusedOutcome(plan, problemOf(recalled.failure, { stack: plan.stack }));
  const order: StackOrder = { ...found, row: recalled.value };
  switch (plan.action) {
    case "none":
      return await leave(ports, order);
    case "adopt":
      return await adoptStack(ports, order);
    case "deploy":
    case "repair":
    case "roll-back": {
      const blocking = content.stack.after.find((name) => ill.has(name));
      if (blocking !== undefined && plan.action !== "roll-back") {
        return outcomeOf({ ...plan, waitsFor: blocking, reason: `${blocking} is not healthy` }, "waiting", []);
      }
      const refused = refuse(ports, order, pass);
      if (refused !== null) return refusedOutcome(plan, refused);
      if (plan.action !== "roll-back") return await deployStack(ports, order);
      const row = rowOf(order, ports.clock.now());
      const reason = row.phase === "rolling-back" && row.reason !== null ? row.reason : plan.reason;
      return await rollBack(ports, order, row, reason, null, openJournal(plan.steps, ports.clock), []);
    }
  }
}

function refusedOutcome(plan: StackPlan, problem: Problem): StackOutcome {
  return outcomeOf(
    plan,
    "failed",
    plan.steps.map((step) => ({ message: null, ...step, state: "skipped", seconds: null })),
    {
      problems: [problem],
    },
  );
}

/** Nothing is to be done, but what a boot took away is made again, and what waits is told. */
async function leave(ports: ApplyPorts, order: StackOrder): Promise<StackOutcome> {
  const { plan } = order;
  if (plan.state === "current") {
    const made = await remakeSecrets(ports, order);
    return outcomeOf(plan, "current", [], { problems: made });
  }
  return plan.state === "failed" ? outcomeOf(plan, plan.state, []) : await keepRunning(ports, order);
}

/** The runtime folder is empty after a boot; what is mounted from it has to be there as long as the stack. */
async function remakeSecrets(ports: ApplyPorts, { content, checkout }: StackOrder): Promise<readonly Problem[]> {
  const mounted = content.secrets.filter(({ use }) => use === "mount");
  const folder = ports.secrets.folderOf(content.stack.name);
  const there = mounted.length === 0 ? null : await ports.files.list(folder);
  const names = new Set(there?.ok ? there.value : []);
  if (mounted.every(({ name }) => names.has(name))) return [];
  const only = { ...content, secrets: mounted };
  const laid = await laySecrets(ports, only, checkout.root, openJournal([], ports.clock));
  return laid.ok ? [] : [problemOf(laid.failure, { stack: content.stack.name })];
}

function refuse({ engine }: ApplyPorts, { plan, content }: StackOrder, pass: PassOrder): Problem | null {
  if (content.includes && !engine.readsIncludes) {
    return {
      code: "stack.unsupported",
      severity: "error",
      stack: plan.stack,
      file: content.stack.compose,
      message: `${engine.name} ${engine.version} does not read include: a part of ${plan.stack} would not start`,
      cure: "install a newer one, or name the files in COMPOSE_FILE of the .env beside it",
    };
  }
  const isOwn = ({ project }: { readonly project: string }): boolean => project === content.project;
  const replaced = pass.containers.filter((it) => isOwn(it) && plan.recreate.includes(it.service));
  // All of the stack stands still while its volumes are exported or given back.
  const stopped = plan.steps.some(({ kind }) => kind === "stop") ? pass.containers.filter(isOwn) : [];
  return refuseSelf(plan, pass, [...plan.remove, ...[...replaced, ...stopped].map(({ id }) => id)]);
}

/** Whoever removes the container that it runs in never comes to start the new one. */
function refuseSelf({ stack }: StackPlan, { self, containers }: PassOrder, ids: readonly string[]): Problem | null {
  if (!containers.some((it) => isSelf(it, self) && ids.includes(it.id))) return null;
  return {
    code: "stack.self",
    severity: "error",
    stack,
    message: `magos runs in a container of ${stack} and cannot replace or remove it`,
    cure: "replace it from outside: pull, and compose up, or let systemd run magos",
  };
}
