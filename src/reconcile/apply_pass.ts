// The apply pass: what git says of this host's stacks is brought about, one stack after the other (contracts.md 4.3).
import { nearestOf } from "../core/model/nearest.ts";
import { failure, type Problem, type Result, success } from "../core/model/problem.ts";
import type { StackRow } from "../core/model/stack.ts";
import { planApply } from "../core/plan/apply_plan.ts";
import { countInterruption, isBlank } from "../core/plan/stack_rows.ts";
import type { ApplyPlan, StackPlan } from "../core/plan/stack_plan.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { RunName } from "../core/plan/trailers.ts";
import type { Container } from "../core/ports/engine.ts";
import type { Checkout } from "../core/ports/git.ts";
import type { ApplyPorts, ApplySettings, SettingsFor } from "./apply_ports.ts";
import { readCheckout } from "./checkout_reader.ts";
import { dropHalves } from "./drop_old_exports.ts";
import { followBranch } from "./follow_branch.ts";
import { mayFollow } from "./may_follow.ts";
import { noteStacks } from "./note_stacks.ts";
import { type HostStacks, readStacks } from "./read_stacks.ts";
import { resumeDeliveries } from "./resume_deliveries.ts";
import { revertStacks } from "./revert_stacks.ts";
import { runStack } from "./run_stack.ts";
import { outcomeOf } from "./stack_order.ts";
import { surveyHolds } from "./survey_holds.ts";
import type { VerifyRules } from "./verify_rules.ts";

/** What rules an apply pass. */
export interface ApplyOptions {
  readonly branch: string | null;
  readonly run: RunName;
  readonly settingsFor: SettingsFor;
  /** Null: every commit is built on. */
  readonly verify: VerifyRules | null;
  readonly accept: string | null;
  /** Only these stacks; null: all. */
  readonly only: readonly string[] | null;
  /** The container that magos itself runs in, where it does. */
  readonly self: string | null;
  /** Whether what failed lately is tried at once. */
  readonly impatient: boolean;
}

/** What a pass did. */
export interface ApplyReport {
  readonly host: string;
  readonly revision: string;
  readonly signer: string | null;
  readonly stacks: readonly StackOutcome[];
  /** Of the pass and of its stacks. */
  readonly problems: readonly Problem[];
}

/** All that a plan is made from, and the plan. */
export interface LookedAt {
  readonly stacks: HostStacks;
  readonly containers: readonly Container[];
  readonly rows: readonly StackRow[];
  readonly plan: ApplyPlan;
}

/** Runs one pass to its end. Fails only when it cannot get there: no checkout, no configuration, no engine. */
export async function applyPass(ports: ApplyPorts, options: ApplyOptions): Promise<Result<ApplyReport>> {
  const { git } = ports;
  const trust = { verify: options.verify, accept: options.accept };
  const followed = await followBranch(ports, options.branch, (head) => resumeDeliveries(head, ports), trust);
  if (!followed.ok) return followed;
  const checkout = await git.checkout(followed.value.head);
  if (!checkout.ok) return checkout;
  try {
    const settings = await options.settingsFor(checkout.value);
    const looked = await lookAtStacks(ports, checkout.value, settings, options);
    if (!looked.ok) return looked;
    ports.log.event("debug", "apply.step", { step: "planned" });
    const ran = await runPlan(ports, looked.value, checkout.value, settings, options);
    const stacks = await revertStacks(ports, ran, looked.value.stacks.contents, { ...options, trust });
    const { containers } = looked.value;
    const { revision } = checkout.value;
    await noteStacks(ports, {
      revision,
      stacks: looked.value.stacks,
      outcomes: stacks,
      containers,
      only: options.only,
    });
    const emptied = await ports.secrets.keepOnly(namesToKeep(looked.value.stacks, ports.store.stacks()));
    if (!emptied.ok) return emptied;
    return success({
      host: settings.host,
      revision: checkout.value.revision,
      signer: await signerOf(ports, checkout.value.revision, options),
      stacks,
      problems: problemsOf([...followed.value.problems, ...problemsIn(looked.value)], stacks),
    });
  } finally {
    await checkout.value.close();
  }
}

