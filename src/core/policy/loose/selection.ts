// The answer of a selector: what may be taken, best first, and a reason for each tag.
import type { TagReason, TagVerdict } from "../../model/decision.ts";
import { once } from "../once.ts";
import { compareTexts, naturalKey } from "./natural.ts";
import type { CompiledLoose } from "./rule.ts";
import type { LooseReason, Screened } from "./screen.ts";
import { sortedByKey } from "./sorted_by_key.ts";

/** What a rule makes of a list of tags for one target. */
export interface LooseSelection {
  /**
   * Allowed tags that may be taken, best first. Without `allowDowngrade` only those newer than the current one, so it
   * is empty when nothing is newer; with it the current tag may stand among them, lower ones behind it.
   */
  readonly candidates: readonly string[];
  /** The best candidate, else the current tag when it stays the answer, else null: no match or no decision. */
  readonly selected: string | null;
  /**
   * One for each distinct tag: allowed ones first, best first; then the others in natural order, greatest first. Made
   * when it is asked for.
   */
  readonly tags: readonly TagReason[];
  /** Sentences for the user. */
  readonly notes: readonly string[];
}

const verdicts: Readonly<Record<LooseReason, TagVerdict>> = {
  noise: "excluded",
  excluded: "excluded",
  filter: "unmatched",
  "not-a-version": "unparsable",
  prerelease: "prerelease",
  range: "out-of-range",
  "shape.prefix": "other-flavour",
  "shape.kind": "other-flavour",
  "shape.parts": "other-flavour",
  "shape.flavour": "other-flavour",
  "shape.build": "other-flavour",
  "shape.id": "other-flavour",
  "not-newer": "below",
  lower: "candidate",
  selected: "selected",
};

/** What a selector found, before it is told tag by tag. */
export interface Findings {
  /** Tags that may be taken, best first. */
  readonly candidates: readonly string[];
  /** Allowed tags that may not, best first; put in order when they are asked for. */
  readonly below: () => readonly string[];
  readonly selected: string | null;
  readonly dropped: ReadonlyMap<string, LooseReason>;
  readonly notes: readonly string[];
}

/** Brings findings into the form that verbs print. */
export function tellSelection(
  findings: Findings,
  screened: Screened,
  rule: CompiledLoose,
  current: string | null,
): LooseSelection {
  const { candidates, selected, notes } = findings;
  const told = once(() => tellTags(findings, screened, rule, current));
  return {
    candidates,
    selected,
    get tags() {
      return told();
    },
    notes,
  };
}

function tellTags(
  { candidates, below, dropped }: Findings,
  screened: Screened,
  rule: CompiledLoose,
  current: string | null,
): readonly TagReason[] {
  const texts = rule.extracts ? textTable(screened) : null;
  const tags: TagReason[] = [];
  const tell = (tag: string, reason: LooseReason): void => {
    const key = texts === null ? null : texts.get(tag) ?? null;
    tags.push({ tag, key, verdict: verdictOf(tag, reason, rule, current), reason });
  };
  candidates.forEach((tag, at) => tell(tag, at === 0 ? "selected" : "lower"));
  for (const tag of below()) tell(tag, "not-newer");
  for (const tag of naturally(dropped.keys())) tell(tag, dropped.get(tag) ?? "noise");
  return tags;
}

function textTable({ tags, texts }: Screened): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (let at = 0; at < tags.length; at++) table.set(tags[at] ?? "", texts[at] ?? "");
  return table;
}

function verdictOf(tag: string, reason: LooseReason, rule: CompiledLoose, current: string | null): TagVerdict {
  if (reason === "excluded" && rule.skip.has(tag)) return "skipped";
  if (tag === current && (reason === "not-newer" || reason === "selected")) return "current";
  return verdicts[reason];
}

/** Greatest first. */
function naturally(tags: Iterable<string>): readonly string[] {
  return sortedByKey(tags, naturalKey, false, (a, b) => compareTexts(b, a));
}
