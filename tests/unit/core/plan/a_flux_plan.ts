// Plans of Flux automations for tests: files with marked values, and what becomes of them.
import type { UpdatePlan } from "../../../../src/core/model/plan.ts";
import { parseReference } from "../../../../src/core/model/reference.ts";
import { planUpdate } from "../../../../src/core/plan/update_plan.ts";
import { sampleChange, sampleDecision, samplePatch, sampleTarget } from "../../../fakes/sample_decision.ts";

/** A plan that moves the value behind each `OLD` in the texts of these files to `NEW`: `a:1 => a:2 # setter`. */
export function fluxPlan(files: Readonly<Record<string, string>>): UpdatePlan {
  const patches = Object.entries(files).map(([file, written]) => {
    const changes = written.split("\n").flatMap((text, index) => {
      const [, before = "", old = "", next = "", setter = "flux-system:app"] =
        /^(.*?)(\S*) => (\S*)(?: # (\S*))?$/.exec(text) ?? [];
      if (next === "") return [];
      const place = { line: index + 1, column: before.length + 1 };
      const parsed = parseReference(next);
      const part = setter.endsWith(":tag") ? "tag" as const : "image" as const;
      const selected = parsed.ok ? parsed.value : null;
      const decision = sampleDecision({
        target: sampleTarget({ ...place, file, setter, part, marker: "flux" }),
        selected,
      });
      return [sampleChange(decision, { ...place, old, new: next, setter })];
    });
    const text = written.replaceAll(/^(.*?)(\S*) => (\S*)(?: # (\S*))?$/gm, "$1$3");
    return { ...samplePatch(file, changes), text };
  });
  const decisions = patches.flatMap(({ changes }) => changes.map(({ decision }) => decision));
  return planUpdate({ revision: "a".repeat(40), branch: "main" }, patches, decisions);
}

/** A Kubernetes object with these lines in its spec. */
export function objectText(kind: string, name: string, ...lines: readonly string[]): string {
  const spec = lines.map((line) => `  ${line}`).join("\n");
  return `apiVersion: apps/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: web\nspec:\n${spec}\n`;
}
