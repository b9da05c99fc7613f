// A value ruled by magos itself, by a marker or as the image of an app, to a target.
import type { Target } from "../model/decision.ts";
import type { Pin, Policy } from "../model/policy.ts";
import { failure, type Problem, type Result, success } from "../model/problem.ts";
import type { MagosMarker } from "../documents/magos_marker.ts";
import { locateName, noShortNames } from "../documents/short_names.ts";
import type { FindContext, FoundTarget } from "./find_context.ts";
import { checkRoom, fitPart } from "./fit_part.ts";
import type { FollowedValue } from "./follow_variables.ts";
import { isInlineKind, type MarkerPolicy, policyOfMarker } from "./marker_policy.ts";
import { readMarkedValue, readsAsTag, repositoryName, sameRepository, writtenParts } from "./marked_value.ts";
import type { FilePlace } from "./place.ts";

/** A value, where its scalar or line stands, and where its text does: they differ when a variable was followed. */
export interface PlacedValue {
  readonly place: FilePlace;
  readonly valuePlace: FilePlace;
  readonly value: FollowedValue;
  /** What a message may call the value: the text in a `.env` file may be a secret, so it is never quoted. */
  readonly secretName: string | null;
}

/** Who rules a value. */
export interface Ruler extends Pick<Target, "setter" | "marker"> {
  readonly rule: MarkerPolicy;
  /** Where to look, as the marker says it. */
  readonly repo: string | null;
  /** The pin written at this very value. */
  readonly pin: Pin | null;
}

/** The target of a magos marker. */
export function markerTarget(marker: MagosMarker, at: PlacedValue, context: FindContext): Result<FoundTarget> {
  const rule = policyOfMarker(marker, `${at.place.file}:${at.place.line}`, context);
  if (!rule.ok) return rule;
  const repo = marker.repo ?? null;
  const ruler = { setter: marker.policy, marker: "magos", rule: rule.value, repo, pin: marker.pin ?? null } as const;
  return ofPolicy(magosTarget(ruler, at, context), marker);
}

/** A failure with the policy that the marker names: its group must know that a member is missing. */
export function ofPolicy<T>(result: Result<T>, { policy }: MagosMarker): Result<T> {
  return result.ok || isInlineKind(policy) ? result : { ok: false, failure: { policy, ...result.failure } };
}

/** The target of a value that magos rules. Fails where the value holds nothing that the rule could follow. */
export function magosTarget(
  ruler: Ruler,
  at: PlacedValue,
  defaults: Pick<FindContext, "defaultPin" | "shortNames">,
): Result<FoundTarget> {
  const { policy, image: policyImage, suspended } = ruler.rule;
  if (suspended) return isSuspended(policy);
  const said = ruler.repo ?? policyImage;
  const repo = said === null ? null : repositoryName(said);
  if (repo !== null && !repo.ok) return repo;
  const read = readMarkedValue(at.value.text, repo?.value ?? null);
  if (!read.ok) return at.secretName === null ? read : notAnImage(at.secretName);
  const fitted = fitPart(read.value, at.value);
  if (!fitted.ok) return fitted;
  const { part, before, after } = fitted.value;
  const pin = ruler.pin ?? (part === "image" ? policy.pin : null);
  const writes = writtenParts(policy.kind, { ...read.value, part }, pin, defaults.defaultPin);
  const sound = checkWrites(policy, ruler.pin, writes);
  if (!sound.ok) return sound;
  const room = checkRoom(policy, writes, fitted.value);
  if (!room.ok) return room;
  const { name } = read.value.image;
  if (part === "image" && !writes.tag && repo !== null && readsAsTag(name, repo.value)) {
    return nameAlone(name, repo.value);
  }
  const lookup = locateName(defaults.shortNames ?? noShortNames, repo?.value ?? read.value.image.name);
  if (!lookup.ok) return lookup;
  return success({
    slot: at.value.slot,
    before,
    after,
    target: {
      ...at.place,
      part,
      setter: ruler.setter,
      marker: ruler.marker,
      value: at.valuePlace,
      policy,
      current: read.value.image,
      writes,
      repository: lookup.value,
      notes: repositoryNotes(policy.name, read.value.image.name, repo?.value ?? null, at.place),
    },
  });
}

/** The failure for a value whose policy is suspended. */
export function isSuspended(policy: Policy): Result<never> {
  return failure("policy.suspended", `the policy "${policy.name}" is suspended; the value stays`, {
    policy: policy.name,
    cure: "take `suspend: true` out of the resource",
  });
}

/** `redis@sha256:...` beside another `repo` would be a tag the next time, and the name would be lost. */
function nameAlone(name: string, repo: string): Result<never> {
  return failure("marker.invalid", `without its tag, "${name}" would be read as a tag of ${repo}`, {
    cure: `use "pin": "both", or write the whole name, like docker.io/library/${name}`,
  });
}

function notAnImage(name: string): Result<never> {
  return failure("marker.not_an_image", `the value of ${name} is not an image reference`, {
    cure: 'write an image like ghcr.io/you/app:1.4.2, or a tag and "repo" in the marker',
  });
}

/** `latest` and `digest` see a tag that moves only by its digest: without one nothing could ever change. */
function checkWrites({ kind }: Policy, pin: Pin | null, writes: Target["writes"]): Result<void> {
  if ((kind !== "latest" && kind !== "digest") || writes.digest) return success(undefined);
  return pin === "tag"
    ? failure("marker.invalid", `"pin": "tag" leaves nothing for "${kind}" to follow`, { cure: "leave pin out" })
    : failure("marker.invalid", `the value is only a tag, which leaves nothing for "${kind}" to follow`, {
      cure: 'add "pin": "both" if what reads the value takes name:tag@digest, or mark the whole image',
    });
}

function repositoryNotes(policy: string, name: string, repo: string | null, place: FilePlace): readonly Problem[] {
  if (repo === null || sameRepository(repo, name)) return [];
  return [{
    ...place,
    code: "policy.repository_differs",
    severity: "warning",
    message: `the marker looks in ${repo}, the value names ${name}; the name in the value stays`,
    policy,
  }];
}
