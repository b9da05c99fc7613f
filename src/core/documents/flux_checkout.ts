// What a Flux resource says of the commit to begin at: `ref` of a GitRepository, or of an automation's checkout.
import * as z from "zod";
import type { CheckoutRef } from "../model/automation.ts";
import { fluxMetadata, mayBeEmpty } from "./flux_fields.ts";
import { type IgnoredField, ignoredFields } from "./ignored_fields.ts";
import { shortText } from "./policy_fields.ts";
import type { Resource } from "./resource.ts";

const refName = shortText.regex(/^[^\s-][^\s]*$/, "not a name of git").nullish();

/** `ref` as it is written. */
export const gitRef = z.strictObject({
  commit: refName,
  name: refName,
  tag: refName,
  // A range, which may hold blanks.
  semver: shortText.nullish(),
  branch: refName,
});

/** The `ref` that counts (Flux semantics 4: commit, name, tag, semver, branch). */
export function checkoutOf(ref: z.infer<typeof gitRef> | undefined): CheckoutRef | null {
  for (const kind of ["commit", "name", "tag", "semver", "branch"] as const) {
    const value = ref?.[kind];
    if (value) return { kind, value };
  }
  return null;
}

const schema = z.looseObject({
  metadata: fluxMetadata,
  spec: z.looseObject({ ref: mayBeEmpty(gitRef) }),
});

/** What an automation takes from its GitRepository. */
export interface GitSource {
  readonly checkout: CheckoutRef | null;
  readonly ignored: readonly IgnoredField[];
}

const meanings = { "spec.url": "magos works on repo.url alone, whatever the automation's source is called" };

/**
 * Reads a resource of kind GitRepository: its `ref` is the default of the automations that name it (Flux semantics 4).
 * Null where it cannot be understood: it is Flux's own affair.
 */
export function readGitSource(resource: Resource): GitSource | null {
  const read = schema.safeParse(resource.value);
  if (!read.success) return null;
  return { checkout: checkoutOf(read.data.spec.ref), ignored: ignoredFields(resource, meanings) };
}
