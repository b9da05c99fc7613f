// One stack at its wanted revision against its row and its containers: what is to be done, in which steps.
import { formatReference } from "../model/reference.ts";
import type { StackContent, StackRow, StackService } from "../model/stack.ts";
import { isOpen, nextOpening } from "../model/window.ts";
import { describe, isQuarantineOf } from "../policy/holds.ts";
import type { Container } from "../ports/engine.ts";
import { type Drift, driftOf, runsImage, staleServices } from "../stack/drift.ts";
import { sameScheme } from "../stack/stack_hash.ts";
import { planBackup } from "./plan_backup.ts";
import { type ApplyInput, type BackupPlan, type PlannedStep, type StackPlan, touchesNothing } from "./stack_plan.ts";

/** A third interruption of one hash counts as not healthy (contracts 4.3, row 4). */
const mostInterruptions = 3;

type Verdict = Pick<StackPlan, "action" | "state" | "reason">;

/** The plan of one stack by itself; others may still hold it back. */
export function planStack(content: StackContent, input: ApplyInput): StackPlan {
  const row = input.rows.find((it) => it.name === content.stack.name) ?? null;
  const own = input.containers.filter((it) => it.project === content.project);
  const drift = driftOf(content, own);
  const verdict = judge(content, row, own, drift);
  const plan: StackPlan = {
    ...touchesNothing,
    stack: content.stack.name,
    project: content.project,
    ...verdict,
    content,
    previousHash: row?.applied?.hash ?? own.find((it) => it.labels !== null)?.labels?.hash ?? null,
  };
  if (verdict.state !== "planned" || verdict.action === "adopt") return plan;
  const held = holdBack(content, row, verdict, drift, own, input) ??
    quarantined(content, row, verdict, own, input);
  if (held !== null) return { ...plan, ...held };
  const recreate = verdict.action === "repair"
    ? drift.filter((it) => it.kind === "image").map((it) => it.service)
    : staleServices(content, own);
  const leaving = own.filter((it) =>
    it.labels?.stack === content.stack.name && it.labels.host === input.host &&
    !content.services.some((service) => service.name === it.service)
  );
  const remove = verdict.action === "deploy" ? leaving : [];
  const backup = verdict.action === "deploy" ? planBackup(input.backup, content, row, own) : null;
  return {
    ...plan,
    recreate,
    remove: remove.map((it) => it.id).sort(),
    backup,
    steps: stepsOf(content, verdict.action, own, remove.map((it) => it.name).sort(), volumeSteps(plan, row, backup)),
  };
}

function judge(
  content: StackContent,
  row: StackRow | null,
  own: readonly Container[],
  drift: readonly Drift[],
): Verdict {
  const isUnderWay = row !== null && (row.phase === "deploying" || row.phase === "probing");
  if (row !== null && row.bad?.hash === content.hash) {
    // Something else was begun meanwhile, and git has left it again: whatever of it runs was never seen healthy.
    if (isUnderWay) return { action: "roll-back", state: "planned", reason: "what was begun is no longer in git" };
    return row.phase === "rolling-back"
      ? { action: "roll-back", state: "planned", reason: "its roll-back was interrupted" }
      : { action: "none", state: "rolled-back", reason: row.reason ?? "it did not become healthy" };
  }
  if (isUnderWay && row.wanted.hash === content.hash) {
    return row.interruptions >= mostInterruptions
      ? { action: "roll-back", state: "planned", reason: `it was interrupted ${row.interruptions} times` }
      : { action: "deploy", state: "planned", reason: "it was interrupted" };
  }
  const applied = row !== null && row.phase === "settled" ? row.applied : null;
  if (applied !== null && applied.hash === content.hash) {
    const [first] = drift;
    if (first !== undefined) {
      return { action: "repair", state: "planned", reason: `${first.service}: ${first.message}` };
    }
    if (row?.isMixed === true) {
      return { action: "repair", state: "planned", reason: "its folder may hold files of another revision" };
    }
    // It runs, and was not healthy when it was last watched.
    return row !== null && row.failures > 0 && row.wanted.hash === content.hash
      ? { action: "repair", state: "planned", reason: row.reason ?? "it was not healthy" }
      : { action: "none", state: "current", reason: "it runs what git says" };
  }
  // Of what was interrupted the folder may hold another revision, which no container tells.
  const isAtRest = row === null || row.phase === "settled" || row.phase === "rolled-back";
  if (isAtRest && row?.isMixed !== true && drift.length === 0 && runsUnknowingly(content, applied?.hash ?? null, own)) {
    return { action: "adopt", state: "planned", reason: "it runs already" };
  }
  return {
    action: "deploy",
    state: "planned",
    reason: own.length === 0 ? "it does not run yet" : "its content changed",
  };
}

/**
 * Whether what runs is right, and only nothing that compares says so: no row, labels of another scheme or none at all
 * (rulings 20), or labels that say of each service that it is the wanted one.
 */
