// Step 12 of the apply pass: the marked values of a bad deployment set back in git, and its digests held.
import { editToQuarantine } from "../core/documents/change_holds.ts";
import { holdsFile, readHolds } from "../core/documents/holds.ts";
import type { Hold } from "../core/model/hold.ts";
import { type Result, success } from "../core/model/problem.ts";
import type { Time } from "../core/model/time.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import { planRevert, quarantineOf, type RevertPlan, revertPlanId } from "../core/plan/plan_revert.ts";
import { revertMessage, revertSubject, type RevertWords } from "../core/plan/revert_message.ts";
import { isInForce, isQuarantineOf } from "../core/policy/holds.ts";
import { parseTrailers, type RunName } from "../core/plan/trailers.ts";
import type { Checkout } from "../core/ports/git.ts";
import type { ApplyPorts, ApplySettings, SettingsFor } from "./apply_ports.ts";
import { readCheckout } from "./checkout_reader.ts";
import { deliver, type DeliveryOutcome } from "./deliver.ts";
import { checkHoldsPlace } from "./holds_place.ts";
import { surveyCheckout } from "./survey_checkout.ts";

type RevertPorts = Pick<ApplyPorts, "git" | "files" | "store" | "clock" | "log" | "random">;

/** What is to be taken back, and to where. */
export interface RevertOrder extends Omit<RevertWords, "commit"> {
  /** Files of the stack: only values in them go back. */
  readonly files: ReadonlySet<string>;
  /** The revision whose values come back. */
  readonly to: string;
  readonly settingsFor: SettingsFor;
  readonly run: RunName;
  /** Whether the list of holds may only grow: commits of bots are verified so (contracts.md 3.3). */
  readonly addsOnly: boolean;
}

/** What became of it. `nothing`: no marked value differs, so whatever broke the stack was somebody's edit. */
export type Reverted =
  | { readonly state: "nothing" }
  | {
    readonly state: "delivered";
    readonly plan: RevertPlan;
    /** What is held from now on. */
    readonly holds: readonly Hold[];
    /** Quarantines that stand of what the values go back to: no host starts it. */
    readonly barred: readonly Hold[];
    readonly subject: string;
    readonly delivery: "push" | "branch";
    readonly base: string;
    readonly branch: string;
    readonly outcome: DeliveryOutcome;
  };

/** Plans the revert on the checkout of the branch's head, commits it there and delivers it once. */
export async function deliverRevert(ports: RevertPorts, head: Checkout, order: RevertOrder): Promise<Result<Reverted>> {
  const settings = await order.settingsFor(head);
  const planned = await planOn(ports, head, settings, order);
  if (!planned.ok) return planned;
  const plan = planned.value;
  if (plan.values.length === 0) return success({ state: "nothing" });
  const now = ports.clock.now();
  const list = await readList(ports, head);
  if (!list.ok) return list;
  const planId = revertPlanId(head.revision, plan);
  const branch = settings.delivery === "push" ? head.branch : `magos/revert-${planId.slice(0, 12)}`;
  const told = {
    state: "delivered",
    plan,
    barred: barredIn(list.value, plan, now),
    subject: revertSubject(order, plan),
    delivery: settings.delivery,
    base: head.branch,
    branch,
  } as const;
  const waiting = settings.delivery === "push" ? success(null) : await ports.git.branch(branch);
  if (!waiting.ok) return waiting;
  if (waiting.value !== null) {
    const outcome = { state: "unchanged", commit: waiting.value.revision } as const;
    return success({ ...told, holds: [], outcome });
  }
  const until = now + settings.apply.quarantineSeconds * 1000;
  const quarantine = quarantineOf(plan, { reason: order.reason, by: settings.host, since: now, until });
  const held = editToQuarantine(list.value, quarantine, order.addsOnly);
  if (!held.ok) return held;
  const text = held.value.text === list.value ? null : held.value.text;
  const written = await writeFiles(ports, head, plan, text);
  if (!written.ok) return written;
  const words = { ...order, commit: await blamed(ports, head, order) };
  const commit = await ports.git.commit({
    checkout: head,
    files: written.value,
    message: revertMessage(words, plan, planId, order.run),
    author: settings.author,
    time: now,
  });
  if (!commit.ok) return commit;
  ports.log.event("debug", "apply.step", { step: "committed", stack: order.stack });
  const outcome = await deliver({
    kind: "revert",
    planId,
    delivery: settings.delivery,
    group: null,
    baseBranch: head.branch,
    base: head.revision,
    branch,
    lease: settings.delivery === "push" ? head.revision : null,
    commit: commit.value,
    commits: 1,
    subject: told.subject,
    changes: plan.values.length,
  }, ports);
  if (!outcome.ok) return outcome;
  ports.log.event("debug", "apply.step", { step: "reverted", stack: order.stack });
  return success({ ...told, holds: held.value.added, outcome: outcome.value });
}

