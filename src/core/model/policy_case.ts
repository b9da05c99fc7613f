// A recorded list of tags with the answer that is expected of a policy, as `magos policy test` reads it.
import type { Platform } from "./platform.ts";
import type { Policy } from "./policy.ts";
import type { Failure } from "./problem.ts";
import type { Time } from "./time.ts";

/** What is recorded of the image behind a tag; null is not known, and unknown passes no gate. */
export interface TagEvidence {
  readonly firstSeen: Time | null;
  readonly platforms: readonly Platform[] | null;
}

/** One tag of a recorded list. Without evidence it is a name alone, which no gate is asked about. */
export interface CaseTag {
  readonly tag: string;
  readonly evidence: TagEvidence | null;
}

/** Which policy a case is about: one of a document by its name, or its own. */
export type CasePolicy =
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "own"; readonly policy: Policy }
  | { readonly kind: "invalid"; readonly failure: Failure };

/** One case. */
export interface PolicyCase {
  readonly id: string;
  readonly file: string;
  /** Null where the file has no lines to tell (JSON). */
  readonly line: number | null;
  readonly policy: CasePolicy;
  readonly tags: readonly CaseTag[];
  /** The tag in the file that the policy rules. */
  readonly current: string | null;
  /** The moment at which ages are judged. */
  readonly now: Time | null;
  /** Null: no tag fits. */
  readonly expect: string | null;
}
