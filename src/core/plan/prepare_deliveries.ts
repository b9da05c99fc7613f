// A plan to deliveries with everything that their commits need; what cannot be said by one lane stops no other.
import type { PlannedDelivery, UpdatePlan } from "../model/plan.ts";
import type { Failure } from "../model/problem.ts";
import { type DeliveryRun, partMessage } from "./delivery_messages.ts";
import { type Author, type Lane, laneKey } from "./lane.ts";
import { type FailedLane, type Piece, planDeliveries, planPieces } from "./plan_deliveries.ts";
import type { PatchSome } from "./plan_parts.ts";
import { joinExtras, noPushExtras, type PushExtras } from "./push_extras.ts";

/** What one commit is made with. */
export interface CommitWords {
  readonly message: string;
  readonly author: Author;
}

/** A delivery whose words are there, or why they are not: then nothing of it is done. */
export interface PreparedDelivery {
  readonly planned: PlannedDelivery;
  /** One for each part; empty after a failure. */
  readonly commits: readonly CommitWords[];
  /** Whose commits they are. */
  readonly lanes: readonly Lane[];
  readonly extras: PushExtras;
  readonly failure: Failure | null;
}

/** All deliveries of a plan. */
export interface PreparedPlan {
  readonly deliveries: readonly PreparedDelivery[];
  /** Lanes that have no branch, so that there is no delivery to tell of. */
  readonly failed: readonly FailedLane[];
}

/** Prepares all. A lane whose message fails leaves its branch to the others. */
export function prepareDeliveries(
  plan: UpdatePlan,
  patchSome: PatchSome,
  lanes: readonly Lane[],
  run: DeliveryRun,
): PreparedPlan {
  const { pieces, failed } = planPieces(plan, lanes, run.now, run.reserved);
  const prepared = prepareAll(plan, patchSome, pieces, run);
  const byBranch = (one: PreparedDelivery, other: PreparedDelivery): number =>
    one.planned.branch < other.planned.branch ? -1 : one.planned.branch > other.planned.branch ? 1 : 0;
  return { deliveries: [...prepared].sort(byBranch), failed };
}

function prepareAll(
  plan: UpdatePlan,
  patchSome: PatchSome,
  pieces: readonly Piece[],
  run: DeliveryRun,
): readonly PreparedDelivery[] {
  const done: PreparedDelivery[] = [];
  for (const planned of planDeliveries(plan, patchSome, pieces)) {
    const here = pieces.filter(({ branch }) => branch === planned.branch);
    const said = sayAll(planned, here, run);
    if (!("failure" in said)) {
      const extras = joinExtras(here.map((piece) => piece.extras));
      done.push({ planned, lanes: here.map(({ lane }) => lane), commits: said.commits, extras, failure: null });
      continue;
    }
    const silent = here.filter(({ lane }) => lane === said.lane);
    const [alone = planned] = planDeliveries(plan, patchSome, silent);
    done.push({ planned: alone, lanes: [said.lane], commits: [], extras: noPushExtras, failure: said.failure });
    done.push(...prepareAll(plan, patchSome, here.filter((piece) => !silent.includes(piece)), run));
  }
  return done;
}

function sayAll(
  planned: PlannedDelivery,
  pieces: readonly Piece[],
  run: DeliveryRun,
): { readonly commits: readonly CommitWords[] } | FailedLane {
  const commits: CommitWords[] = [];
  for (const part of planned.parts) {
    const lane = pieces.find((piece) => laneKey(piece.lane) === part.by)?.lane;
    if (lane === undefined) throw new TypeError(`no lane makes a commit of ${planned.branch}`);
    const message = partMessage(planned, part, lane, run);
    if (!message.ok) return { lane, failure: message.failure };
    commits.push({ message: message.value, author: lane.author });
  }
  return { commits };
}
