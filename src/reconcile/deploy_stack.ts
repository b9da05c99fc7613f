// Steps 4 to 10 of the apply pass for one stack: brought up, watched, and written down, or handed to the roll-back.
import { type Failure, failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { formatRepository, parseRepository } from "../core/model/reference.ts";
import type { StackRow } from "../core/model/stack.ts";
import { deployingRow, retryRow, settledRow } from "../core/plan/stack_rows.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { backUpStack } from "./back_up_stack.ts";
import { dropOldExports } from "./drop_old_exports.ts";
import { giveBackVolumes } from "./give_back_volumes.ts";
import { dropEngineSecrets, withEngineSecrets } from "./engine_secrets.ts";
import { prepareStack } from "./prepare_stack.ts";
import { rollBack } from "./roll_back.ts";
import { runHook } from "./run_hook.ts";
import { outcomeOf, restartsBefore, rowOf, type StackOrder, versionOf } from "./stack_order.ts";
import { layProject, startStack } from "./start_stack.ts";
import { startAgain } from "./stop_stack.ts";
import { afterSwitch, openJournal, type StepJournal } from "./step_journal.ts";
import { watchHealth } from "./watch_health.ts";

/** Deploys or repairs. What goes wrong before the first container is touched leaves everything as it ran. */
export async function deployStack(ports: ApplyPorts, order: StackOrder): Promise<StackOutcome> {
  const { plan, content, checkout } = order;
  const { store, clock, log } = ports;
  const journal = openJournal(plan.steps, clock);
  const problems: Problem[] = [];
  const before = rowOf(order, clock.now());
  const isRepair = plan.action === "repair";
  const row = withEngineSecrets(
    isRepair ? before : deployingRow(before, content, versionOf(order), clock.now()),
    content,
  );
  store.saveStack(row);
  log.event("debug", "apply.step", { step: "deploying", stack: content.stack.name });
  const pre = isRepair ? null : await runHook(ports, "pre", order, journal, problems);
  const prepared = pre?.ok === false ? pre : await prepareStack(ports, content, checkout.root, journal);
  if (!prepared.ok) return await untouched(ports, order, before, prepared.failure, journal, problems);
  const standing = await holdStill(ports, order, row, journal, problems);
  if (!standing.ok) return await untouched(ports, order, before, standing.failure, journal, problems);
  const { row: held, stopped } = standing.value;
  const { containers, settings: { host } } = order;
  const laying = { content, head: checkout, host, containers };
  const project = await layProject(ports, laying, journal);
  // After a signal the engine would start nothing.
  if (!project.ok || ports.stop.aborted) {
    const why = project.ok ? failure("pass.interrupted", "a signal ended the pass").failure : project.failure;
    const again = await startAgain(ports, stopped);
    if (!again.ok) problems.push(told(order, again.failure));
    return await untouched(ports, order, before, why, journal, problems);
  }
  const touched = await markTouched(ports, held, stopped);
  const started = await startStack(ports, { ...plan, content, project: project.value, containers }, journal);
  if (ports.stop.aborted) return interrupted(ports, order, journal, problems);
  if (!started.ok && started.failure.code === "engine.not_ours") {
    const again = await startAgain(ports, stopped);
    if (!again.ok) problems.push(told(order, again.failure));
    // The folder is another's already.
    return await untouched(ports, order, { ...before, isMixed: true }, started.failure, journal, problems);
  }
  if (!started.ok) return await rollBack(ports, order, touched, started.failure.message, null, journal, problems);
  return await watchDeployed(ports, order, touched, started.value, journal, problems);
}

/**
 * Volumes exported, or given back where a roll-back could not: the row says so before anything new can touch them.
 * `stopped`: what has to be started again should nothing come of the deployment.
 */
async function holdStill(
  ports: ApplyPorts,
  order: StackOrder,
  row: StackRow,
  journal: StepJournal,
  problems: Problem[],
): Promise<Result<{ readonly row: StackRow; readonly stopped: readonly string[] }>> {
  const given = await giveBackVolumes(ports, row, journal);
  if (!given.ok) return given;
  const backed = await backUpStack(ports, order, journal, problems);
  if (!backed.ok) return backed;
  const { backup, stopped } = backed.value;
  if (backup === null) return success({ row: given.value, stopped });
  const held: StackRow = { ...given.value, backup };
  await saveStanding(ports, held, stopped);
  return success({ row: held, stopped });
}

/** From here on what was exported is all that is left of what the volumes held. */
async function markTouched(ports: ApplyPorts, row: StackRow, stopped: readonly string[]): Promise<StackRow> {
  if (row.backup === null || row.backup.isTouched) return row;
  const touched: StackRow = { ...row, backup: { ...row.backup, isTouched: true } };
  await saveStanding(ports, touched, stopped);
  return touched;
}

/** What cannot be recorded is not done: then nobody is left standing still for it. */
async function saveStanding(ports: ApplyPorts, row: StackRow, stopped: readonly string[]): Promise<void> {
  try {
    ports.store.saveStack(row);
  } catch (error) {
    await startAgain(ports, stopped);
    throw error;
  }
}

async function watchDeployed(
  ports: ApplyPorts,
  order: StackOrder,
  row: StackRow,
  said: readonly string[],
  journal: StepJournal,
  problems: Problem[],
): Promise<StackOutcome> {
  const { plan, content } = order;
  const { store, clock, log } = ports;
  const stack = content.stack.name;
  if (plan.action !== "repair") store.saveStack({ ...row, phase: "probing" });
  log.event("debug", "apply.step", { step: "probing", stack });
  const step = { kind: "probe", subject: stack } as const;
  const health = await journal.run(step, () => watchHealth(ports, content, restartsBefore(order)));
  if (!health.ok) {
    forgiveInterruption(ports, stack);
    return outcomeOf(plan, "failed", journal.steps(), { problems: [...problems, told(order, health.failure)] });
  }
  if (health.value === null) return interrupted(ports, order, journal, problems);
  if (health.value.state !== "healthy") {
    journal.fail("probe", health.value.message);
    // Its own last words say more than what the engine warned of.
    const why = [health.value.message, ...health.value.log.length > 0 ? [] : said].join("; ");
    return await rollBack(ports, order, row, why, health.value, journal, problems);
  }
  const listed = await ports.engine.list(ports.stop);
  const settled = settledRow(row, content, versionOf(order), listed.ok ? listed.value : [], clock.now());
  store.saveStack(settled);
  log.event("debug", "apply.step", { step: "settled", stack });
  const post = plan.action === "repair" ? null : await runHook(ports, "post", order, journal, problems);
  if (post?.ok === false) problems.push(problemOf(post.failure));
  await dropEngineSecrets(ports, settled, content);
  await pruneOld(ports, row, settled);
  await dropOldExports(ports, order);
  const state = plan.action === "repair" ? "repaired" : "deployed";
  return outcomeOf(plan, state, journal.steps(), { health: health.value, running: health.value, problems });
}

/** Nothing of what runs was touched: the next pass tries again, later each time. */
async function untouched(
  ports: ApplyPorts,
  order: StackOrder,
  before: StackRow,
  failure: Failure,
  journal: StepJournal,
  problems: readonly Problem[],
): Promise<StackOutcome> {
  const { plan, content } = order;
  await ports.secrets.unstage(content.stack.name);
  if (ports.stop.aborted) return interrupted(ports, order, journal, problems);
  // A deployment that was interrupted before may have touched it: then it is still under way. What was given back meanwhile
  // is not given back again.
  const now = ports.store.stacks().find(({ name }) => name === plan.stack)?.backup ?? null;
  const left = before.backup?.isDue === true && now !== null ? { ...before, backup: now } : before;
  const row = withEngineSecrets(afterSwitch(left, journal), content);
  ports.store.saveStack(retryRow(row, versionOf(order), ports.mask(failure.message), ports.clock.now()));
  return outcomeOf(plan, "failed", journal.steps(), { problems: [...problems, told(order, failure)] });
}

/** Who was told to stop, or whose engine did not answer, did not crash: the next pass counts one, which is for nothing. */
function forgiveInterruption({ store }: ApplyPorts, stack: string): void {
  const row = store.stacks().find(({ name }) => name === stack);
  if (row !== undefined) store.saveStack({ ...row, interruptions: row.interruptions - 1 });
}

/** The row says how far it came; the next pass goes on. */
function interrupted(
  ports: ApplyPorts,
  order: StackOrder,
  journal: StepJournal,
  problems: readonly Problem[],
): StackOutcome {
  const { stack } = order.plan;
  forgiveInterruption(ports, stack);
  const problem: Problem = {
    code: "pass.interrupted",
    severity: "error",
    stack,
    message: `a signal ended the pass while ${stack} was deployed; the next pass goes on`,
  };
  return outcomeOf(order.plan, "failed", journal.steps(), { problems: [...problems, problem] });
}

/** Images that neither run nor are wanted for a roll-back (rulings 21). It only costs room when it fails. */
async function pruneOld(ports: ApplyPorts, before: StackRow, now: StackRow): Promise<void> {
  const images = [...before.images.values(), ...now.images.values()];
  const repositories = images.flatMap(({ written }) => {
    const repository = written === null ? null : parseRepository(written.name);
    return repository?.ok ? [formatRepository(repository.value)] : [];
  });
  const others = ports.store.stacks().flatMap((row) => [...row.images.values()]);
  const keep = [...images, ...others].flatMap(({ digests }) => digests);
  const pruned = await ports.engine.pruneImages([...new Set(repositories)], keep, ports.stop);
  if (!pruned.ok) ports.log.event("info", "apply.prune_failed", { stack: now.name, message: pruned.failure.message });
}

function told({ plan }: StackOrder, failure: Failure): Problem {
  return problemOf(failure, { stack: plan.stack });
}
