// The candidate loop: rank, gather, judge, next. One target in, one decision with its reasons out.
import type { Decision, Evidence, Gate, Target } from "../core/model/decision.ts";
import type { Digest } from "../core/model/digest.ts";
import { type Failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { formatRepository, type ImageReference } from "../core/model/reference.ts";
import { formatTime } from "../core/model/time.ts";
import { blocks } from "../core/policy/gates.ts";
import { holdGate, wholeHold } from "../core/policy/holds.ts";
import { isGone } from "../core/policy/missing_tag.ts";
import { type Limit, limitRanking } from "../core/policy/limit_ranking.ts";
import { followedTag, needsTagList, type Ranking, rankTags, settleTags } from "../core/policy/rank.ts";
import { failedDecision } from "./failed_decision.ts";
import { resolveTag } from "./gather.ts";
import { type Look, lookAt } from "./look.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";
import type { Scans } from "./scan_repositories.ts";
import { missingWarning, moveWarnings, placeOf } from "./tag_warnings.ts";

/** Candidates asked for in one pass at most; a policy that none of ten passes is waited for, not searched for. */
const mostCandidates = 10;
/** Tags that are held by name or by order; behind so many nothing is looked for. */
const mostHeld = 100;

/**
 * Decides one target, under a limit that its group may set. What cannot be known is an `error`, never "no update".
 */
export async function decide(
  target: Target,
  scans: Scans,
  ports: DecidePorts,
  options: DecideOptions,
  limit: Limit | null = null,
): Promise<Decision> {
  const ranking = rankFor(target, scans);
  if (!ranking.ok) return failedDecision(target, ranking.failure, null, unknownSince(target, ports));
  const limited = limit === null ? ranking.value : limitRanking(ranking.value, limit);
  return await new CandidateLoop(target, limited, scans, ports, options).decide();
}

/** What the list of its repository says of a target; its own tag where it follows one. */
export function rankFor(target: Target, scans: Scans): Result<Ranking> {
  if (!needsTagList(target)) {
    const tag = followedTag(target);
    const followed = target.current.tag === null || target.current.tag === tag;
    return success({
      candidates: followed ? [] : [tag],
      newest: tag,
      currentIsThere: followed,
      refused: [],
      tags: [],
      notes: [],
    });
  }
  const scan = scans.get(formatRepository(target.repository));
  if (scan === undefined) throw new TypeError("a repository was not scanned");
  return scan.ok ? rankTags(target, scan.value.tags) : scan;
}

/** Since when the list cannot be had, for a failure that is not the first one. */
function unknownSince({ repository }: Target, { store, clock }: DecidePorts): readonly string[] {
  const scan = store.scanFailure(formatRepository(repository));
  return scan === null || scan.since >= clock.now() ? [] : [`its tags are unknown since ${formatTime(scan.since)}`];
}

class CandidateLoop {
  readonly #target: Target;
  readonly #ranking: Ranking;
  readonly #scans: Scans;
  readonly #ports: DecidePorts;
  readonly #options: DecideOptions;
  readonly #reasons: string[];
  readonly #problems: Problem[];
  readonly #blockers: Gate[];
  /** What the best candidate was found to be, for a decision that takes none. */
  #newest: ImageReference | null = null;
  #firstEvidence: Evidence | null = null;

  constructor(target: Target, ranking: Ranking, scans: Scans, ports: DecidePorts, options: DecideOptions) {
    this.#target = target;
    this.#ranking = ranking;
    this.#scans = scans;
    this.#ports = ports;
    this.#options = options;
    this.#reasons = [...ranking.notes];
    this.#blockers = [...ranking.refused];
    this.#problems = [...target.notes];
    if (ranking.newest !== null) this.#newest = { ...target.current, tag: ranking.newest, digest: null };
  }

  async decide(): Promise<Decision> {
    const whole = wholeHold(this.#options.holds, this.#target, this.#ranking.newest);
    if (whole !== null) return this.#held(whole);
    let [asked, held] = [0, 0];
    for (const tag of this.#ranking.candidates) {
      if (this.#isHeld(tag)) {
        if (++held === mostHeld) break;
        continue;
      }
      if (++asked > mostCandidates) break;
      const looked = await this.#look(tag);
      if (!looked.ok) {
        if (this.#isDeferred(tag, looked.failure)) continue;
        if (looked.failure.code !== "registry.not_found" || !needsTagList(this.#target)) {
          return this.#failed(looked.failure, tag);
        }
        // Listed, but gone when asked for: the next one may be there.
        this.#reasons.push(`${tag} is listed but cannot be fetched`);
        continue;
      }
      if (this.#isTaken(looked.value)) return this.#taken(looked.value);
    }
    return await this.#stay();
  }

  /** Nothing newer may be taken: is the current one still what it was? */
  async #stay(): Promise<Decision> {
    const tag = this.#currentTag();
    if (tag === null) return this.#without();
    // While a newer one waits, a value that never had a digest is not touched: one move, not two.
    const waits = this.#blockers.length > 0 && this.#target.current.digest === null;
    const settled = waits || (this.#keepsDigest() ? this.#isWritten(tag, this.#target.current.digest) : false);
    if (settled) return this.#standing(this.#whyStanding(tag));
    const digest = await resolveTag(this.#target, tag, this.#scans, this.#ports, this.#options);
    if (!digest.ok) return this.#failedStay(digest.failure, tag);
    if (digest.value === this.#target.current.digest && this.#namesRight()) {
      if (this.#ranking.newest === tag) this.#newest = { ...this.#target.current, tag, digest: digest.value };
      return this.#standing(this.#whyStanding(tag));
    }
    const looked = await this.#look(tag);
    if (!looked.ok) return this.#failedStay(looked.failure, tag);
    if (!this.#isTaken(looked.value)) return this.#standing(`${tag} has a new digest that may not be taken yet`);
    return this.#taken(looked.value);
  }

  /** Nobody is asked about an image that stays anyway. */
  #held(gate: Gate): Decision {
    this.#blockers.push(gate);
    this.#reasons.push(gate.message);
    return this.#decision("held", null, null);
  }

  /** Whether a hold bars the tag whatever it points to. A long list of barred tags is told in part. */
  #isHeld(tag: string): boolean {
    const gate = holdGate(this.#options.holds, this.#target, tag, null);
    if (gate === null || !blocks(gate)) return false;
    if (this.#blockers.length < mostCandidates) {
      this.#blockers.push(gate);
      this.#reasons.push(`${tag}: ${gate.message}`);
    }
    return true;
  }

  #currentTag(): string | null {
    if (!needsTagList(this.#target)) return this.#ranking.currentIsThere ? followedTag(this.#target) : null;
    return this.#ranking.currentIsThere ? this.#target.current.tag : null;
  }

  async #look(tag: string): Promise<Result<Look>> {
    return await lookAt(this.#target, tag, this.#scans, this.#ports, this.#options);
  }

  #isTaken(look: Look): boolean {
    if (look.tag === this.#ranking.newest) {
      this.#newest = { ...this.#target.current, tag: look.tag, digest: look.digest };
    }
    this.#firstEvidence ??= look.evidence;
    this.#reasons.push(...look.notes);
    this.#problems.push(...moveWarnings(this.#target, look));
    this.#blockers.push(...look.blockers);
    for (const gate of look.blockers) this.#reasons.push(`${look.tag}: ${gate.message}`);
    return look.blockers.length === 0;
  }

  /** Whether asking waits for the registry's pulls: the tag is held then, as by every gate that does not know. */
  #isDeferred(tag: string, failure: Failure): boolean {
    if (failure.code !== "registry.quota") return false;
    const { message, retryAt } = failure;
    this.#blockers.push({ gate: "quota", verdict: "unknown", tag, digest: null, message, until: retryAt ?? null });
    this.#reasons.push(`${tag}: ${message}`);
    return true;
  }

  #failedStay(failure: Failure, tag: string): Decision {
    return this.#isDeferred(tag, failure) ? this.#standing(`${tag} stays meanwhile`) : this.#failed(failure, tag);
  }

  #taken(look: Look): Decision {
    const { current, writes } = this.#target;
    if (this.#isWritten(look.tag, look.digest)) return this.#standing(this.#whyStanding(look.tag), look.evidence);
    this.#reasons.push(this.#whyTaken(look));
    const name = writes.name ?? current.name;
    return this.#decision("selected", { name, tag: look.tag, digest: look.digest }, look.evidence);
  }

  /** Whether the value holds already what would be written for this tag and digest. */
  #isWritten(tag: string, digest: Digest | null): boolean {
    const { current, writes, marker, part } = this.#target;
    const sameTag = !writes.tag || tag === current.tag;
    // Flux replaces the whole value: a digest that its policy does not give goes away.
    const noDigest = marker !== "flux" || part !== "image" || current.digest === null;
    return this.#namesRight() && sameTag && (writes.digest ? digest === current.digest : noDigest);
  }

  #namesRight(): boolean {
    const { current, writes } = this.#target;
    return writes.name === null || writes.name === current.name;
  }

  /** Whether a digest that is there stays while the tag does: none is written, or Flux asks for one only once. */
  #keepsDigest(): boolean {
    const { writes, policy, current } = this.#target;
    return !writes.digest || (policy.digestReflection === "IfNotPresent" && current.digest !== null);
  }

  #whyTaken(look: Look): string {
    const { current } = this.#target;
    if (look.move?.backTo) return `${look.tag} was set back to an older digest`;
    if (look.evidence.repushed) return `${look.tag} was pushed again: its digest has changed`;
    if (look.tag !== current.tag && needsTagList(this.#target)) return `${look.tag} is the highest allowed version`;
    return current.digest === null ? `${look.tag} is pinned by its digest` : `${look.tag} now points to another digest`;
  }

  #whyStanding(tag: string): string {
    if (!needsTagList(this.#target)) return `${tag} has not moved`;
    if (this.#blockers.length > 0) return `${tag} stays meanwhile`;
    if (this.#ranking.newest === null) return `no tag fits the policy; ${tag} stays`;
    return `${tag} is the highest allowed version`;
  }

  #standing(reason: string, evidence: Evidence | null = this.#firstEvidence): Decision {
    this.#reasons.push(reason);
    return this.#decision(this.#blockers.length > 0 ? "held" : "current", null, evidence);
  }

  /** There is no current tag to stay at. */
  #without(): Decision {
    if (this.#target.current.tag !== null) this.#warnOfMissing(this.#target.current.tag);
    if (this.#blockers.length > 0) return this.#decision("held", null, this.#firstEvidence);
    if (this.#ranking.newest !== null || this.#target.current.tag !== null) {
      const gone = `${this.#target.current.tag ?? this.#ranking.newest} is not in the registry; it stays`;
      return this.#standing(gone);
    }
    this.#reasons.push("no tag fits the policy");
    this.#problems.push({
      code: "policy.no_match",
      severity: "warning",
      ...placeOf(this.#target),
      message: `no tag of ${formatRepository(this.#target.repository)} fits the policy`,
      cure: `see every tag with its reason: magos explain ${this.#target.file}:${this.#target.line}`,
    });
    return this.#decision("no-match", null, null);
  }

  #failed(failure: Failure, tag: string): Decision {
    this.#warnOfMissing(tag);
    const ranking = this.#ranking;
    return {
      ...failedDecision(this.#target, failure, this.#newest, []),
      get tags() {
        return ranking.tags;
      },
      problems: [...this.#problems, problemOf(failure, placeOf(this.#target))],
    };
  }

  /** One look that finds nothing says little; when many have, the user should know (registries.md 5.2). */
  #warnOfMissing(tag: string): void {
    const missing = this.#ports.store.missing(formatRepository(this.#target.repository), tag);
    if (missing === null || !isGone(missing, this.#ports.clock.now())) return;
    this.#problems.push(missingWarning(this.#target, tag, missing));
  }

  #decision(state: Decision["state"], selected: ImageReference | null, evidence: Evidence | null): Decision {
    const [ranking, blockers] = [this.#ranking, this.#blockers];
    return {
      target: this.#target,
      state,
      selected,
      newest: this.#newest,
      blockers,
      reasons: this.#reasons,
      evidence,
      get tags() {
        return settleTags(ranking.tags, blockers, selected?.tag ?? null);
      },
      problems: this.#problems,
    };
  }
}