/** Steps 2 and 3: what is wanted, what runs, and what is to be done. Writes nothing. */
export async function lookAtStacks(
  ports: Pick<ApplyPorts, "files" | "engine" | "store" | "clock" | "stop">,
  checkout: Checkout,
  settings: ApplySettings,
  { only, self, impatient }: Pick<ApplyOptions, "only" | "self" | "impatient">,
): Promise<Result<LookedAt>> {
  const stacks = await readStacks(checkout, ports.files, settings);
  if (!stacks.ok) return stacks;
  const begun = ports.store.stacks().filter((row) => !isBlank(row));
  const rows = begun.map(countInterruption).map((row) => impatient ? { ...row, retryAt: null } : row);
  const unknown = unknownName(only, stacks.value, rows);
  if (unknown !== null) return unknown;
  const listed = await ports.engine.list(ports.stop);
  if (!listed.ok) return listed;
  const reader = await readCheckout(checkout, ports.files);
  if (!reader.ok) return reader;
  const now = ports.clock.now();
  const { holds, problems: doubts } = await surveyHolds(reader.value, now, null);
  const plan = planApply({
    host: settings.host,
    revision: checkout.revision,
    now,
    contents: stacks.value.contents,
    broken: stacks.value.broken,
    containers: listed.value,
    rows,
    self,
    holds,
    prune: settings.apply.prune,
    only,
    backup: settings.apply.backup?.before ?? null,
  });
  const told = { ...stacks.value, problems: [...stacks.value.problems, ...doubts] };
  return success({ stacks: told, containers: listed.value, rows, plan });
}

/** What is wrong with the stacks as they are written, and with their order. */
export function problemsIn({ stacks, plan }: Pick<LookedAt, "stacks" | "plan">): readonly Problem[] {
  return [...stacks.problems, ...plan.problems];
}

async function runPlan(
  ports: ApplyPorts,
  { stacks, containers, rows, plan }: LookedAt,
  checkout: Checkout,
  settings: ApplySettings,
  options: ApplyOptions,
): Promise<readonly StackOutcome[]> {
  // Plaintext of stacks that are not deployed goes before anything else is done.
  const emptied = await ports.secrets.keepOnly(namesToKeep(stacks, rows));
  if (!emptied.ok) ports.log.event("warning", "secrets.not_emptied", { message: emptied.failure.message });
  await dropHalves(ports, settings, namesToKeep(stacks, rows));
  const byName = new Map(rows.map((row) => [row.name, row]));
  const { settingsFor, self, verify } = options;
  const pass = { checkout, settings, settingsFor, containers, self, isVerified: verify !== null };
  const done: StackOutcome[] = [];
  const ill = new Set<string>();
  for (const [at, one] of plan.stacks.entries()) {
    if (ports.stop.aborted) {
      done.push(...plan.stacks.slice(at).map(notBegun));
      break;
    }
    ports.progress(one.stack, at, plan.stacks.length);
    const outcome = await runStack(ports, one, pass, byName, ill);
    const isAwaited = stacks.contents.some(({ stack }) => stack.after.includes(outcome.name));
    if (isAwaited && !await mayFollow(ports, outcome, one, containers)) ill.add(outcome.name);
    const { name, action, state } = outcome;
    if (action !== "none") {
      ports.log.event("info", "apply.stack", { stack: name, action, state, reason: outcome.reason });
    }
    done.push(outcome);
  }
  return done;
}

function notBegun(plan: StackPlan): StackOutcome {
  return outcomeOf({ ...plan, reason: "a signal ended the pass" }, "waiting", []);
}

function namesToKeep(stacks: HostStacks, rows: readonly StackRow[]): readonly string[] {
  return [...stacks.contents.map(({ stack }) => stack.name), ...stacks.broken, ...rows.map(({ name }) => name)];
}

/** The signature was checked when the head was followed; this only names who made it. */
async function signerOf({ git }: ApplyPorts, revision: string, { verify }: ApplyOptions): Promise<string | null> {
  if (verify === null) return null;
  const signed = await git.signedCommits({ from: null, to: revision, firstParent: true }, 1);
  return signed.ok ? signed.value[0]?.signature.signer ?? null : null;
}

function problemsOf(own: readonly Problem[], stacks: readonly StackOutcome[]): readonly Problem[] {
  return [...own, ...stacks.flatMap(({ problems }) => problems)];
}

function unknownName(
  only: readonly string[] | null,
  { contents, broken }: HostStacks,
  rows: readonly StackRow[],
): { readonly ok: false; readonly failure: ReturnType<typeof failure>["failure"] } | null {
  const known = [...new Set([...contents.map(({ stack }) => stack.name), ...broken, ...rows.map(({ name }) => name)])];
  const odd = only?.find((name) => !known.includes(name));
  if (odd === undefined) return null;
  const near = nearestOf(odd, known);
  return failure("usage.unknown_stack", `"${odd.slice(0, 100)}" is no stack of this host`, {
    cure: near === null ? `known: ${known.sort().join(", ") || "none"}` : `did you mean "${near}"?`,
  });
}
