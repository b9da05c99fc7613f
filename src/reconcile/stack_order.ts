// One stack that a pass is to bring about: its plan, where it comes from, and where it was left.
import type { StackContent, StackRow, StackVersion } from "../core/model/stack.ts";
import type { StackPlan } from "../core/plan/stack_plan.ts";
import { freshRow } from "../core/plan/stack_rows.ts";
import type { DoneStep, StackOutcome } from "../core/report/stack_outcome.ts";
import type { Container } from "../core/ports/engine.ts";
import type { Checkout } from "../core/ports/git.ts";
import type { ApplySettings, SettingsFor } from "./apply_ports.ts";
import type { Time } from "../core/model/time.ts";

/** The order. */
export interface StackOrder {
  readonly plan: StackPlan;
  readonly content: StackContent;
  /** The pass's own checkout, which the content was read from. */
  readonly checkout: Checkout;
  readonly settings: ApplySettings;
  readonly settingsFor: SettingsFor;
  /** All containers before anything was done to this stack. */
  readonly containers: readonly Container[];
  /** Null: nothing is known of it. */
  readonly row: StackRow | null;
  /** Whether the commits of the checkout were verified, which hooks may depend on. */
  readonly isVerified: boolean;
}

/** The revision of the checkout and the hash that the stack has there. */
export function versionOf({ content, checkout }: Pick<StackOrder, "content" | "checkout">): StackVersion {
  return { revision: checkout.revision, hash: content.hash };
}

/** The row, or one that says nothing. */
export function rowOf(order: StackOrder, now: Time): StackRow {
  return order.row ?? freshRow(order.content, versionOf(order), now);
}

/** How often containers were restarted before anything was done. */
export function restartsBefore({ containers }: Pick<StackOrder, "containers">): ReadonlyMap<string, number> {
  return new Map(containers.map((it) => [it.id, it.restarts]));
}

/** What is known of a stack's end from its plan alone. */
export function outcomeOf(
  plan: StackPlan,
  state: StackOutcome["state"],
  steps: readonly DoneStep[],
  more: Partial<StackOutcome> = {},
): StackOutcome {
  const { content } = plan;
  return {
    name: plan.stack,
    action: plan.action === "adopt" ? "none" : plan.action === "roll-back" ? "deploy" : plan.action,
    state,
    reason: plan.reason,
    hash: content?.hash ?? "",
    previousHash: plan.previousHash,
    images: (content?.services ?? []).flatMap(({ name, image }) =>
      image === null ? [] : [{ service: name, ref: image }]
    ),
    steps,
    waitsFor: plan.waitsFor,
    until: plan.until,
    health: null,
    running: null,
    revert: null,
    problems: [],
    ...more,
  };
}
