// A value ruled by a Flux marker to a target: the whole value is replaced, whatever it was (Flux semantics 3.3).
import type { Target } from "../model/decision.ts";
import { isDigest } from "../model/digest.ts";
import type { NamedPolicy } from "../model/policy.ts";
import { failure, type Result, success } from "../model/problem.ts";
import { type ImageReference, isTag, parseReference, parseRepository } from "../model/reference.ts";
import type { YamlScalar } from "../yaml/scalars.ts";
import type { FindContext, FoundTarget } from "./find_context.ts";
import type { FluxMarker } from "./flux_marker.ts";
import { isSuspended } from "./magos_target.ts";
import { unknownPolicy } from "./marker_policy.ts";
import type { FilePlace } from "./place.ts";
import { type SourceText, wholeScalar } from "./slot.ts";

/** The target of a Flux marker. Fails where its policy is unknown, suspended or has nothing to give. */
export function fluxTarget(
  marker: FluxMarker,
  scalar: YamlScalar,
  at: { readonly source: SourceText; readonly place: FilePlace },
  context: FindContext,
): Result<FoundTarget> {
  const named = context.book.flux.get(marker.policy);
  if (named === undefined) return unknownPolicy(marker.policy, { magos: new Map(), flux: context.book.flux });
  if (named.suspended) return isSuspended(named.policy);
  const image = imageOf(named);
  if (!image.ok) return image;
  const reflects = named.policy.digestReflection === "IfNotPresent" || named.policy.digestReflection === "Always";
  if (marker.part === "digest" && !reflects) return withoutDigest(marker);
  const lookup = parseRepository(image.value);
  if (!lookup.ok) return lookup;
  return success({
    slot: wholeScalar(at.source, scalar),
    before: "",
    after: "",
    target: {
      ...at.place,
      part: marker.part,
      setter: marker.setter,
      marker: "flux",
      value: at.place,
      policy: named.policy,
      current: currentOf(marker.part, scalar.text, image.value),
      writes: writesOf(marker.part, image.value, reflects),
      repository: lookup.value,
      notes: [],
    },
  });
}

function imageOf({ image, policy }: NamedPolicy): Result<string> {
  if (image !== null) return success(image);
  return failure("policy.invalid", `nothing says which image the policy "${policy.name}" is for`, {
    policy: policy.name,
    cure: "add the ImageRepository that it refers to",
  });
}

/** Flux would write an empty text here (Flux semantics 3.2); rulings 3 leave the value. */
function withoutDigest(marker: FluxMarker): Result<never> {
  return failure("marker.no_digest", `the policy "${marker.policy}" gives no digest; the value stays`, {
    policy: marker.policy,
    cure: "set digestReflectionPolicy to Always or IfNotPresent, or take the marker away",
  });
}

/** What the value holds now. The old text need not be an image: Flux never reads it. */
function currentOf(part: Target["part"], text: string, image: string): ImageReference {
  const unknown = { name: image, tag: null, digest: null };
  if (part === "tag") return { ...unknown, tag: isTag(text) ? text : null };
  if (part === "digest") return { ...unknown, digest: isDigest(text) ? text : null };
  const parsed = parseReference(text);
  if (!parsed.ok) return unknown;
  return part === "name" ? { ...parsed.value, tag: null, digest: null } : parsed.value;
}

function writesOf(part: Target["part"], image: string, reflects: boolean): Target["writes"] {
  if (part === "tag") return { name: null, tag: true, digest: false };
  if (part === "digest") return { name: null, tag: false, digest: true };
  if (part === "name") return { name: image, tag: false, digest: false };
  return { name: image, tag: true, digest: reflects };
}
