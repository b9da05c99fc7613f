// What a person has to do, gathered from all parts of the page: the first thing that he should see.
import { isInTrouble, type StackView } from "./stack_table.tsx";

/** A problem of `magos.status/v1`, as far as it is shown. */
export interface ProblemView {
  readonly severity: string;
  readonly message: string;
  readonly cure?: string;
  readonly file?: string;
  readonly line?: number;
  readonly image?: string;
  readonly host?: string;
  readonly stack?: string;
}

/** One thing to do. */
export interface Need {
  /** `compose.yaml:3`, an image, a stack; null: the whole host. */
  readonly where: string | null;
  readonly what: string;
  readonly cure: string | null;
}

/** What has to be done, in the order in which it matters. What two parts tell is there once. */
export function needsYou(
  notReady: readonly string[],
  problems: readonly ProblemView[],
  stacks: readonly StackView[],
): readonly Need[] {
  const errors = problems.filter(({ severity }) => severity === "error");
  const told = (line: string): boolean => errors.some(({ message }) => line.includes(message));
  const named = new Set(errors.map(({ stack }) => stack));
  return [
    ...notReady.filter((line) => !told(line)).map((what) => ({ where: null, what, cure: null })),
    ...stacks.filter((stack) => isInTrouble(stack) && !named.has(stack.name)).map(stackNeed),
    ...onlyOnce(errors.map(needOf)),
  ];
}

/** What is good to know and needs nobody yet. */
export function worthKnowing(problems: readonly ProblemView[]): readonly Need[] {
  return onlyOnce(problems.filter(({ severity }) => severity !== "error").map(needOf));
}

function needOf({ message, cure, ...place }: ProblemView): Need {
  const where = placeOf(place);
  // Many messages begin with their place.
  return { where: where === null || message.includes(where) ? null : where, what: message, cure: cure ?? null };
}

function placeOf({ file, line, image, host, stack }: Omit<ProblemView, "severity" | "message">): string | null {
  if (file !== undefined) return line === undefined ? file : `${file}:${line}`;
  return image ?? stack ?? host ?? null;
}

function stackNeed({ name, state, reason: told, health, running }: StackView): Need {
  const why = told ?? health?.message ?? "";
  const reason = why === "" ? "" : `: ${why}`;
  const what = state === "rolled-back"
    ? running === null ? "nothing of it runs" : "it was rolled back"
    : state === "rolling-back"
    ? "it is being rolled back"
    : state === "failed"
    ? "it is not as git says"
    : "it is not healthy";
  return { where: name, what: `${what}${reason}`, cure: `magos apply ${name} --dry-run shows what it waits for` };
}

function onlyOnce(needs: readonly Need[]): readonly Need[] {
  const seen = new Set<string>();
  return needs.filter(({ where, what }) => {
    const key = `${where} ${what}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}
