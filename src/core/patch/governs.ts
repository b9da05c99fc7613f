// Which marked values an automation of Flux governs; `update` rules what none does (rulings 17, contracts 2.2).
import type { Automation, AutomationClaim } from "../model/automation.ts";
import type { Target } from "../model/decision.ts";
import { type Labels, matchesLabels } from "../model/labels.ts";

/** Whether an automation governs a value, or the first reason why it does not. */
export type Governing = "yes" | "no-flux-marker" | "other-path" | "other-namespace" | "not-selected";

/**
 * Flux asks for a Flux marker below `update.path`, and for a policy of the automation's namespace that its
 * `policySelector` takes. The namespace counts only where `flux.strictNamespaces` says so: magos has none of its own.
 */
export function governing(automation: Automation, target: Target, labels: Labels, isStrict: boolean): Governing {
  if (target.marker !== "flux") return "no-flux-marker";
  if (!isBelow(automation, target.file)) return "other-path";
  if (isStrict && isForeign(automation, target)) return "other-namespace";
  return matchesLabels(automation.selector, labels) ? "yes" : "not-selected";
}

/** Whether the automation updates the value. `labels` are those of the value's policy. */
export function governs(automation: Automation, target: Target, labels: Labels, isStrict = false): boolean {
  return governing(automation, target, labels, isStrict) === "yes";
}

/** Whether a file is the automation's path or lies in it. */
export function isBelow({ path }: AutomationClaim, file: string): boolean {
  return path === "" || file === path || file.startsWith(`${path}/`);
}

/** Whether the policy is of another namespace, where Flux would not find it. */
export function isForeign(automation: Automation, { policy }: Target): boolean {
  return policy.namespace !== automation.namespace;
}
