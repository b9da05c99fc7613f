// What is told of a tag whatever becomes of the value: it moved, it went back, it is gone.
import type { Target } from "../core/model/decision.ts";
import { shortDigest } from "../core/model/digest.ts";
import type { Problem } from "../core/model/problem.ts";
import { formatTime } from "../core/model/time.ts";
import type { MissingTag } from "../core/ports/store.ts";
import type { Look } from "./look.ts";

/** Where a target stands, as problems name it. */
export function placeOf(target: Target): Pick<Problem, "file" | "line" | "column" | "image" | "policy"> {
  const { file, line, column, current, policy } = target;
  return { file, line, column, image: current.name, policy: policy.name };
}

/** The warnings that a moved tag deserves. A tag like `latest` moves as it should, unless it goes back. */
export function moveWarnings(target: Target, { tag, move, notes }: Look): readonly Problem[] {
  if (move === null) return [];
  const warnings: Problem[] = [];
  if (move.repushed) {
    const same = notes.length > 0 ? ` (${notes.join("; ")})` : "";
    warnings.push({
      code: "registry.repushed",
      severity: "warning",
      ...placeOf(target),
      message: `${target.current.name}:${tag} was pushed again with another digest${same}`,
      cure: target.policy.repush === "hold"
        ? "ask its publisher why a released tag has changed; to take it, write the new digest into the file"
        : "ask its publisher why a released tag has changed",
    });
  }
  if (move.backTo !== null) {
    const { digest, firstSeen } = move.backTo;
    warnings.push({
      code: "registry.rolled_back",
      severity: "warning",
      ...placeOf(target),
      message: `${target.current.name}:${tag} was set back to ${shortDigest(digest)}, first seen ${
        formatTime(firstSeen)
      }`,
      cure: "ask its publisher whether the newer one was withdrawn; its age counts from when it was first seen",
    });
  }
  return warnings;
}

/** A tag in use that is gone for certain. Nothing moves because of it. */
export function missingWarning(target: Target, tag: string, { since }: MissingTag): Problem {
  return {
    code: "registry.tag_missing",
    severity: "warning",
    ...placeOf(target),
    message: `${target.current.name}:${tag} has been missing from the registry since ${
      formatTime(since)
    }; the value stays`,
    cure: "it cannot be pulled anew: choose another tag, or keep the image at hand",
  };
}
