import assert from "node:assert/strict";
import { nearestOf } from "../../../../src/core/model/nearest.ts";

const names = ["policy", "repo", "range", "filter", "extract", "prerelease", "arch", "minAge", "pin", "tag"];

Deno.test("nearestOf() finds what a slip of the hand meant", () => {
  const cases: Readonly<Record<string, string | null>> = {
    "rnage": "range",
    "minage": "minAge",
    "polcy": "policy",
    "polices": "policy",
    "fitler": "filter",
    "pre-release": "prerelease",
    "range": "range",
    "zzz": null,
    "": null,
    "version": null,
  };
  for (const [word, name] of Object.entries(cases)) assert.equal(nearestOf(word, names), name, word);
  assert.equal(nearestOf("x", []), null);
});
