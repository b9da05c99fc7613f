// The selector of a policy: which of the branches that are written counts.
import type { Policy, PolicyKind } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import { type Resource, resourceProblem } from "./resource.ts";

/** The branches as documents write them. */
export interface SelectorBranches {
  readonly semver?: { readonly range?: string | undefined; readonly allowPrerelease?: boolean | undefined } | undefined;
  readonly alphabetical?: { readonly order?: "asc" | "desc" | undefined } | undefined;
  readonly numerical?: { readonly order?: "asc" | "desc" | undefined } | undefined;
  readonly latest?: { readonly tag?: string | undefined } | undefined;
  readonly digest?: { readonly tag?: string | undefined } | undefined;
}

/** What a selector says in a policy. */
export type Selector = Pick<Policy, "kind" | "range" | "order" | "prerelease" | "tag">;

const preference: readonly PolicyKind[] = ["semver", "alphabetical", "numerical", "latest", "digest"];

/** The branches that are set, the one that counts first (Flux: semver, alphabetical, numerical). */
export function branchesOf(branches: SelectorBranches): readonly PolicyKind[] {
  return preference.filter((kind) => branches[kind] !== undefined);
}

/** The selector of the one branch. */
export function selectorOf(branches: SelectorBranches, kind: PolicyKind): Selector {
  const { semver, alphabetical, numerical, latest, digest } = branches;
  const ordered = kind === "alphabetical" ? alphabetical : numerical;
  const following = kind === "latest" ? latest : digest;
  return {
    kind,
    range: kind === "semver" ? semver?.range ?? null : null,
    prerelease: kind === "semver" ? semver?.allowPrerelease ?? null : null,
    order: kind === "alphabetical" || kind === "numerical" ? ordered?.order ?? "asc" : "asc",
    tag: kind === "latest" || kind === "digest" ? following?.tag ?? null : null,
  };
}

/** A warning that several branches are set, and which of them counts. */
export function severalBranches(resource: Resource, key: string, first: string, others: readonly string[]): Problem {
  return resourceProblem(resource, ["spec", key, others[0] ?? first], {
    code: "policy.invalid",
    severity: "warning",
    message: `several selectors are set: ${first} counts, ${others.join(", ")} does not`,
    cure: "keep one",
  });
}
