// A book with one Flux policy, and what its markers find, shared by the tests of Flux markers.
import type { NamedPolicy, Policy } from "../../../../src/core/model/policy.ts";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import type { FindContext } from "../../../../src/core/patch/find_context.ts";
import { inlinePolicy } from "../../../../src/core/patch/marker_policy.ts";
import { slotText } from "../../../../src/core/patch/slot.ts";
import { contextOf } from "./cases.ts";

/** `# {"$imagepolicy": "ns:app"}`, or another setter. */
export function fluxMarker(setter = "ns:app"): string {
  return `# {"$imagepolicy": "${setter}"}`;
}

/** A Flux policy for `ghcr.io/you/app`. */
export function fluxPolicy(more: Partial<Policy> = {}, named: Partial<NamedPolicy> = {}): NamedPolicy {
  const policy: Policy = {
    ...inlinePolicy("semver", "p.yaml:1"),
    name: "app",
    namespace: "ns",
    versioning: "flux",
    digestReflection: "Always",
    ...more,
  };
  return { policy, image: "ghcr.io/you/app", file: "p.yaml", line: 1, suspended: false, ...named };
}

/** The context that knows it as `ns:app`. */
export const fluxContext: FindContext = contextOf({ book: { flux: new Map([["ns:app", fluxPolicy()]]) } });

/** The marked texts of a file, and `line code` of its problems. */
export function foundIn(
  text: string,
  file = "f.yaml",
  context: FindContext = fluxContext,
): { readonly values: readonly string[]; readonly problems: readonly string[] } {
  const marked = findTargets(file, text, context);
  return {
    values: marked.found.map(({ slot }) => slotText(slot)),
    problems: marked.problems.map(({ line, code }) => `${line} ${code}`),
  };
}
