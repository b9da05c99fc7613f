// Two states of the holds file: whether the second only adds to the first (contracts 3.3).
import { parseYaml } from "../yaml/parse_yaml.ts";
import { plainValue } from "../yaml/plain_value.ts";

/**
 * Why the new text does more than add holds, or null when it does not. A file that cannot be read holds every image,
 * so a bot may neither mend nor break one.
 */
export function refuseHoldsChange(file: string, before: string | null, after: string): string | null {
  const old = before === null ? { holds: [], rest: "{}" } : readHolds(before, file);
  const now = readHolds(after, file);
  if (old === null || now === null) return `writes ${file}, which cannot be read as a list of holds`;
  if (old.rest !== now.rest) return `changes ${file} beside its holds`;
  const kept = new Map<string, number>();
  for (const hold of now.holds) kept.set(hold, (kept.get(hold) ?? 0) + 1);
  for (const hold of old.holds) {
    const left = kept.get(hold) ?? 0;
    if (left === 0) return `takes out or changes a hold in ${file}`;
    kept.set(hold, left - 1);
  }
  return null;
}

interface Holds {
  /** Each entry as JSON. */
  readonly holds: readonly string[];
  /** All else in the file, as JSON. */
  readonly rest: string;
}

function readHolds(text: string, file: string): Holds | null {
  const yaml = parseYaml(text, file);
  if (!yaml.ok || yaml.value.documents.length > 1) return null;
  const [document] = yaml.value.documents;
  const value = document === undefined ? { ok: true as const, value: null } : plainValue(document, file);
  if (!value.ok) return null;
  const written: unknown = value.value ?? {};
  if (typeof written !== "object" || written === null || Array.isArray(written)) return null;
  const { holds, ...rest } = written as { readonly holds?: unknown };
  const list: unknown = holds ?? [];
  if (!Array.isArray(list)) return null;
  return { holds: list.map((hold) => JSON.stringify(hold)), rest: JSON.stringify(rest) };
}
