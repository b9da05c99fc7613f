// The selector `numerical`: 64-bit floats, and one text that is none fails the policy (Flux semantics 1.6).
import { type Failure, failure } from "../../model/problem.ts";
import type { Entry } from "./filter.ts";
import { parseFloat64 } from "./parse_float.ts";
import { type Ranking, type Standing, standingOf } from "./ranked.ts";
import type { FluxReason } from "./reasons.ts";

interface Valued extends Entry {
  readonly value: number;
}

/**
 * Ranks numbers, greatest first, or least first when `descending`. Flux keeps the last of equals that it meets: without
 * a filter the least tag by bytes. With a filter Flux meets them by chance; here the greatest tag by bytes wins then.
 * Fails with `policy.not_a_number` as soon as one text is no number.
 */
export function rankByNumber(
  entries: readonly Entry[],
  descending: boolean,
  filtered: boolean,
  current: string | null,
): Ranking {
  const values: Valued[] = [];
  const dropped = new Map<string, FluxReason>();
  for (const entry of entries) {
    const value = parseFloat64(entry.key);
    if (value === null) dropped.set(entry.key, "not-a-number");
    else values.push({ key: entry.key, tag: entry.tag, value });
  }
  const stray = dropped.size === 0 ? undefined : entries.find(({ key }) => dropped.has(key));
  if (stray !== undefined) return { ranked: [], dropped, tied: [], failure: notANumber(stray, dropped.size) };

  const met = filtered ? meetOnPurpose(values) : values;
  const sign = descending ? -1 : 1;
  const answer = selectAsFlux(met, sign);
  const held = current === null ? NaN : parseFloat64(current) ?? NaN;
  const ranked = rankValues(met, descending, answer);
  return {
    ranked: ranked.map(({ key, tag, value }) => ({
      key,
      tag,
      standing: Number.isNaN(held) ? null : standingAgainst(held, value, sign),
    })),
    dropped,
    tied: ranked.filter((entry) => entry !== answer && entry.value === answer?.value).map(({ key }) => key),
    failure: null,
  };
}

/** Where Flux meets values by chance: NaN first, which so decides nothing, and the greatest tag by bytes last. */
function meetOnPurpose(values: readonly Valued[]): readonly Valued[] {
  const numbers = values.toReversed().filter(({ value }) => !Number.isNaN(value));
  return values.filter(({ value }) => Number.isNaN(value)).concat(numbers);
}

/** Flux's loop as it is: every comparison with a NaN is false, so the next value met replaces it (rulings 9). */
function selectAsFlux(met: readonly Valued[], sign: 1 | -1): Valued | null {
  let best: Valued | null = null;
  for (const entry of met) {
    if (best === null || !(sign * entry.value < sign * best.value)) best = entry;
  }
  return best;
}

/** The answer, then the other values, best first; of equals the last met first; every NaN at the end. */
function rankValues(met: readonly Valued[], descending: boolean, answer: Valued | null): readonly Valued[] {
  const groups = new Map<number, Valued[]>();
  for (const entry of met) {
    const group = groups.get(entry.value);
    if (group === undefined) groups.set(entry.value, [entry]);
    else group.push(entry);
  }
  // An array of numbers sorts itself by value, NaN last, without a function, which is slow without a compiler.
  const ascending = Float64Array.from(groups.keys()).sort();
  const numbers = ascending.filter((value) => !Number.isNaN(value));
  const order = [...(descending ? numbers : numbers.reverse()), ...ascending.filter(Number.isNaN)];
  const ranked = order.flatMap((value) => groups.get(value)?.toReversed() ?? []);
  if (answer === null || ranked[0] === answer) return ranked;
  return [answer, ...ranked.filter((entry) => entry !== answer)];
}

/** A NaN is below whatever is in the file: it is no step up. */
function standingAgainst(held: number, value: number, sign: 1 | -1): Standing {
  if (Number.isNaN(value)) return "below";
  return value === held ? "equal" : standingOf(sign * (value > held ? 1 : -1));
}

function notANumber({ key, tag }: Entry, count: number): Failure {
  const from = key === tag ? "" : ` (from the tag ${tag.slice(0, 128)})`;
  const more = count > 1 ? `, and ${count - 1} more are not` : "";
  const message = `"${key.slice(0, 128)}"${from} is no number${more}: under numerical one such tag fails the policy`;
  return failure("policy.not_a_number", message, {
    cure: "let only numbers through, for example with filterTags.pattern ^[0-9.]+$",
  }).failure;
}
