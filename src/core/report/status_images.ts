// What is followed, for `status`: one row per image and rule, with how fresh and how far behind it is.
import type { PolicyKind } from "../model/policy.ts";
import type { ImageReference } from "../model/reference.ts";
import { formatTime, formatTimeOrNull, type Time } from "../model/time.ts";
import type { Store, StoredDecision } from "../ports/store.ts";

/** The parts of a kept decision that are read again. */
interface KeptDecision {
  readonly current: ImageReference;
  readonly newest: ImageReference | null;
  readonly state: string;
  readonly blockers: unknown;
  readonly reasons: readonly string[];
  readonly policy: { readonly name: string; readonly kind: PolicyKind; readonly rule: string };
}

/** `status.images` of contracts.md 1.3, with the number of places that follow each. */
export function imagesOf(store: Store, at: Time): readonly Record<string, unknown>[] {
  const rows = new Map<string, { targets: number; row: Record<string, unknown> }>();
  for (const stored of store.decisions()) {
    const { current, policy, state, newest } = stored.decision as KeptDecision;
    const key = JSON.stringify([stored.repository, current, policy.name, policy.rule, state, newest]);
    const known = rows.get(key);
    if (known) known.targets++;
    else rows.set(key, { targets: 1, row: imageRow(store, stored, at) });
  }
  return [...rows.values()].map(({ targets, row }) => ({ ...row, targets }));
}

function imageRow(store: Store, stored: StoredDecision, at: Time): Record<string, unknown> {
  const decision = stored.decision as KeptDecision;
  const { current, policy, state, newest, blockers, reasons } = decision;
  return {
    image: current.name,
    policy: policy.name,
    rule: policy.rule,
    state,
    current,
    newest,
    blockers,
    reasons,
    targets: 1,
    since: formatTime(stored.since),
    checkedAt: formatTimeOrNull(checkedAt(store, stored.repository, decision)),
    unknownSince: formatTimeOrNull(unknownSince(store, stored, decision)),
    lagSeconds: lagSeconds(store, stored.repository, decision, at),
  };
}

/** When a registry last answered what this rule needs to know: the list, or where the followed tag points. */
function checkedAt(store: Store, repository: string, { policy, newest, current }: KeptDecision): Time | null {
  if (followsOneTag(policy.kind)) {
    const tag = newest?.tag ?? current.tag;
    return tag === null ? null : store.tag(repository, tag)?.checkedAt ?? null;
  }
  return store.scan(repository)?.scannedAt ?? null;
}

function unknownSince(store: Store, { repository, since }: StoredDecision, decision: KeptDecision): Time | null {
  const failed = followsOneTag(decision.policy.kind) ? null : store.scanFailure(repository);
  return failed?.since ?? (decision.state === "error" ? since : null);
}

/** How long what the selector would take has been there while the file holds something else. */
function lagSeconds(store: Store, repository: string, decision: KeptDecision, at: Time): number | null {
  const { current, newest, state } = decision;
  if (state === "error" || newest === null) return null;
  const isSameDigest = newest.digest === null || current.digest === null || newest.digest === current.digest;
  if ((newest.tag === current.tag || current.tag === null) && isSameDigest) return 0;
  if (newest.tag === null || newest.digest === null) return null;
  const firstSeen = store.firstSeen(repository, newest.tag, newest.digest);
  return firstSeen === null ? null : Math.max(0, Math.floor((at - firstSeen) / 1000));
}

function followsOneTag(kind: PolicyKind): boolean {
  return kind === "latest" || kind === "digest";
}
