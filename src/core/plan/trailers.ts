// The evidence that each commit of magos carries, written and read back (contracts.md 3.2).
import type { Change } from "../model/plan.ts";
import { formatPlatform } from "../model/platform.ts";
import { formatTimeOrNull } from "../model/time.ts";

/** What the trailers of one commit say. */
export interface CommitTrailers {
  readonly plan: string;
  readonly run: string | null;
  /** The JSON of each `Magos-Change`; what does not parse is left out. */
  readonly changes: readonly unknown[];
}

/** The last paragraph of the message. Values from registries are JSON-encoded, so none can forge a line. */
export function formatTrailers(
  planId: string,
  run: { readonly id: string; readonly host: string },
  changes: readonly { readonly file: string; readonly change: Change }[],
): string {
  const lines = changes.map(({ file, change }) => `Magos-Change: ${JSON.stringify(changeRecord(file, change))}`);
  return [`Magos-Plan: ${planId}`, `Magos-Run: ${run.id}@${run.host}`, ...lines].join("\n");
}

/** Reads the last paragraph of a message, or null when the commit is not magos's own. */
export function parseTrailers(message: string): CommitTrailers | null {
  const paragraph = message.trimEnd().split(/\n[ \t]*\n/).at(-1) ?? "";
  const values = (key: string): string[] =>
    paragraph.split("\n").flatMap((line) => line.startsWith(`${key}: `) ? [line.slice(key.length + 2)] : []);
  const [plan] = values("Magos-Plan");
  if (plan === undefined || !/^[a-f0-9]{64}$/.test(plan)) return null;
  return { plan, run: values("Magos-Run")[0] ?? null, changes: values("Magos-Change").flatMap(jsonOrNothing) };
}

function changeRecord(file: string, { decision }: Change): Record<string, unknown> {
  const { target, selected, evidence } = decision;
  return {
    policy: target.policy.name,
    image: target.current.name,
    file,
    from: { tag: target.current.tag, digest: target.current.digest },
    to: { tag: selected?.tag ?? null, digest: selected?.digest ?? null },
    created: formatTimeOrNull(evidence?.created ?? null),
    age: evidence?.ageSeconds ?? null,
    platforms: (evidence?.platforms ?? []).map(formatPlatform),
    signer: null,
    scan: null,
    source: secureLink(evidence?.source ?? null),
    revision: cleanClaim(evidence?.revision ?? null),
  };
}

// Adapters clean what builders claim as well; a commit outlives them, so it does not rely on that (contracts.md 5.2).
function cleanClaim(text: string | null): string | null {
  return text === null ? null : text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "").slice(0, 200).toWellFormed();
}

function secureLink(text: string | null): string | null {
  const clean = cleanClaim(text);
  return clean?.startsWith("https://") ? clean : null;
}

function jsonOrNothing(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
