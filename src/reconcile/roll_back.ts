// Step 11 of the apply pass: what was last good comes back and is watched; without one the stack is kept down.
import type { Health } from "../core/model/health.ts";
import { failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import type { StackContent, StackRow, StackVersion } from "../core/model/stack.ts";
import { reasonOf, retryRow, rolledBackRow, rollingBackRow } from "../core/plan/stack_rows.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { Checkout } from "../core/ports/git.ts";
import { staleServices } from "../core/stack/drift.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { dropOldExports } from "./drop_old_exports.ts";
import { giveBackVolumes } from "./give_back_volumes.ts";
import { prepareStack } from "./prepare_stack.ts";
import { readStacks } from "./read_stacks.ts";
import { mayRevert, noRevert } from "./revert_mark.ts";
import { outcomeOf, type StackOrder } from "./stack_order.ts";
import { layProject, startStack } from "./start_stack.ts";
import type { StepJournal } from "./step_journal.ts";
import { watchHealth } from "./watch_health.ts";

/** Takes a stack back that is not healthy, by the rule of `apply.rollback`. `health`: how it did, where that is known. */
export async function rollBack(
  ports: ApplyPorts,
  order: StackOrder,
  row: StackRow,
  reason: string,
  health: Health | null,
  journal: StepJournal,
  problems: readonly Problem[],
): Promise<StackOutcome> {
  const why = reasonOf(ports.mask(reason));
  const { content, plan } = order;
  const end = (state: StackOutcome["state"], problem: Problem, running: Health | null = null): StackOutcome =>
    outcomeOf(plan, state, journal.steps(), { reason: why, health, running, problems: [...problems, problem] });
  const isSame = row.lastGood?.hash === content.hash;
  if (isSame || content.stack.rollback === "none") {
    // There is nothing else to run, or nothing else is wanted.
    const kept: StackRow = { ...row, phase: "settled", applied: row.wanted };
    ports.store.saveStack(retryRow({ ...kept, backup: null }, row.wanted, why, ports.clock.now()));
    const what = isSame ? "it runs what was last good" : "apply.rollback is none";
    return end("failed", unhealthy(order, why, what + exportText(row)), health);
  }
  const going = rollingBackRow(row, why, ports.clock.now());
  if (row.phase !== "rolling-back") mayRevert(ports.store, plan.stack);
  ports.store.saveStack(going);
  ports.log.event("debug", "apply.step", { step: "rolling-back", stack: content.stack.name });
  if (row.lastGood === null) {
    const down = await keepDown(ports, order, journal);
    if (!down.ok) return end("failed", problemOf(down.failure, { stack: plan.stack }));
    ports.store.saveStack(rolledBackRow(going, ports.clock.now()));
    return end("failed", {
      ...unhealthy(
        order,
        why,
        "it never ran here before, so it is stopped and kept down until git moves on" + exportText(row),
      ),
      code: "stack.stopped",
    });
  }
  const restored = await restore(ports, order, row.lastGood, journal, going);
  if (ports.stop.aborted) {
    return end("failed", { ...unhealthy(order, why, "the next pass goes on"), code: "pass.interrupted" });
  }
  if (!restored.ok) {
    // It may have come as far as the volumes.
    const left = ports.store.stacks().find(({ name }) => name === going.name) ?? going;
    ports.store.saveStack(retryRow(left, going.wanted, why, ports.clock.now()));
    const message = `${plan.stack}: ${why}; what ran before cannot be brought back: ${restored.failure.message}`;
    return end("failed", {
      ...problemOf(restored.failure, { stack: plan.stack }),
      code: restored.failure.code === "stack.not_restored" ? "stack.not_restored" : "stack.rollback_failed",
      message,
    });
  }
  ports.store.saveStack(rolledBackRow(going, ports.clock.now()));
  ports.log.event("debug", "apply.step", { step: "rolled-back", stack: content.stack.name });
  await dropOldExports(ports, order);
  if (restored.value.state === "healthy") {
    return end("rolled-back", rolledBack(order, why, row.lastGood, going), restored.value);
  }
  // With what was last good as ill, the new content is not known to be the cause: git is left alone.
  noRevert(ports.store, content.stack.name, order.content.hash);
  return end("failed", {
    ...unhealthy(order, why, `what ran before is not healthy either: ${restored.value.message}`),
    code: "stack.rollback_failed",
  }, restored.value);
}

/**
 * Steps 5 to 9 with what was last good, and with the volumes that the row `owing` says are to be given back. Fails before
 * anything is touched, when the volumes cannot be given back, or when the engine cannot be asked.
 */
export async function restore(
  ports: ApplyPorts,
  order: StackOrder,
  good: StackVersion,
  journal: StepJournal,
  owing: StackRow | null = null,
): Promise<Result<Health>> {
  const { git, engine, stop, log } = ports;
  const head = { branch: order.checkout.branch, revision: good.revision };
  const checkout = await git.checkout(head);
  if (!checkout.ok) return checkout;
  try {
    const content = await contentAt(ports, order, checkout.value);
    if (!content.ok) return content;
    const step = { kind: "restore", subject: content.value.stack.name } as const;
    const prepared = await journal.run(step, () => prepareStack(ports, content.value, checkout.value.root, journal));
    const containers = prepared.ok ? await engine.list(stop) : prepared;
    if (!containers.ok) return containers;
    const given = owing === null ? null : await giveBackVolumes(ports, owing, journal);
    if (given?.ok === false) return given;
    const { host } = order.settings;
    const laying = { content: content.value, head, host, containers: containers.value };
    const project = await layProject(ports, laying, journal);
    if (!project.ok) return project;
    const names = new Set(content.value.services.map(({ name }) => name));
    const leaving = ownContainers(order, containers.value).filter((it) => !names.has(it.service));
    const started = await startStack(ports, {
      content: content.value,
      project: project.value,
      containers: containers.value,
      recreate: staleServices(content.value, containers.value),
      remove: leaving.map(({ id }) => id),
    }, journal);
    if (!started.ok) return started;
    log.event("debug", "apply.step", { step: "restored", stack: content.value.stack.name });
    const before = new Map(containers.value.map((it) => [it.id, it.restarts]));
    const probe = { kind: "probe", subject: content.value.stack.name } as const;
    const health = await journal.run(probe, () => watchHealth(ports, content.value, before));
    if (!health.ok) return health;
    return health.value === null ? failure("pass.interrupted", "a signal ended the pass") : success(health.value);
  } finally {
    await checkout.value.close();
  }
}

async function contentAt(
  { files }: Pick<ApplyPorts, "files">,
  { plan, settingsFor }: StackOrder,
  checkout: Checkout,
): Promise<Result<StackContent>> {
  const stacks = await readStacks(checkout, files, await settingsFor(checkout));
  if (!stacks.ok) return stacks;
  const content = stacks.value.contents.find(({ stack }) => stack.name === plan.stack);
  if (content !== undefined) return success(content);
  const revision = checkout.revision.slice(0, 12);
  return failure("stack.invalid", `${plan.stack} cannot be read at ${revision}`, {
    cure: "mend the stack in git; the next pass deploys it",
  });
}

/** First deploy without a last good: a failure stops the stack (contracts.md 4.3). */
async function keepDown(ports: ApplyPorts, order: StackOrder, journal: StepJournal): Promise<Result<void>> {
  const listed = await ports.engine.list(ports.stop);
  if (!listed.ok) return listed;
  const ids = ownContainers(order, listed.value).map(({ id }) => id);
  const step = { kind: "stop", subject: order.content.project } as const;
  const stopped = await journal.run(step, () => ports.engine.removeContainers(ids, ports.stop));
  if (!stopped.ok || order.content.secrets.length === 0) return stopped;
  const emptied = await ports.secrets.lay(order.content.stack.name, []);
  return emptied.ok ? success(undefined) : emptied;
}

function ownContainers<T extends { readonly labels: { readonly stack: string; readonly host: string } | null }>(
  { plan, settings }: StackOrder,
  containers: readonly T[],
): readonly T[] {
  return containers.filter(({ labels }) => labels?.stack === plan.stack && labels.host === settings.host);
}

function unhealthy({ plan }: StackOrder, why: string, what: string): Problem {
  return {
    code: "stack.unhealthy",
    severity: "error",
    stack: plan.stack,
    message: `${plan.stack} is not healthy: ${why}; ${what}`,
    cure: "see its log; a commit that mends it is deployed by the next pass",
  };
}

/** Where the data of before lies, for whoever has to decide himself. */
function exportText({ backup }: StackRow): string {
  return backup === null ? "" : `; what its volumes held before lies in ${backup.folder}`;
}

function rolledBack(order: StackOrder, why: string, good: StackVersion, { backup }: StackRow): Problem {
  const data = backup === null ? "" : `, its volumes as they were before (${backup.folder})`;
  const back = `it runs what ran at ${good.revision.slice(0, 12)} again${data}`;
  return { ...unhealthy(order, why, back), code: "stack.rolled_back" };
}
