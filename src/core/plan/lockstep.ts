// Members of a group that hold one release, such as a server and its worker: they go on holding one.
import type { Decision, Target } from "../model/decision.ts";
import { formatRepository } from "../model/reference.ts";
import type { Limit } from "../policy/limit_ranking.ts";
import { needsTagList } from "../policy/rank.ts";
import { releaseKey } from "../policy/release_key.ts";
import { blockerOf, groupGate } from "./group_gate.ts";

/** The members, and the release that each of them holds. */
export interface Lockstep {
  readonly group: string;
  readonly held: string;
  readonly members: readonly Target[];
}

/** One lockstep with what its members may move to. */
export interface Course {
  readonly step: Lockstep;
  /** Releases that every member offers, best first; the one that they hold is the last. */
  readonly releases: readonly string[];
  /** Of the members that are to be decided. */
  readonly limits: ReadonlyMap<Target, Limit>;
  /** Of all members, by what their lists offer. */
  readonly offered: ReadonlyMap<Target, Limit>;
}

/** Members of one group in one release. A value without a tag belongs to the tag of its image. */
export function findLocksteps(targets: readonly Target[]): readonly Lockstep[] {
  const members = targets.filter((target) => target.policy.group !== null && needsTagList(target));
  const versioned = members.filter(({ current }) => heldRelease(current.tag) !== null);
  const places = Map.groupBy(versioned, ({ policy, current }) => `${policy.group}\n${heldRelease(current.tag)}`);
  const steps = [...places.values()].flatMap((together): Lockstep[] => {
    const [first] = together;
    const held = heldRelease(first?.current.tag ?? null);
    return first === undefined || held === null ? [] : [{ group: first.policy.group ?? "", held, members: together }];
  });
  const loose = members.filter(({ current }) => current.tag === null);
  return steps
    .map((step) => ({ ...step, members: [...step.members, ...loose.filter((it) => onlyStepOf(it, steps) === step)] }))
    .filter(({ members }) => members.length > 1);
}

function onlyStepOf(target: Target, steps: readonly Lockstep[]): Lockstep | null {
  const key = formatRepository(target.repository);
  const [first, ...others] = steps.filter(({ group, members }) =>
    group === target.policy.group && members.some((member) => formatRepository(member.repository) === key)
  );
  return first === undefined || others.length > 0 ? null : first;
}

/** The release of a tag; null for no tag, and for one that is no version. */
export function heldRelease(tag: string | null): string | null {
  return tag === null ? null : releaseKey(tag);
}

/** The way on before anything is asked: releases that the lists of all members offer. `offers` gives their candidates. */
export function planCourse(step: Lockstep, offers: (target: Target) => readonly string[]): Course {
  const offered = new Map(step.members.map((member) => [member, new Set(releasesOf(offers(member)))]));
  const [first] = step.members;
  const all = first === undefined ? [] : [...offered.get(first) ?? []];
  const common = all.filter((key) => key !== step.held && [...offered.values()].every((keys) => keys.has(key)));
  const releases = [...common, step.held];
  const allowed = new Set(releases);
  const limitOf = (member: Target): Limit => ({
    allows: (tag) => allowed.has(releaseKey(tag) ?? ""),
    gateFor: (tag) => {
      const key = releaseKey(tag) ?? "";
      const without = step.members.find((other) => other !== member && !offered.get(other)?.has(key));
      return groupGate(step.group, { tag, digest: null }, without ?? member, "has no such release to offer", null);
    },
  });
  const limits = new Map(step.members.map((member) => [member, limitOf(member)]));
  return { step, releases, limits, offered: limits };
}

/**
 * The way on when not all came as far: those that came further are limited to where the last one is. Null when all are
 * in step, or when one has no answer, which holds them all.
 */
export function lowerCourse(course: Course, decisions: ReadonlyMap<Target, Decision>): Course | null {
  const { step, releases, offered } = course;
  const reached = step.members.flatMap((target) => reachOf(decisions.get(target), course));
  const last = reached.reduce((worst, { place }) => Math.max(worst, place), 0);
  const slowest = reached.find(({ place }) => place === last)?.decision;
  const ahead = reached.filter(({ place }) => place < last);
  if (slowest === undefined || ahead.length === 0 || reached.some(({ decision }) => decision.state === "error")) {
    return null;
  }
  const rest = new Set(releases.slice(last));
  const limitOf = (member: Target): Limit => ({
    allows: (tag) => rest.has(releaseKey(tag) ?? ""),
    gateFor: (tag) => {
      const byList = offered.get(member);
      if (byList !== undefined && !byList.allows(tag)) return byList.gateFor(tag);
      const { why, until } = blockerOf(slowest);
      return groupGate(step.group, { tag, digest: null }, slowest.target, why, until);
    },
  });
  const limits = new Map(ahead.map(({ decision: { target } }) => [target, limitOf(target)]));
  return { step, releases: [...rest], limits, offered };
}

/** How far a member has come. */
interface Reach {
  readonly decision: Decision;
  /** Where in the releases. */
  readonly place: number;
}

/** Empty for a value that names no release and stays: it is in nobody's way. */
function reachOf(decision: Decision | undefined, { releases }: Course): readonly Reach[] {
  const key = decision === undefined ? null : heldRelease(decision.selected?.tag ?? decision.target.current.tag);
  if (decision === undefined || key === null) return [];
  const place = releases.indexOf(key);
  return [{ decision, place: place < 0 ? releases.length - 1 : place }];
}

function releasesOf(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => releaseKey(tag) ?? []);
}
