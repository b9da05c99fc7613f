// What is decided about one marked value, always with reasons (design.md 2, contracts.md 1.2).
import type { Digest } from "./digest.ts";
import type { ImageReference, Repository } from "./reference.ts";
import type { Platform } from "./platform.ts";
import type { Policy } from "./policy.ts";
import type { Problem } from "./problem.ts";
import type { Time } from "./time.ts";

/** What became of one tag. `candidate`: allowed, another ranks higher; `below`: allowed, under the current value. */
export type TagVerdict =
  | "selected"
  | "current"
  | "candidate"
  | "below"
  | "held"
  | "skipped"
  | "excluded"
  | "unmatched"
  | "unparsable"
  | "out-of-range"
  | "prerelease"
  | "other-flavour"
  | "shadowed";

/** One tag of the repository with the reason for what became of it. `key` is the extracted text. */
export interface TagReason {
  readonly tag: string;
  readonly key: string | null;
  readonly verdict: TagVerdict;
  readonly reason: string;
}

/** A check on the one resolved digest. `unknown` never passes. */
export interface Gate {
  readonly gate:
    | "platforms"
    | "minAge"
    | "signature"
    | "provenance"
    | "scan"
    | "hold"
    | "skip"
    | "downgrade"
    | "group"
    | "canary"
    | "quota";
  readonly verdict: "pass" | "hold" | "refuse" | "unknown" | "off";
  readonly tag: string | null;
  readonly digest: Digest | null;
  readonly message: string;
  /** When the verdict may change by itself. */
  readonly until: Time | null;
}

/** What is known of the digest that was judged. */
export interface Evidence {
  readonly digest: Digest;
  readonly created: Time | null;
  readonly firstSeen: Time | null;
  readonly ageSeconds: number | null;
  readonly platforms: readonly Platform[];
  readonly source: string | null;
  readonly revision: string | null;
  readonly repushed: boolean;
  readonly gates: readonly Gate[];
}

/** One marked value: where it stands, what it holds and what rules it. Offsets are UTF-16 units of the file's text. */
export interface Target {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly part: "image" | "tag" | "name" | "digest";
  readonly setter: string;
  readonly marker: "magos" | "flux" | "app";
  /** Where the value is, which differs from the marker's place when a variable is followed. */
  readonly value: { readonly file: string; readonly line: number; readonly column: number };
  readonly policy: Policy;
  /** The image in the value; where the value holds only a tag or a digest, the name is the marker's `repo`. */
  readonly current: ImageReference;
  /** What is written into the value. `name` is null where the name in it stays: only Flux markers replace names. */
  readonly writes: { readonly name: string | null; readonly tag: boolean; readonly digest: boolean };
  /** Where to look: the marker's `repo`, else the name in the value. */
  readonly repository: Repository;
  /** What the user should know of the marker, though it works. */
  readonly notes: readonly Problem[];
}

/** The answer for one target. */
export interface Decision {
  readonly target: Target;
  readonly state: "selected" | "current" | "held" | "no-match" | "error";
  readonly selected: ImageReference | null;
  /** What the selector alone would take. */
  readonly newest: ImageReference | null;
  readonly blockers: readonly Gate[];
  readonly reasons: readonly string[];
  readonly evidence: Evidence | null;
  /** Every tag with its reason; made when it is asked for. */
  readonly tags: readonly TagReason[];
  readonly problems: readonly Problem[];
}
