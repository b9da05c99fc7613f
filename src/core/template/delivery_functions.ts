// What the templates of a delivery may call: Go's and sprig's pure functions, the calendar, and the group.
import type { Time } from "../model/time.ts";
import { take } from "./arguments.ts";
import { timeFunctions } from "./calendar.ts";
import { templateFunctions } from "./functions.ts";
import type { FunctionTable } from "./value.ts";

/** When and for which group a delivery is made. */
export interface DeliveryMoment {
  readonly now: Time;
  /** IANA name. */
  readonly timeZone: string;
  /** Null: images that belong to no group. */
  readonly group: string | null;
}

/**
 * The functions at that moment (rulings 16). `group` gives the group's name with what git would refuse in a branch
 * replaced by `-`, and `ungrouped` for images without one, so that a name made of it always has something there.
 */
export function deliveryFunctions({ now, timeZone, group }: DeliveryMoment): FunctionTable {
  const name = group === null ? "ungrouped" : group.replaceAll(/[^\p{L}\p{N}_-]+/gu, "-");
  return { ...templateFunctions, ...timeFunctions(now, timeZone), group: (args) => take(args, 0) && name };
}
