// What earlier attempts of a pass pushed: no news to the attempt that follows, but to who reads the report.
import type { Delivered } from "./deliver_plan.ts";

/** The deliveries of the last attempt, with what those before it pushed; `earlier` is added to. */
export function withEarlier(deliveries: readonly Delivered[], earlier: Delivered[]): readonly Delivered[] {
  const before = [...earlier];
  const told = new Set<Delivered>();
  const merged = deliveries.map((delivered) => {
    const same = before.find((it) => isSame(it, delivered));
    if (same === undefined) return delivered;
    told.add(same);
    return { ...delivered, outcome: same.outcome };
  });
  earlier.push(...deliveries.filter(({ outcome }) => outcome.state === "pushed"));
  return [...before.filter((it) => !told.has(it)), ...merged];
}

function isSame({ planned, outcome: before }: Delivered, { planned: { branch }, outcome }: Delivered): boolean {
  return planned.branch === branch && before.state === "pushed" && outcome.state === "unchanged" &&
    before.commit === outcome.commit;
}
