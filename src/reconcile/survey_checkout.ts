// Step 4 of the update pass, whole: policies first, then what is marked, then what apps follow besides.
import type { App } from "../core/documents/config.ts";
import type { ShortNames } from "../core/documents/short_names.ts";
import type { Pin } from "../core/model/policy.ts";
import type { CheckoutReader } from "./checkout_reader.ts";
import { findAppTargets } from "./find_app_targets.ts";
import { type PolicyOptions, readPolicies } from "./read_policies.ts";
import { type Survey, survey } from "./survey.ts";

/** What the configuration says of where values stand. */
export interface CheckoutOptions extends PolicyOptions {
  readonly apps: readonly App[];
  readonly paths: readonly string[];
  readonly pin: Pin;
  /** Where names without a registry are looked for on this machine. */
  readonly shortNames: ShortNames;
}

/** All values that a repository follows. Policies come first, since markers and apps name them. */
export async function surveyCheckout(reader: CheckoutReader, options: CheckoutOptions): Promise<Survey> {
  const { book, problems } = await readPolicies(reader, options);
  const surveyed = await survey(reader, { ...options, book });
  const marked = surveyed.files.flatMap((file) => file.found);
  const apps = await findAppTargets(options.apps, reader, { ...options, defaultPin: options.pin, book }, marked);
  const files = apps.found.map((found) => ({ ...found.slot.source, found: [found], problems: [] }));
  return { files: [...surveyed.files, ...files], problems: [...problems, ...surveyed.problems, ...apps.problems] };
}
