// Rules and answers for tests of loose versioning: a rule that says nothing, and what is said of it.
import assert from "node:assert/strict";
import type { LooseRule } from "../../../../../src/core/policy/loose/rule.ts";
import { selectLoose } from "../../../../../src/core/policy/loose/select.ts";
import type { LooseSelection } from "../../../../../src/core/policy/loose/selection.ts";

/** A `semver` rule that says nothing but what the test changes. */
export function aRule(changes: Partial<LooseRule> = {}): LooseRule {
  return {
    kind: "semver",
    range: null,
    filter: null,
    extract: null,
    prerelease: null,
    allowDowngrade: false,
    order: "asc",
    exclusions: [],
    skip: [],
    words: {},
    ...changes,
  };
}

/** Selects among tags written in one line; the rule must be valid. */
export function selectFrom(tags: string, current: string | null, changes: Partial<LooseRule> = {}): LooseSelection {
  const selection = selectLoose(tags.split(" "), aRule(changes), current);
  assert.ok(selection.ok, selection.ok ? "" : selection.failure.message);
  return selection.value;
}

/** The answer alone. */
export function answerFrom(tags: string, current: string | null, changes: Partial<LooseRule> = {}): string | null {
  return selectFrom(tags, current, changes).selected;
}

/** `tag: reason` of each tag. */
export function reasonsFrom(
  tags: string,
  current: string | null,
  changes: Partial<LooseRule> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(selectFrom(tags, current, changes).tags.map(({ tag, reason }) => [tag, reason]));
}
