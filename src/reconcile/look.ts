// One look at one candidate: where its tag points, what stands behind it, how it got there, and what the gates say.
import type { Evidence, Gate, Target } from "../core/model/decision.ts";
import type { Digest } from "../core/model/digest.ts";
import { type Result, success } from "../core/model/problem.ts";
import { formatRepository } from "../core/model/reference.ts";
import { formatTime } from "../core/model/time.ts";
import { beginningOf, isPostDated } from "../core/policy/age.ts";
import { clockFault } from "../core/policy/clock.ts";
import { blocks, judge } from "../core/policy/gates.ts";
import { holdGate } from "../core/policy/holds.ts";
import { needsTagList } from "../core/policy/rank.ts";
import { hasSameImages, readMove, type TagMove } from "../core/policy/tag_move.ts";
import type { Content } from "../core/ports/registry.ts";
import { contentOf, resolveTag } from "./gather.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";
import type { Scans } from "./scan_repositories.ts";

/** What was found. */
export interface Look {
  readonly tag: string;
  readonly digest: Digest;
  readonly evidence: Evidence;
  readonly blockers: readonly Gate[];
  /** Null when the tag has not moved as far as is known. */
  readonly move: TagMove | null;
  /** Whether the move is known to have changed no image, only attestations or metadata. */
  readonly sameImages: boolean;
  /** What the user should know besides what the gates say. */
  readonly notes: readonly string[];
}

/** Asks what is not known of the tag, and judges it. */
export async function lookAt(
  target: Target,
  tag: string,
  scans: Scans,
  ports: DecidePorts,
  options: DecideOptions,
): Promise<Result<Look>> {
  const digest = await resolveTag(target, tag, scans, ports, options);
  if (!digest.ok) return digest;
  const content = await contentOf(target, digest.value, ports, options);
  return content.ok ? success(judged(target, tag, content.value, digest.value, ports, options)) : content;
}

function judged(
  target: Target,
  tag: string,
  content: Content,
  digest: Digest,
  { store, clock }: DecidePorts,
  options: DecideOptions,
): Look {
  const { policy, current } = target;
  const now = clock.now();
  const sightings = store.sightings(formatRepository(target.repository), tag);
  const sighting = sightings.find((it) => it.digest === digest) ?? null;
  const moments = {
    firstSeen: sighting?.firstSeen ?? null,
    pushedAt: sighting?.pushedAt ?? null,
    created: content.created,
  };
  // A value that holds a digest alone holds that of the followed tag.
  const held = current.tag === null || current.tag === tag ? current.digest : null;
  const move = readMove({ tag, digest, held, sightings, isChosen: needsTagList(target) });
  const fault = clockFault(now, options.newestTime);
  const hold = holdGate(options.holds, target, tag, digest);
  const gates = [
    ...judge(policy, {
      tag,
      digest,
      platforms: content.platforms,
      moments,
      clockFault: fault,
      repushed: move?.repushed ?? false,
      ageExempt: ageExempt(target, tag, options),
    }, now),
    ...hold === null ? [] : [hold],
  ];
  const beginning = fault === null ? beginningOf(moments, policy.trustCreated, now) : null;
  const evidence: Evidence = {
    digest,
    created: content.created,
    firstSeen: moments.firstSeen,
    ageSeconds: beginning === null ? null : Math.floor((now - beginning.since) / 1000),
    platforms: content.platforms,
    source: content.source,
    revision: content.revision,
    repushed: move?.repushed ?? false,
    gates,
  };
  const notes = content.notes.map((note) => `${tag}: ${note}`);
  const before = move === null ? null : store.content(move.from);
  const sameImages = before !== null && hasSameImages(before, content, policy.arch);
  if (sameImages) notes.push(`${tag}: only attestations or metadata have changed, the images are the same`);
  if (content.created !== null && isPostDated(moments)) {
    notes.push(`${tag}: its builder's date, ${formatTime(content.created)}, lies after it was first seen`);
  }
  return { tag, digest, evidence, blockers: gates.filter(blocks), move, sameImages, notes };
}

/** Why the age of this candidate does not matter, or null (rulings.md 6; `update --now`). */
function ageExempt({ current, repository }: Target, tag: string, options: DecideOptions): string | null {
  if (tag === current.tag && current.digest === null) return "the file holds it already";
  const reason = options.hurried.get(formatRepository(repository));
  return reason === undefined ? null : `waived by hand: ${reason}`;
}
