// Step 4 of the update pass: the images that apps follow without a marker (contracts.md 2.2, `apps[].images`).
import type { App } from "../core/documents/config.ts";
import { type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { findAppTarget } from "../core/patch/app_target.ts";
import { envBeside } from "../core/patch/file_kind.ts";
import type { FindContext, FoundTarget } from "../core/patch/find_context.ts";
import { findPolicy } from "../core/patch/marker_policy.ts";
import { slotKey } from "../core/patch/slot.ts";
import type { BrokenGroups } from "../core/plan/settle_groups.ts";
import type { CheckoutReader } from "./checkout_reader.ts";

/** What the apps of a configuration follow, and why some cannot. */
export interface AppFindings {
  readonly found: readonly FoundTarget[];
  readonly problems: readonly Problem[];
  /** Groups of which an app cannot be followed. */
  readonly broken: BrokenGroups;
}

/** Finds the values of all apps. A value that a marker rules already is the marker's. */
export async function findAppTargets(
  apps: readonly App[],
  reader: CheckoutReader,
  context: Omit<FindContext, "readSibling">,
  marked: readonly FoundTarget[],
): Promise<AppFindings> {
  const taken = new Set(marked.map((found) => slotKey(found.slot)));
  const found: FoundTarget[] = [];
  const problems: Problem[] = [];
  const broken = new Map<string, Problem>();
  for (const app of apps) {
    for (const image of app.images) {
      const target = await findOne(app, image, reader, context);
      if (!target.ok) {
        const problem = problemOf(target.failure, { file: app.compose });
        const group = app.group ?? findPolicy(image.policy, context.book)?.policy.group ?? null;
        if (group !== null) broken.set(group, problem);
        problems.push(problem);
      } else if (target.value !== null && !taken.has(slotKey(target.value.slot))) found.push(target.value);
    }
  }
  return { found, problems, broken };
}

async function findOne(
  app: App,
  image: App["images"][number],
  reader: CheckoutReader,
  context: Omit<FindContext, "readSibling">,
): Promise<Result<FoundTarget | null>> {
  const text = await reader.read(app.compose);
  if (!text.ok) return text;
  if (text.value === null) {
    return {
      ok: false,
      failure: {
        code: "app.no_file",
        retry: "never",
        message: `the app "${app.name}": there is no file ${app.compose} in the repository`,
        cure: "mend apps[].compose; it is a path in the repository",
      },
    };
  }
  const sibling = envBeside(app.compose);
  const env = reader.files.includes(sibling) ? await reader.read(sibling) : success(null);
  if (!env.ok) return env;
  const readSibling = (path: string): string | null => path === sibling ? env.value : null;
  return findAppTarget({ file: app.compose, text: text.value }, { ...image, app: app.name, group: app.group }, {
    ...context,
    readSibling,
  });
}
