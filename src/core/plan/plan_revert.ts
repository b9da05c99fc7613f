// Which marked values of a stack moved between two revisions, and the files with them set back (contracts.md 4.3).
import { sha256Of } from "../model/digest.ts";
import type { Hold } from "../model/hold.ts";
import { failure, type Result, success } from "../model/problem.ts";
import type { RecordedChange, RecordedVersion } from "../model/recorded_change.ts";
import { canonicalName, type ImageReference } from "../model/reference.ts";
import type { FoundTarget } from "../patch/find_context.ts";
import { provesRight } from "../patch/prove.ts";
import { editSlot, type Slot, slotKey, slotText, type SourceText } from "../patch/slot.ts";
import { applyEdits, type TextEdit } from "../yaml/edit_scalar.ts";
import { canonicalJson } from "./canonical_json.ts";

/** One value that goes back. `old` is what stands there now. */
export interface RevertedValue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly setter: string;
  readonly old: string;
  readonly new: string;
  readonly policy: string;
  readonly bad: ImageReference;
  readonly good: ImageReference;
}

/** What a revert writes. Without values there is nothing to revert. */
export interface RevertPlan {
  readonly values: readonly RevertedValue[];
  readonly files: readonly { readonly file: string; readonly text: string }[];
}

/**
 * Sets the values that are marked now, in one of `files`, back to what they were. `before` and `now` are all that is
 * marked at the two revisions. Fails when a text would then say anything else that it did not say.
 */
export function planRevert(
  files: ReadonlySet<string>,
  before: readonly FoundTarget[],
  now: readonly FoundTarget[],
): Result<RevertPlan> {
  const was = new Map(named(before.filter((it) => files.has(it.slot.source.file))));
  const moved = named(now.filter((it) => files.has(it.slot.source.file))).flatMap(([name, found]) => {
    const other = was.get(name);
    return other === undefined || slotText(other.slot) === slotText(found.slot) ? [] : [{ found, other }];
  });
  const texts: { file: string; text: string }[] = [];
  for (const [file, values] of Map.groupBy(moved, ({ found }) => found.slot.source.file)) {
    const source = values[0]?.found.slot.source;
    if (source === undefined) continue;
    const text = setBack(source, values.map(({ found, other }) => [found.slot, slotText(other.slot)]));
    if (!text.ok) return text;
    texts.push({ file, text: text.value });
  }
  return success({ values: moved.map(valueOf), files: texts.sort((a, b) => a.file < b.file ? -1 : 1) });
}

/** The same revert of the same revision has the same id, whatever the clock or host. */
export function revertPlanId(revision: string, { values }: RevertPlan): string {
  const changes = values.map(({ file, line, column, old, new: next }) => ({ file, line, column, old, new: next }));
  return sha256Of(canonicalJson({ revision, revert: changes })).slice("sha256:".length);
}

/** The quarantine: each image by its digest, or by its tag where it has none. */
export function quarantineOf(
  { values }: RevertPlan,
  hold: Pick<Hold, "reason" | "by" | "since" | "until">,
): readonly Hold[] {
  const holds = new Map<string, Hold>();
  for (const { bad } of values) {
    const digest = bad.digest;
    const tag = digest === null ? bad.tag : null;
    // A value without either is a bare name: holding the whole image would be more than is known.
    if (digest === null && tag === null) continue;
    const key = `${canonicalName(bad.name)} ${tag} ${digest}`;
    holds.set(key, { image: bad.name, tag, digest, above: null, kind: "quarantine", ...hold });
  }
  return [...holds.values()];
}

/** The values as trailers tell them. */
export function revertedChanges({ values }: RevertPlan): readonly RecordedChange[] {
  const version = ({ tag, digest }: ImageReference): RecordedVersion => ({ tag, digest });
  const unknown = { created: null, age: null, platforms: [], signer: null, scan: null, source: null, revision: null };
  return values.map(({ policy, bad, good, file }) => ({
    policy,
    image: bad.name,
    file,
    from: version(bad),
    to: version(good),
    ...unknown,
  }));
}

/** Markers by file, setter and part; several of the same in one file by their order in it. */
function named(found: readonly FoundTarget[]): readonly (readonly [string, FoundTarget])[] {
  const count = new Map<string, number>();
  return found.map((it) => {
    const name = [it.target.file, it.slot.source.file, it.target.setter, it.target.part].join("\n");
    const at = count.get(name) ?? 0;
    count.set(name, at + 1);
    return [`${name}\n${at}`, it] as const;
  });
}

function valueOf({ found, other }: { readonly found: FoundTarget; readonly other: FoundTarget }): RevertedValue {
  const { target, slot } = found;
  return {
    file: slot.source.file,
    line: target.value.line,
    column: target.value.column,
    setter: target.setter,
    old: slotText(slot),
    new: slotText(other.slot),
    policy: target.policy.name,
    bad: target.current,
    good: other.target.current,
  };
}

function setBack(source: SourceText, values: readonly (readonly [Slot, string])[]): Result<string> {
  const edits = new Map<string, TextEdit>();
  const wanted = new Map<Slot, string>();
  for (const [slot, text] of values) {
    const edit = editSlot(slot, text);
    if (!edit.ok) return edit;
    edits.set(slotKey(slot), edit.value);
    wanted.set(slot, text);
  }
  const after = applyEdits(source.text, [...edits.values()]);
  if (provesRight(source, wanted, after)) return success(after);
  return failure("file.unpatchable", `${source.file} would read differently elsewhere; it is left alone`, {
    file: source.file,
    cure: "set the value back by hand",
  });
}
