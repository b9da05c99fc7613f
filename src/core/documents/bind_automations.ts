// Automations and the GitRepositories that they name, brought together: where a pass begins, and that it can end.
import type { Automation, AutomationBook, AutomationClaim } from "../model/automation.ts";
import type { Problem } from "../model/problem.ts";
import type { AutomationReading } from "./flux_automation.ts";
import type { GitSource } from "./flux_checkout.ts";
import { nameIgnored } from "./ignored_fields.ts";
import { NameTable } from "./name_table.ts";
import { type Resource, resourceProblem } from "./resource.ts";

/** A document that was read, and where it stands. */
export interface FoundAutomation extends AutomationReading {
  readonly resource: Resource;
}

/**
 * Binds each automation. One that cannot run keeps its claim, so that nothing else takes what is below its path;
 * `unread` are claims of files that could not even be read.
 */
export function bindAutomations(
  found: readonly FoundAutomation[],
  sources: ReadonlyMap<string, GitSource>,
  unread: readonly AutomationClaim[],
): { readonly book: AutomationBook; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const table = new NameTable<Automation>((it) =>
    JSON.stringify({ ...it, file: "", line: 0, message: it.message?.text })
  );
  const broken: AutomationClaim[] = [];
  const claims: AutomationClaim[] = [];
  const used = new Set<GitSource>();
  for (const { automation, claim, resource } of found) {
    const source = automation === null ? undefined : sources.get(automation.source);
    if (source !== undefined) used.add(source);
    const bound = automation === null
      ? null
      : { ...automation, checkout: automation.checkout ?? source?.checkout ?? null };
    const wrong = bound === null ? [] : pushProblems(bound, resource);
    problems.push(...wrong);
    if (bound !== null && wrong.length === 0) {
      problems.push(...table.add(bound.key, bound, resource));
      claims.push(claimOf(bound));
    } else broken.push(claim);
  }
  const unique = table.unique();
  problems.push(...nameIgnored([...used].flatMap(({ ignored }) => ignored)));
  const contested = claims.filter(({ key }) => !unique.has(key));
  return { book: { automations: [...unique.values()], broken: [...broken, ...contested, ...unread] }, problems };
}

function claimOf({ key, file, line, path }: Automation): AutomationClaim {
  return { key, file, line, path };
}

/** Flux: "push spec not provided, and cannot be inferred". */
function pushProblems({ push, checkout }: Automation, resource: Resource): readonly Problem[] {
  if (push.branch !== null || checkout === null || checkout.kind === "branch") return [];
  return [resourceProblem(resource, ["spec", "git"], {
    code: "flux.invalid",
    message: `no branch to push to: what is checked out is a ${checkout.kind}, and "push.branch" is not set`,
    cure: "set spec.git.push.branch, or spec.git.checkout.ref.branch",
  })];
}
