// The selector `alphabetical`: versions where there are any, else plain names (loose versioning 6).
import { selectByVersion } from "./by_version.ts";
import { naturalKey } from "./natural.ts";
import { selectOrdered } from "./ordered.ts";
import type { Ranked } from "./ranking.ts";
import type { CompiledLoose } from "./rule.ts";
import type { Candidate, Screened } from "./screen.ts";
import type { Findings } from "./selection.ts";

/** Selects as `semver` does with range `*`; only where no tag can be taken that way, by the natural order of names. */
export function selectByName(screened: Screened, rule: CompiledLoose, current: Candidate | null): Findings {
  const versions = selectByVersion(screened, rule, current);
  // A shape in the file or several equally plain ones are an answer too: a name must not win over them by chance.
  const isAnswered = versions.selected !== null || versions.notes.some((note) => note.startsWith("shape.ambiguous"));
  return isAnswered ? versions : selectOrdered(screened, rule, current, rankName);
}

function rankName(tag: string, text: string): Ranked | null {
  return { tag, sort: naturalKey(text), partCount: 0, spelledAlike: true };
}
