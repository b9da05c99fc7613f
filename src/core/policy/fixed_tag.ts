// A policy whose filter lets one tag through. Where it writes no digest, it looks healthy and never moves.
import type { Policy } from "../model/policy.ts";

/** `^latest$`, also in a group; a dot only where it is escaped. */
const oneTag = /^\^(?:\((?:\?P?<\w+>|\?:)?)?((?:[A-Za-z0-9_-]|\\[._-])+)\)?\$$/;

/** The one tag that a filter lets through, or null. */
export function fixedTag(filter: string | null): string | null {
  return oneTag.exec(filter ?? "")?.[1]?.replaceAll("\\", "") ?? null;
}

/** The sentence for the user; null where the policy can move. */
export function fixedTagNote({ filter, digestReflection }: Policy): string | null {
  const tag = digestReflection === "Never" ? fixedTag(filter) : null;
  if (tag === null) return null;
  return `the filter lets only the tag ${tag} through, and without a digest the value never changes: set ` +
    "digestReflectionPolicy: Always with an interval to follow it by digest";
}
