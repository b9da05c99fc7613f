// The selector `numerical`: dotted numbers part by part, any size, any number of parts (loose versioning 6).
import { numeralKey, readNumeral } from "./numeral.ts";
import { selectOrdered } from "./ordered.ts";
import type { Ranked } from "./ranking.ts";
import type { CompiledLoose } from "./rule.ts";
import type { Candidate, Screened } from "./screen.ts";
import type { Findings } from "./selection.ts";

/** Selects the greatest number, or the least in descending order; a text that is no number is dropped. */
export function selectByNumber(screened: Screened, rule: CompiledLoose, current: Candidate | null): Findings {
  return selectOrdered(screened, rule, current, rankNumber);
}

function rankNumber(tag: string, text: string): Ranked | null {
  const number = readNumeral(text);
  return number === null ? null : { tag, sort: numeralKey(number), partCount: number.length, spelledAlike: true };
}