function runsUnknowingly(content: StackContent, applied: string | null, own: readonly Container[]): boolean {
  if (applied !== null) return !sameScheme(applied, content.hash);
  return content.services.every((service) =>
    own.filter((it) => it.service === service.name).every(({ labels }) =>
      labels === null ||
      (labels.stack === content.stack.name &&
        (labels.service === service.hash || !sameScheme(labels.service, service.hash)))
    )
  );
}

/** A closed window holds back what would change or restart what runs; what is down is started at any hour. */
function holdBack(
  content: StackContent,
  row: StackRow | null,
  verdict: Verdict,
  drift: readonly Drift[],
  own: readonly Container[],
  { now }: ApplyInput,
): Partial<StackPlan> | null {
  const nothing = { action: "none", state: "waiting" } as const;
  if (row !== null && row.retryAt !== null && row.retryAt > now && row.wanted.hash === content.hash) {
    return { ...nothing, reason: row.reason ?? "it failed lately", waitsFor: "retry", until: row.retryAt };
  }
  // Whom a deployment stopped for an export, or left lying, need not stand still until the next window.
  const isStanding = row !== null && row.phase !== "settled" && row.phase !== "rolled-back" &&
    (row.backup !== null || own.every((it) => it.state !== "running"));
  const isUrgent = isStanding || verdict.action === "roll-back" ||
    (verdict.action === "repair" && drift.every((it) => it.kind !== "image"));
  if (isUrgent || isOpen(content.stack.windows, now)) return null;
  const until = nextOpening(content.stack.windows, now);
  return { ...nothing, reason: "its window is closed", waitsFor: "window", until };
}

/** What was quarantined is tried again by no host; what runs already, or was begun, is not stopped for it. */
function quarantined(
  content: StackContent,
  row: StackRow | null,
  { action }: Verdict,
  own: readonly Container[],
  { holds }: ApplyInput,
): Partial<StackPlan> | null {
  const isBegun = row !== null && row.phase !== "settled" && row.phase !== "rolled-back" &&
    row.wanted.hash === content.hash;
  if (action !== "deploy" || isBegun) return null;
  const fresh = content.services.filter((service) =>
    service.image !== null && !own.some((it) => it.service === service.name && runsImage(it, service))
  );
  const nothing = { action: "none", state: "held" } as const;
  if (holds.fault !== null) return fresh.length === 0 ? null : { ...nothing, reason: holds.fault };
  for (const { name, image } of fresh) {
    const hold = image === null ? undefined : holds.listed.find((it) => isQuarantineOf(it, image));
    if (hold === undefined) continue;
    return { ...nothing, reason: `the image of ${name} is quarantined, ${describe(hold)}`, until: hold.until };
  }
  return null;
}

function stepsOf(
  content: StackContent,
  action: StackPlan["action"],
  own: readonly Container[],
  leaving: readonly string[],
  volumes: readonly PlannedStep[],
): readonly PlannedStep[] {
  const { stack, secrets } = content;
  const decrypt = secrets.map(({ source }): PlannedStep => ({ kind: "decrypt", subject: source }));
  const start: PlannedStep = { kind: "start", subject: content.project };
  const probe: PlannedStep = { kind: "probe", subject: stack.name };
  if (action === "roll-back") {
    return [{ kind: "restore", subject: stack.name }, ...volumes, start, probe];
  }
  const pull = imagesOf(content.services, own).map((subject): PlannedStep => ({ kind: "pull", subject }));
  if (action === "repair") return [...decrypt, ...pull, start, probe];
  const hook = (script: string | null, subject: string): readonly PlannedStep[] =>
    script === null ? [] : [{ kind: "hook", subject }];
  return [
    ...hook(stack.hooks.pre, "pre"),
    ...decrypt,
    ...pull,
    ...volumes,
    { kind: "switch", subject: content.folder === "" ? "." : content.folder },
    start,
    ...leaving.map((subject): PlannedStep => ({ kind: "remove", subject })),
    probe,
    ...hook(stack.hooks.post, "post"),
  ];
}

/** With the containers stopped: what is exported, or given back that a roll-back still owes. */
function volumeSteps(
  { project, action }: StackPlan,
  row: StackRow | null,
  backup: BackupPlan | null,
): readonly PlannedStep[] {
  const stop: PlannedStep = { kind: "stop", subject: project };
  if (backup !== null) {
    const { reason: message, volumes } = backup;
    return [stop, ...volumes.map((subject): PlannedStep => ({ kind: "export", subject, message }))];
  }
  if (row === null || row.backup === null) return [];
  const isDue = row.backup.isDue || (action === "roll-back" && row.phase !== "rolling-back" && row.backup.isTouched);
  if (!isDue) return [];
  return [stop, ...row.backup.volumes.map((subject): PlannedStep => ({ kind: "restore", subject }))];
}

/** Images that no container of the service runs yet. */
function imagesOf(services: readonly StackService[], own: readonly Container[]): readonly string[] {
  const missing = services.filter((service) =>
    service.image !== null && !service.builds &&
    !own.some((it) => it.service === service.name && runsImage(it, service))
  );
  return [...new Set(missing.flatMap(({ image }) => image === null ? [] : [formatReference(image)]))].sort();
}
