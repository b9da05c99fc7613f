// A plan for people: one row per marked value, the diff, and a closing line.
import type { Decision } from "../../core/model/decision.ts";
import { shortDigest } from "../../core/model/digest.ts";
import type { UpdatePlan } from "../../core/model/plan.ts";
import type { ImageReference } from "../../core/model/reference.ts";
import { countChanges } from "../../core/plan/update_plan.ts";
import { summaryOf } from "../../core/report/plan_report.ts";
import type { RequestCount } from "../../core/ports/registry.ts";
import type { System } from "../../core/ports/system.ts";
import { looseSwitch } from "../../core/policy/flux/situation.ts";
import { type Paint, paintDiff, painterFor } from "./colour.ts";
import { renderTable } from "./table.ts";

/** The plan of the followed branch, and those of other branches that automations begin at. */
export function renderPlans(
  system: System,
  { plan, elsewhere }: { readonly plan: UpdatePlan; readonly elsewhere: readonly UpdatePlan[] },
): string {
  return renderPlan(system, plan) + elsewhere.map((it) => `\nOn ${it.branch}:\n${renderPlan(system, it)}`).join("");
}

/** The whole text: table, diff and a closing line. */
export function renderPlan(system: System, plan: UpdatePlan): string {
  const paint = painterFor(system, system.stdout);
  const diffs = plan.files.map((file) => paintDiff(file.diff, paint)).filter((diff) => diff !== "").join("");
  return `${renderDecisions(system, plan)}${diffs === "" ? "" : `\n${diffs}`}\n${closingLine(plan)}\n`;
}

/** The table alone: one row per marked value. */
export function renderDecisions(system: System, plan: UpdatePlan): string {
  if (plan.decisions.length === 0) return "No marked values found. Mark an image like this:\n\n" + markerExample;
  const paint = painterFor(system, system.stdout);
  const rows = plan.decisions.map((decision) => row(decision, paint));
  return renderTable(["IMAGE", "CURRENT", "NEW", "STATE", "WHERE", "WHY"], rows);
}

/** Why a tag that was pushed just now may not be known yet; empty when a registry was asked. */
export function freshnessLine(plan: UpdatePlan, requests: readonly RequestCount[]): string {
  const asked = requests.some((count) => count.requests > 0);
  if (asked || plan.decisions.length === 0) return "";
  return "No registry was asked: what they said last is younger than registries.scanInterval. Name an image to ask now.\n";
}

const markerExample = '    image: ghcr.io/you/app:1.4.2 # {"magos": {"policy": "semver", "range": ">=1.2 <2"}}\n';

function row(decision: Decision, paint: Paint): readonly string[] {
  const { target, state, selected } = decision;
  const colour = { selected: "green", current: "dim", held: "yellow", "no-match": "yellow", error: "red" } as const;
  return [
    target.current.name,
    versionText(target.current),
    selected === null ? "" : versionText(selected),
    paint(colour[state], state),
    `${target.file}:${target.line}`,
    whyText(decision),
  ];
}

/** What is to be written where Flux keeps a value from moving. */
const fluxCures = [looseSwitch, "digestReflectionPolicy"];

/** What a held value waits for; where Flux's reading keeps it from moving, that and the cure; else the last word. */
function whyText({ state, blockers, reasons }: Decision): string {
  const [first] = blockers;
  if (state === "held" && first !== undefined) return `${first.tag ?? ""}: ${first.message}`;
  return reasons.find((reason) => fluxCures.some((cure) => reason.includes(cure))) ?? reasons.at(-1) ?? "";
}

/** `1.4.2@0f3a...`: the tag, and enough of the digest to tell two apart. */
export function versionText(image: ImageReference): string {
  const digest = image.digest === null ? "" : `@${shortDigest(image.digest)}`;
  return `${image.tag ?? ""}${digest}` || "-";
}

function closingLine(plan: UpdatePlan): string {
  const { current, held, noMatch, errors } = summaryOf(plan);
  const parts = [`${countChanges(plan)} to change`, `${current} current`];
  if (held > 0) parts.push(`${held} held`);
  if (noMatch > 0) parts.push(`${noMatch} without a match`);
  if (errors > 0) parts.push(`${errors} in error`);
  return parts.join(", ");
}
