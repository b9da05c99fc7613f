// The markers of one file to everything that a person should know of them before a pass does.
import type { Target } from "../model/decision.ts";
import type { PolicyBook } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import { flawOfPolicy } from "./check_policies.ts";
import { fileKindOf } from "./file_kind.ts";
import type { FindContext } from "./find_context.ts";
import { findNearMarkers } from "./find_near_markers.ts";
import { findTargets } from "./find_targets.ts";
import { sameRepository } from "./marked_value.ts";
import type { SourceText } from "./slot.ts";

/** What the markers of a file are held against. */
export interface MarkerRules extends FindContext {
  /** Whether values of a file may be changed (`update.paths`). */
  readonly isInPaths: (file: string) => boolean;
}

/** How many markers are understood, and all problems with markers. */
export interface CheckedMarkers {
  readonly markers: number;
  readonly targets: readonly Target[];
  readonly problems: readonly Problem[];
}

/** Checks one file. Outside of `update.paths` nothing is worse than a warning: no pass ever looks there. */
export function checkMarkers({ file, text }: SourceText, rules: MarkerRules): CheckedMarkers {
  const { found, problems } = findTargets(file, text, rules);
  const targets = found.map(({ target }) => target);
  const kind = fileKindOf(file);
  const told = new Set(problems.map(({ line }) => line));
  const near = kind === null ? [] : findNearMarkers(file, text, kind === "yaml" || kind === "flux");
  const all = [
    ...problems,
    ...targets.flatMap((target) => [
      ...target.notes,
      ...nameProblems(target),
      ...ruleProblems(target, rules.book),
      ...pathProblems(target, rules.isInPaths),
    ]),
    ...near.filter(({ line }) => !told.has(line)),
  ];
  return {
    markers: targets.length,
    targets,
    problems: rules.isInPaths(file) ? all : all.map((problem) => ({ ...problem, severity: "warning" })),
  };
}

/** Flux replaces the name too: a value that names another image is about to become that one. */
function nameProblems(target: Target): readonly Problem[] {
  const { current, writes, setter } = target;
  if (writes.name === null || sameRepository(current.name, writes.name)) return [];
  return [{
    ...placeOf(target),
    code: "policy.repository_differs",
    severity: "warning",
    policy: target.policy.name,
    message: `"${setter}" is for ${writes.name}, the value names ${current.name}; an update replaces the name`,
    cure: "name another policy, or write the image that is meant",
  }];
}

/** What a marker says itself, compiled. A policy that is broken by itself is told where it is written. */
function ruleProblems(target: Target, book: PolicyBook): readonly Problem[] {
  const { policy } = target;
  const named = policy.namespace === null
    ? book.magos.get(policy.name)
    : book.flux.get(`${policy.namespace}:${policy.name}`);
  if (named !== undefined && flawOfPolicy(named.policy) !== null) return [];
  const flaw = flawOfPolicy(policy);
  if (flaw === null) return [];
  const { code, message, cure } = flaw;
  return [{ ...placeOf(target), code, severity: "error", message, ...cure ? { cure } : {} }];
}

function pathProblems(target: Target, isInPaths: MarkerRules["isInPaths"]): readonly Problem[] {
  const { file, value } = target;
  if (isInPaths(file) && isInPaths(value.file)) return [];
  const outside = isInPaths(file) ? value.file : file;
  return [{
    ...placeOf(target),
    code: "marker.outside_paths",
    severity: outside === file ? "warning" : "error",
    message: outside === file
      ? "update.paths leaves this file out, so no pass follows the marker"
      : `the value stands in ${outside}, which update.paths leaves out; it stays`,
    cure: `add ${outside} to update.paths${outside === file ? ", or take the marker away" : ""}`,
  }];
}

function placeOf({ file, line, column }: Target): Pick<Target, "file" | "line" | "column"> {
  return { file, line, column };
}
