// The marked values of a checkout -> the pass that each belongs to: an automation's, the general one, or none.
import type { Automation, AutomationBook } from "../model/automation.ts";
import type { Target } from "../model/decision.ts";
import type { Labels } from "../model/labels.ts";
import type { PolicyBook } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import { type Governing, governing, isBelow, isForeign } from "./governs.ts";

/** What has a target. */
interface Found {
  readonly target: Target;
}

/** Who updates what. A value may belong to several automations, each with its branch, as in Flux. */
export interface Assignment<T extends Found> {
  /** Suspended automations are left out; one without values is there with none. */
  readonly runs: readonly { readonly automation: Automation; readonly found: readonly T[] }[];
  /** Values of automations that are suspended or cannot run, and those that strict namespaces hide. They stay. */
  readonly staying: readonly T[];
  /** Why each of them does. */
  readonly reasons: ReadonlyMap<T, string>;
  /** What no automation covers: `update` rules it. */
  readonly rest: readonly T[];
  readonly problems: readonly Problem[];
}

/** Assigns each value. `isStrict` is `flux.strictNamespaces`. */
export function assignTargets<T extends Found>(
  found: readonly T[],
  { automations, broken }: AutomationBook,
  policies: PolicyBook["flux"],
  isStrict: boolean,
): Assignment<T> {
  const runs = automations.filter(({ suspended }) => !suspended).map((automation) => ({
    automation,
    found: [] as T[],
  }));
  const staying: T[] = [];
  const rest: T[] = [];
  const reasons = new Map<T, string>();
  const stay = (one: T, why: string): void => {
    staying.push(one);
    reasons.set(one, why);
  };
  const problems = new Map<string, Problem>();
  for (const one of found) {
    const { target } = one;
    const labels = labelsOf(target, policies);
    const answers = automations.map((automation) => ({
      automation,
      why: governing(automation, target, labels, isStrict),
    }));
    const governors = new Set(answers.filter(({ why }) => why === "yes").map(({ automation }) => automation));
    for (const run of runs) if (governors.has(run.automation)) run.found.push(one);
    const claim = target.marker === "flux" ? broken.find((one) => isBelow(one, target.file)) : undefined;
    const isClaimed = claim !== undefined;
    const hiding = answers.find(({ why }) => why === "other-namespace")?.automation;
    if (governors.size > 0) noteForeign(target, [...governors], problems);
    else if (isClaimed) stay(one, `${claim.key} (${claim.file}:${claim.line}) cannot run`);
    else if (hiding !== undefined) stay(one, `the automation ${hiding.key} sees no policy of another namespace`);
    else rest.push(one);
    const [first] = governors;
    const rests = first !== undefined && [...governors].every((it) => it.suspended);
    if (rests) stay(one, `the automation ${first.key} is suspended`);
    if (governors.size === 0 && !isClaimed) noteUngoverned(target, answers, problems);
  }
  return { runs, staying, reasons, rest, problems: [...problems.values()] };
}

function labelsOf({ marker, policy }: Target, policies: PolicyBook["flux"]): Labels {
  return marker === "flux" ? policies.get(`${policy.namespace}:${policy.name}`)?.flux?.labels ?? {} : {};
}

/** Works here, and not in Flux: once for each policy. */
function noteForeign(target: Target, governors: readonly Automation[], problems: Map<string, Problem>): void {
  const [first] = governors;
  if (first === undefined || governors.some((it) => !isForeign(it, target))) return;
  const { policy } = target;
  note(problems, `foreign ${policy.namespace}:${policy.name}`, target, {
    code: "flux.foreign_namespace",
    severity: "warning",
    message: `the policy "${policy.name}" is of the namespace ${policy.namespace}, the automation ${first.key} of ` +
      `${first.namespace}: Flux would leave the value as it is`,
    cure: "put both into one namespace; flux.strictNamespaces makes magos as strict as Flux",
  });
}

function noteUngoverned(
  target: Target,
  answers: readonly { readonly automation: Automation; readonly why: Governing }[],
  problems: Map<string, Problem>,
): void {
  const key = `${target.policy.namespace}:${target.policy.name}`;
  const [hidden] = answers.filter(({ why }) => why === "other-namespace");
  if (hidden !== undefined) {
    note(problems, `${target.file}:${target.line}:${target.column}`, target, {
      code: "flux.foreign_namespace",
      severity: "error",
      message: `the automation ${hidden.automation.key} sees no policy of the namespace ${target.policy.namespace}; ` +
        "the value stays",
      cure: `write the policy into the namespace ${hidden.automation.namespace}, or take flux.strictNamespaces out`,
    });
  }
  const [left] = answers.filter(({ why }) => why === "not-selected");
  if (left === undefined || hidden !== undefined) return;
  note(problems, `selected ${key}`, target, {
    code: "flux.not_selected",
    severity: "warning",
    message: `the policySelector of ${left.automation.key} leaves ${key} out, so the value follows \`update\``,
    cure: "give the policy the labels that the selector asks for, or take the marker away",
  });
}

function note(
  problems: Map<string, Problem>,
  key: string,
  { file, line, column, policy }: Target,
  told: Pick<Problem, "code" | "severity" | "message" | "cure">,
): void {
  if (!problems.has(key)) problems.set(key, { ...told, file, line, column, policy: policy.name });
}

/** An error for each automation whose path is not in the repository: Flux's run would fail. */
export function missingPaths({ automations }: AutomationBook, files: readonly string[]): readonly Problem[] {
  return automations.filter((automation) => !files.some((file) => isBelow(automation, file))).map((automation) => ({
    code: "flux.missing_path",
    severity: "error",
    file: automation.file,
    line: automation.line,
    column: 1,
    message: `the automation ${automation.key} updates ${automation.path}, which is not in the repository`,
    cure: "correct spec.update.path",
  }));
}
