// A recorded case to the answer of its policy: selector first, then the gates that a record can be asked about.
import type { Gate, TagReason } from "../model/decision.ts";
import type { Policy } from "../model/policy.ts";
import type { CaseTag } from "../model/policy_case.ts";
import type { Failure } from "../model/problem.ts";
import type { Time } from "../model/time.ts";
import { blocks, judge } from "./gates.ts";
import { settleTags } from "./rank.ts";
import { selectTags, type TagSelection } from "./select_tags.ts";

/** What a case gives to its policy. */
export interface CaseInput {
  readonly tags: readonly CaseTag[];
  readonly current: string | null;
  /** Null: ages are not known. */
  readonly now: Time | null;
}

/** What the policy makes of it. */
export interface CaseAnswer {
  /** Null: no tag fits, or there is an error. */
  readonly selected: string | null;
  readonly error: Failure | null;
  /** One for each distinct tag. */
  readonly tags: readonly TagReason[];
  readonly notes: readonly string[];
}

/** Runs one case. A policy that cannot be understood is an answer too. */
export function runCase(policy: Policy, input: CaseInput): CaseAnswer {
  const selection = selectTags(policy, input.tags.map(({ tag }) => tag), input.current);
  if (!selection.ok) return { selected: null, error: selection.failure, tags: [], notes: [] };
  const { failure, tags, notes } = selection.value;
  if (failure !== null) return { selected: null, error: failure, tags, notes };
  return { ...gate(policy, selection.value, input), error: null, notes };
}

/** The best candidate that no gate holds, and what the gates say of those above it. */
function gate(policy: Policy, selection: TagSelection, input: CaseInput): Pick<CaseAnswer, "selected" | "tags"> {
  const { candidates, selected, staying, tags } = selection;
  const records = new Map(input.tags.map((one) => [one.tag, one]));
  const blockers: Gate[] = [];
  for (const candidate of candidates) {
    const found = blockersOf(policy, records.get(candidate), input);
    if (found.length === 0) return { selected: candidate, tags: settled(tags, blockers, candidate) };
    blockers.push(...found);
  }
  return { selected: candidates.length === 0 ? selected : staying, tags: settled(tags, blockers, null) };
}

/** A name without a record is asked nothing: it stands for the selector alone. */
function blockersOf(policy: Policy, record: CaseTag | undefined, { current, now }: CaseInput): readonly Gate[] {
  if (record === undefined || record.evidence === null) return [];
  const { tag, evidence: { firstSeen, platforms } } = record;
  const candidate = {
    tag,
    digest: null,
    platforms: platforms ?? [],
    moments: { firstSeen: now === null ? null : firstSeen, pushedAt: null, created: null },
    clockFault: null,
    repushed: false,
    // Rulings 6.
    ageExempt: tag === current ? "the file holds it already" : null,
  };
  return judge(policy, candidate, now ?? 0).filter(blocks);
}

function settled(tags: readonly TagReason[], blockers: readonly Gate[], taken: string | null): readonly TagReason[] {
  return blockers.length === 0 ? tags : settleTags(tags, blockers, taken);
}
