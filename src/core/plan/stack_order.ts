// Stacks in the order in which a pass takes them: each behind those that it comes after.
import type { Problem } from "../model/problem.ts";
import type { Stack } from "../model/stack.ts";

/** The order, and the stacks that have none. */
export interface StackOrder {
  /** Names; those without `after` between them in the order of the alphabet. */
  readonly names: readonly string[];
  /** Stacks in a circle, and those that come after one. */
  readonly stuck: readonly string[];
  readonly problems: readonly Problem[];
}

/** Sorts by `after`. `last` is taken behind all others, whatever it says. */
export function orderStacks(stacks: readonly Stack[], others: readonly string[], last: string | null): StackOrder {
  const names = new Set(stacks.map((stack) => stack.name));
  const problems: Problem[] = [];
  const waits = new Map(stacks.map((stack) => {
    for (const name of stack.after) {
      if (!names.has(name) && !others.includes(name)) problems.push(unknownAfter(stack.name, name));
    }
    return [stack.name, new Set(stack.after.filter((name) => names.has(name)))] as const;
  }));
  const order: string[] = [];
  const left = [...names].sort();
  for (;;) {
    const next = left.findIndex((name) => [...waits.get(name) ?? []].every((it) => order.includes(it)));
    if (next < 0) break;
    order.push(...left.splice(next, 1));
  }
  if (left.length > 0) problems.push(...left.map((name) => circle(name, left)));
  const own = order.filter((name) => name === last);
  return { names: [...order.filter((name) => name !== last), ...own], stuck: left, problems };
}

function unknownAfter(stack: string, name: string): Problem {
  return {
    code: "stack.unknown_after",
    severity: "warning",
    stack,
    message: `${stack} comes after "${name}", which is no stack of this host; it does not wait`,
    cure: "mend the name, or take it out of after",
  };
}

function circle(stack: string, left: readonly string[]): Problem {
  return {
    code: "stack.cycle",
    severity: "error",
    stack,
    message: `${stack} waits for itself: ${left.join(", ")} come after each other`,
    cure: "take one of them out of the other's after",
  };
}
