// One stack of an apply plan to its end: left alone, adopted, deployed, rolled back or removed.
import { type Problem, problemOf } from "../core/model/problem.ts";
import { isSelf } from "../core/plan/apply_plan.ts";
import { retryRow, settledRow } from "../core/plan/stack_rows.ts";
import type { StackPlan } from "../core/plan/stack_plan.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { deployStack } from "./deploy_stack.ts";
import { laySecrets } from "./prepare_stack.ts";
import { removeStack } from "./remove_stack.ts";
import { restore, rollBack } from "./roll_back.ts";
import { outcomeOf, rowOf, type StackOrder, versionOf } from "./stack_order.ts";
import { openJournal } from "./step_journal.ts";

/** What of a pass each of its stacks needs. */
export type PassOrder = Omit<StackOrder, "plan" | "content" | "row"> & { readonly self: string | null };

/** Carries out the plan of one stack. `failed`: stacks of this pass that others wait for in vain. */
export async function runStack(
  ports: ApplyPorts,
  plan: StackPlan,
  pass: PassOrder,
  rows: ReadonlyMap<string, StackOrder["row"]>,
  failed: ReadonlySet<string>,
): Promise<StackOutcome> {
  const { content } = plan;
  if (plan.action === "remove") {
    const refused = refuseSelf(plan, pass, plan.remove);
    return refused === null ? await removeStack(ports, plan) : refusedOutcome(plan, refused);
  }
  if (content === null) return outcomeOf(plan, "failed", []);
  const order: StackOrder = { ...pass, plan, content, row: rows.get(plan.stack) ?? null };
  switch (plan.action) {
    case "none":
      return await leave(ports, order);
    case "adopt":
      return adopt(ports, order);
    case "deploy":
    case "repair":
    case "roll-back": {
      const blocking = content.stack.after.find((name) => failed.has(name));
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
  const { stack, reason, state, waitsFor, until } = plan;
  if (state === "current") {
    const made = await remakeSecrets(ports, order);
    return outcomeOf(plan, "current", [], { problems: made });
  }
  if (state === "rolled-back") return await keepRolledBack(ports, order);
  if (waitsFor !== "retry") return outcomeOf(plan, state, []);
  const again = until === null ? {} : { retryAt: until };
  const owed = order.row?.backup?.isDue === true ? order.row.backup.folder : null;
  const volumes = owed === null ? "" : `; it is kept down, for its volumes have to be given back from ${owed}`;
  const message = `${stack} failed lately and is tried again later: ${reason}${volumes}`;
  return outcomeOf(plan, state, [], {
    problems: [{
      code: owed === null ? "stack.unhealthy" : "stack.not_restored",
      severity: "error",
      stack,
      message,
      ...again,
      cure: "magos apply tries at once",
    }],
  });
}

/** It waits for git; what was last good of it is started again when it is down. */
async function keepRolledBack(ports: ApplyPorts, order: StackOrder): Promise<StackOutcome> {
  const { plan, row, containers, settings } = order;
  const { stack, reason } = plan;
  const good = row?.lastGood ?? null;
  const message = good === null
    ? `${stack} is kept down until git moves on: ${reason}`
    : `${stack} runs what ran before, until git moves on: ${reason}`;
  const problem: Problem = { code: "stack.rolled_back", severity: "error", stack, message };
  const own = containers.filter(({ labels }) => labels?.stack === stack && labels.host === settings.host);
  const isDown = own.length === 0 || own.some((it) => isEnded(it.state) && it.exitCode !== 0);
  const now = ports.clock.now();
  if (row === null || good === null || !isDown || (row.retryAt ?? 0) > now) {
    return outcomeOf(plan, "rolled-back", [], { problems: [problem] });
  }
  const journal = openJournal([], ports.clock);
  const restored = await restore(ports, order, good, journal);
  if (restored.ok && restored.value.state === "healthy") {
    ports.store.saveStack({ ...row, failures: 0, retryAt: null });
    return outcomeOf({ ...plan, action: "repair" }, "rolled-back", journal.steps(), { problems: [problem] });
  }
  ports.store.saveStack(retryRow(row, row.wanted, row.reason ?? reason, now));
  const why = restored.ok ? restored.value.message : restored.failure.message;
  const failed: Problem = {
    ...problem,
    code: "stack.rollback_failed",
    message: `${message}; that is not healthy: ${why}`,
  };
  return outcomeOf({ ...plan, action: "repair" }, "failed", journal.steps(), { problems: [failed] });
}

function isEnded(state: StackOrder["containers"][number]["state"]): boolean {
  return state === "exited" || state === "dead" || state === "created";
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

/** Written down as it runs; what is seen to be ill is nothing to go back to. */
function adopt({ store, clock, log }: ApplyPorts, order: StackOrder): StackOutcome {
  const { content, containers, plan } = order;
  const own = containers.filter((it) => it.project === content.project);
  const row = rowOf(order, clock.now());
  const settled = settledRow(row, content, versionOf(order), containers, clock.now());
  const isIll = own.some((it) => it.health === "unhealthy" || it.state === "restarting");
  store.saveStack(isIll ? { ...settled, lastGood: row.lastGood, images: row.images } : settled);
  log.event("info", "apply.adopted", { stack: plan.stack });
  return outcomeOf(plan, "current", []);
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
