// Rules and answers for tests of Flux's versions: a rule that takes any version, and what is said of it.
import assert from "node:assert/strict";
import { compileFlux, type FluxRule } from "../../../../../src/core/policy/flux/rule.ts";
import {
  explainFlux,
  type FluxFindings,
  type FluxSelection,
  selectFlux,
} from "../../../../../src/core/policy/flux/select.ts";

/** A `semver` rule for any version, prereleases too, but for what the test changes. */
export function aFluxRule(changes: Partial<FluxRule> = {}): FluxRule {
  return {
    kind: "semver",
    range: "*-0",
    order: "asc",
    filter: null,
    extract: null,
    exclusions: [],
    skip: [],
    ...changes,
  };
}

/** Selects among tags written in one line; the rule must be valid and have an answer or none, but not fail. */
export function fluxFrom(tags: string, changes: Partial<FluxRule> = {}, current: string | null = null): FluxSelection {
  const selection = selectFlux(tags.split(" "), aFluxRule(changes), current);
  assert.ok(selection.ok, selection.ok ? "" : selection.failure.message);
  return selection.value;
}

/** The answer alone. */
export function answerOf(tags: string, changes: Partial<FluxRule> = {}): string | null {
  return fluxFrom(tags, changes).selected;
}

/** As `selectFlux`, for rules that fail on the tags. */
export function findingsOf(
  tags: readonly string[],
  changes: Partial<FluxRule> = {},
  current: string | null = null,
): FluxFindings {
  const compiled = compileFlux(aFluxRule(changes));
  assert.ok(compiled.ok, compiled.ok ? "" : compiled.failure.message);
  return explainFlux(tags, compiled.value, current);
}

/** The code of the failure, or the answer in words. */
export function codeOf(tags: readonly string[], changes: Partial<FluxRule> = {}): string {
  const selection = selectFlux(tags, aFluxRule(changes), null);
  return selection.ok ? `selects ${selection.value.selected}` : selection.failure.code;
}
