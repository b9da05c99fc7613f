// A selected image to the text that its slot is to hold.
import { failure, type Result, success } from "../model/problem.ts";
import type { ImageReference } from "../model/reference.ts";
import type { FoundTarget } from "./find_context.ts";
import { formatMarkedValue } from "./marked_value.ts";

/** The new text of a slot. Fails when the text around a variable, which stays, does not fit the new value. */
export function newSlotText({ target, before, after }: FoundTarget, selected: ImageReference): Result<string> {
  const whole = formatMarkedValue(target, selected.tag, selected.digest);
  if (whole === null) throw new TypeError("a selected image lacks a part that is to be written");
  const fits = whole.startsWith(before) && whole.endsWith(after) && whole.length > before.length + after.length;
  if (fits) return success(whole.slice(before.length, whole.length - after.length));
  const { file, line } = target.value;
  return failure("marker.variable", `${file}:${line}: "${whole}" does not fit the text around the variable`, {
    file,
    line,
    cure: "let the variable hold the whole tag",
  });
}
