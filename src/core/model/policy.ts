// The rule that marked values follow, whatever it was written in: a marker, a magos policy, a Flux resource.
import type { Labels } from "./labels.ts";
import type { Platform } from "./platform.ts";

/** How tags are selected. */
export type PolicyKind = "semver" | "alphabetical" | "numerical" | "latest" | "digest";

/** What a value writes: only the tag, only the digest, or both. */
export type Pin = "tag" | "digest" | "both";

/** Classes of suffix words that a policy may move words into (loose versioning 1). */
export type PolicyWords = Readonly<Record<string, readonly string[]>>;

/** What the configuration's `gates` says for every rule that does not say it itself (contracts 2.1). */
export interface GateDefaults {
  readonly arch: readonly Platform[];
  readonly minAgeSeconds: number | null;
}

/** A configuration without `gates`. */
export const noGateDefaults: GateDefaults = { arch: [], minAgeSeconds: null };

/** One rule. */
export interface Policy {
  /** The policy's name; `semver`, `latest` or `digest` for an inline marker. */
  readonly name: string;
  /** Of a Flux resource; null for magos's own. */
  readonly namespace: string | null;
  readonly kind: PolicyKind;
  readonly versioning: "loose" | "flux";
  /** `file:line` of the marker or document that says so. */
  readonly source: string;
  readonly group: string | null;
  /** Of semver; null: any version (under `flux` that is an invalid policy, as in Flux). */
  readonly range: string | null;
  /** Of alphabetical and numerical. */
  readonly order: "asc" | "desc";
  readonly filter: string | null;
  readonly extract: string | null;
  /** Patterns of tags that take no part; Flux's own default under `flux`. */
  readonly exclusions: readonly string[];
  /** Tags that are never taken. */
  readonly skip: readonly string[];
  readonly words: PolicyWords;
  /** Null: not said, so the range and the current tag decide (loose versioning 3). */
  readonly prerelease: boolean | null;
  readonly allowDowngrade: boolean;
  /** Platforms that must exist in the image. */
  readonly arch: readonly Platform[];
  /** Seconds that a digest must have been seen for. */
  readonly minAgeSeconds: number | null;
  /** `hold`: a released tag that was pushed again is not taken; `report`: it is, and said so (rulings 5). */
  readonly repush: "report" | "hold";
  /** Whether the date that the builder claims may shorten the wait (rulings 6). */
  readonly trustCreated: boolean;
  /** Null: by the form of the value (rulings 3). */
  readonly pin: Pin | null;
  /** The followed tag of `latest` and `digest`, when it is named. */
  readonly tag: string | null;
  /** What Flux markers write of the digest; null for magos's own policies. */
  readonly digestReflection: "Never" | "IfNotPresent" | "Always" | null;
}

/** What a Flux resource says besides its rule. */
export interface FluxOrigin {
  /** By which an automation's `policySelector` selects. */
  readonly labels: Labels;
  /** `namespace:name` of the ImageRepository. */
  readonly repository: string;
  /** How often the repository is scanned; null: not said. */
  readonly scanSeconds: number | null;
  /** How often the digest is looked at (`digestReflectionPolicy: Always`); null: not said. */
  readonly digestSeconds: number | null;
  /** Plain HTTP. */
  readonly insecure: boolean;
  /** `namespace:name` of the Secret with the login, and of the one with the certificates. */
  readonly secret: string | null;
  readonly certSecret: string | null;
}

/** A policy that a document gives a name to. */
export interface NamedPolicy {
  readonly policy: Policy;
  /** Where to look: `spec.image`, or the image of the ImageRepository that a Flux policy refers to; null if not said. */
  readonly image: string | null;
  /** Line of the document in its file. */
  readonly file: string;
  readonly line: number;
  /** Set on a suspended Flux resource: its values stay. */
  readonly suspended: boolean;
  /** Of Flux resources alone. */
  readonly flux?: FluxOrigin;
}

/** All named policies of a repository. */
export interface PolicyBook {
  /** magos's own, by name. */
  readonly magos: ReadonlyMap<string, NamedPolicy>;
  /** Flux's, by `namespace:name`. */
  readonly flux: ReadonlyMap<string, NamedPolicy>;
}
