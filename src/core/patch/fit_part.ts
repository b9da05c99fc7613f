// Which part of an image a followed value holds, and the text around it that must stay as it is.
import type { Target } from "../model/decision.ts";
import type { Policy } from "../model/policy.ts";
import { failure, type Result, success } from "../model/problem.ts";
import type { FollowedValue } from "./follow_variables.ts";
import type { MarkedValue } from "./marked_value.ts";

/** The part a slot holds. `before` and `after` are the fixed text of that part: in `v${V}-alpine`, `v` and `-alpine`. */
export interface FittedPart {
  readonly part: MarkedValue["part"];
  readonly before: string;
  readonly after: string;
  /** Whether a tag stands outside, in front of the digest. */
  readonly besideTag: boolean;
}

/** Narrows a value to the part that its slot covers. A variable behind `name:` holds a tag, not an image. */
export function fitPart(value: MarkedValue, followed: FollowedValue): Result<FittedPart> {
  const { before, after } = followed;
  const { name, tag } = value.image;
  const tagStart = name.length + 1;
  if (value.part !== "image" || before.length < tagStart) {
    return success({ part: value.part, before, after, besideTag: false });
  }
  const at = before.indexOf("@");
  if (at >= 0) {
    if (at + 1 === before.length && after === "") {
      return success({ part: "digest", before: "", after: "", besideTag: tag !== null });
    }
    return failure("marker.variable", "the variable holds only a piece of a digest", { cure: wholePart });
  }
  if (tag === null || after.includes("@")) {
    return failure("marker.variable", "a digest stands beside the variable that holds the tag", { cure: wholePart });
  }
  return success({ part: "tag", before: before.slice(tagStart), after, besideTag: false });
}

/** Whether a variable has room for all that is to be written into it. */
export function checkRoom(policy: Policy, writes: Target["writes"], fitted: FittedPart): Result<void> {
  const follows = policy.kind === "latest" || policy.kind === "digest";
  if (fitted.besideTag && !follows) {
    return failure("marker.variable", "the tag stands beside the variable, which could only hold its digest", {
      cure: wholePart,
    });
  }
  if (fitted.part === "tag" && writes.digest && fitted.after !== "") {
    return failure("marker.variable", "a digest cannot follow the tag: other text stands behind the variable", {
      cure: `use "pin": "tag", or ${wholePart}`,
    });
  }
  return success(undefined);
}

const wholePart = "let one variable hold the whole tag, or tag and digest together";
