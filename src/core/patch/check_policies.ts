// Named policies to what is wrong with them though they were read: rules that do not compile, and that nobody uses.
import type { NamedPolicy, Policy, PolicyBook } from "../model/policy.ts";
import type { Failure, Problem } from "../model/problem.ts";
import { fixedTagNote } from "../policy/fixed_tag.ts";
import { selectTags } from "../policy/select_tags.ts";

/** Why the rule of a policy cannot be used whatever the tags are; null when it can. */
export function flawOfPolicy(policy: Policy): Failure | null {
  const selected = selectTags(policy, [], null);
  return selected.ok ? null : selected.failure;
}

/** An error for each policy whose range, filter or words are not understood. */
export function brokenPolicies(book: PolicyBook): readonly Problem[] {
  return allPolicies(book).flatMap(([name, { policy, file, line }]): readonly Problem[] => {
    const flaw = flawOfPolicy(policy);
    if (flaw === null) return [];
    const { code, message, cure } = flaw;
    return [{ code, severity: "error", file, line, column: 1, policy: name, message, ...cure ? { cure } : {} }];
  });
}

/** A warning for each policy that is valid and can never move a value. */
export function fixedPolicies(book: PolicyBook): readonly Problem[] {
  return allPolicies(book).flatMap(([name, { policy, file, line }]): readonly Problem[] => {
    const note = fixedTagNote(policy);
    if (note === null) return [];
    const [message = note, cure] = note.split(": set ");
    return [{
      code: "policy.fixed",
      severity: "warning",
      file,
      line,
      column: 1,
      policy: name,
      message,
      ...(cure ? { cure: `set ${cure}` } : {}),
    }];
  });
}

/** A warning for each policy that neither an app nor a marker of these texts names, be the marker good or bad. */
export function unusedPolicies(
  book: PolicyBook,
  texts: readonly string[],
  namedByApps: readonly string[],
): readonly Problem[] {
  const named = new Set([...namedByApps, ...texts.flatMap(namesIn)]);
  return allPolicies(book).flatMap(([name, { file, line }]): readonly Problem[] =>
    named.has(name) ? [] : [{
      code: "policy.unused",
      severity: "warning",
      file,
      line,
      column: 1,
      policy: name,
      message: `nothing names the policy "${name}"`,
      cure: "name it in a marker or an app, or take it out",
    }]
  );
}

function allPolicies({ magos, flux }: PolicyBook): readonly (readonly [name: string, named: NamedPolicy])[] {
  return [...magos, ...flux];
}

/** What markers call policies: `"policy": "name"`, `"$imagepolicy": "namespace:name:tag"`. */
function namesIn(text: string): readonly string[] {
  const ours = Array.from(text.matchAll(/"policy"\s*:\s*"([^"\n]{1,200})"/g), ([, name = ""]) => name);
  const flux = Array.from(
    text.matchAll(/"\$imagepolicy"\s*:\s*"([^":\n]{1,200}:[^":\n]{1,200})/g),
    ([, name = ""]) => name,
  );
  return [...ours, ...flux];
}
