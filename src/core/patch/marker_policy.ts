// A magos marker to the rule that it follows: its own keys before those of the policy it names (contracts 2.1).
import { parseDuration } from "../model/duration.ts";
import { nearestOf } from "../model/nearest.ts";
import { parsePlatform, type Platform } from "../model/platform.ts";
import {
  type GateDefaults,
  type NamedPolicy,
  noGateDefaults,
  type Policy,
  type PolicyBook,
  type PolicyKind,
} from "../model/policy.ts";
import { failure, type Result, success } from "../model/problem.ts";
import type { FindContext } from "./find_context.ts";
import type { MagosMarker } from "../documents/magos_marker.ts";

/** A rule, and where to look when neither marker nor value says. */
export interface MarkerPolicy {
  readonly policy: Policy;
  readonly image: string | null;
  readonly suspended: boolean;
}

const inlineKinds = ["semver", "latest", "digest"] as const;

/** The rule of `semver`, `latest` and `digest` with nothing said but where it stands. */
export function inlinePolicy(kind: PolicyKind, source: string, gates: GateDefaults = noGateDefaults): Policy {
  return {
    name: kind,
    namespace: null,
    kind,
    versioning: "loose",
    source,
    group: null,
    range: null,
    order: "asc",
    filter: null,
    extract: null,
    exclusions: [],
    skip: [],
    words: {},
    prerelease: null,
    allowDowngrade: false,
    arch: gates.arch,
    minAgeSeconds: gates.minAgeSeconds,
    repush: "report",
    trustCreated: false,
    pin: null,
    tag: null,
    digestReflection: null,
  };
}

/** Whether a name stands for a kind of policy, so that no document can have it. */
export function isInlineKind(name: string): name is typeof inlineKinds[number] {
  return inlineKinds.some((kind) => kind === name);
}

/** The rule of a marker. `source` is the marker's place. Fails with `marker.unknown_policy`. */
export function policyOfMarker(
  marker: MagosMarker,
  source: string,
  { book, gates }: Pick<FindContext, "book" | "gates">,
): Result<MarkerPolicy> {
  const named = isInlineKind(marker.policy)
    ? { policy: inlinePolicy(marker.policy, source, gates), image: null, suspended: false }
    : findPolicy(marker.policy, book);
  if (named === null) return unknownPolicy(marker.policy, book);
  const { policy } = named;
  const minAge = marker.minAge === undefined ? null : parseDuration(marker.minAge);
  return success({
    image: named.image,
    suspended: named.suspended,
    policy: {
      ...policy,
      range: marker.range ?? policy.range,
      filter: marker.filter ?? policy.filter,
      extract: marker.extract ?? policy.extract,
      prerelease: marker.prerelease ?? policy.prerelease,
      arch: marker.arch === undefined ? policy.arch : platformsOf(marker.arch),
      minAgeSeconds: minAge?.ok ? minAge.value : policy.minAgeSeconds,
      pin: marker.pin ?? policy.pin,
      tag: marker.tag ?? policy.tag,
    },
  });
}

/** The policy that a document of the repository gives a name to; Flux's by `namespace:name`. */
export function findPolicy(name: string, book: PolicyBook): NamedPolicy | null {
  return book.magos.get(name) ?? book.flux.get(name) ?? null;
}

/** The failure for a name that nothing has, with the nearest one. */
export function unknownPolicy(name: string, book: PolicyBook): Result<never> {
  const known = [...book.magos.keys(), ...book.flux.keys()];
  const near = nearestOf(name, [...inlineKinds, ...known]);
  return failure("marker.unknown_policy", `no policy is named "${name}"`, {
    policy: name,
    cure: near !== null
      ? `did you mean "${near}"?`
      : known.length === 0
      ? 'use "semver", "latest" or "digest", or write an ImagePolicy of that name'
      : `policies are: ${known.slice(0, 10).join(", ")}${known.length > 10 ? ", ..." : ""}`,
  });
}

function platformsOf(arch: NonNullable<MagosMarker["arch"]>): readonly Platform[] {
  const names = typeof arch === "string" ? [arch] : arch;
  return names.map(parsePlatform).flatMap((parsed) => parsed.ok ? [parsed.value] : []);
}