async function planOn(
  ports: RevertPorts,
  head: Checkout,
  settings: ApplySettings,
  { files, to, settingsFor }: RevertOrder,
): Promise<Result<RevertPlan>> {
  const now = await markedIn(ports, head, settings);
  if (!now.ok) return now;
  const earlier = await ports.git.checkout({ branch: head.branch, revision: to });
  if (!earlier.ok) return earlier;
  try {
    const before = await markedIn(ports, earlier.value, await settingsFor(earlier.value));
    return before.ok ? planRevert(files, before.value, now.value) : before;
  } finally {
    await earlier.value.close();
  }
}

async function markedIn(
  { files }: RevertPorts,
  checkout: Checkout,
  settings: ApplySettings,
): Promise<Result<readonly FoundTarget[]>> {
  const reader = await readCheckout(checkout, files);
  if (!reader.ok) return reader;
  const surveyed = await surveyCheckout(reader.value, settings.survey);
  return success(surveyed.files.flatMap((file) => file.found));
}

async function readList({ files }: RevertPorts, checkout: Checkout): Promise<Result<string | null>> {
  const reader = await readCheckout(checkout, files);
  if (!reader.ok) return reader;
  const list = await reader.value.read(holdsFile);
  return list.ok ? list : { ok: false, failure: { ...list.failure, code: "hold.unreadable" } };
}

/** A list that cannot be read fails where it is to be edited. */
function barredIn(list: string | null, { values }: RevertPlan, now: Time): readonly Hold[] {
  const holds = readHolds(list).holds ?? [];
  return holds.filter((hold) => isInForce(hold, now, null) && values.some(({ good }) => isQuarantineOf(hold, good)));
}

/** Writes the texts and, unless it stays, the list of holds, and names them. */
async function writeFiles(
  { files }: RevertPorts,
  checkout: Checkout,
  plan: RevertPlan,
  list: string | null,
): Promise<Result<readonly string[]>> {
  const sound = await checkHoldsPlace(checkout.root, files);
  if (!sound.ok) return sound;
  const changed = list === null ? plan.files : [...plan.files, { file: holdsFile, text: list }];
  for (const { file, text: content } of changed) {
    const folder = await files.makeFolder(`${checkout.root}/${file.slice(0, Math.max(0, file.lastIndexOf("/")))}`);
    if (!folder.ok) return folder;
    const written = await files.write(`${checkout.root}/${file}`, content, file === holdsFile ? 0o644 : undefined);
    if (!written.ok) return written;
  }
  return success(changed.map(({ file }) => file));
}

/** The newest commit of magos's own that moved one of the files; else the head itself is what is taken back. */
async function blamed(ports: RevertPorts, head: Checkout, { files, to }: RevertOrder): Promise<string> {
  const commits = await ports.git.log(to, head.revision, 1000);
  const found = (commits.ok ? commits.value : []).find(({ message }) =>
    parseTrailers(message)?.changes.some(({ file }) => files.has(file))
  );
  return found?.revision ?? head.revision;
}
