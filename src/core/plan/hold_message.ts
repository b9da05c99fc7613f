// The message of a commit that changes the list of holds; its trailers say that it is magos's own.
import type { Hold } from "../model/hold.ts";
import { sha256Of } from "../model/digest.ts";
import { describe } from "../policy/holds.ts";
import { canonicalJson } from "./canonical_json.ts";
import { formatTrailers } from "./trailers.ts";

/** One change of the list: what came and what went. */
export interface HoldsChange {
  readonly image: string;
  readonly added: readonly Hold[];
  readonly removed: readonly Hold[];
  /** The new text of the file. */
  readonly text: string;
}

/** The first line. */
export function holdSubject({ image, added }: HoldsChange): string {
  return `chore(holds): ${added.length > 0 ? "hold" : "unhold"} ${image}`;
}

/** The same change of the same revision has the same id, whatever the clock or host (contracts.md 1.3). */
export function holdPlanId(revision: string, { text }: HoldsChange): string {
  return sha256Of(canonicalJson({ revision, holds: text })).slice("sha256:".length);
}

/** The whole message; its last paragraph holds the trailers. Reasons are one line each, behind a word of magos's. */
export function holdMessage(
  change: HoldsChange,
  planId: string,
  run: { readonly id: string; readonly host: string },
): string {
  const line = (what: string) => (hold: Hold): string => `${what} ${subjectOf(hold)}: ${describe(hold)}`;
  const lines = [...change.removed.map(line("-")), ...change.added.map(line("+"))];
  return `${holdSubject(change)}\n\n${lines.join("\n")}\n\n${formatTrailers(planId, run, [])}\n`;
}

/** What of an image is held: `app`, `app:1.5`, `app@sha256:...`. */
export function subjectOf({ image, tag, digest }: Hold): string {
  return `${image}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`;
}
