// What runs on this host: each stack with its state and health.
import { DataTable } from "./data_table.tsx";
import type { Markup, Tell } from "./moment.tsx";
import { Version, type VersionView } from "./version.tsx";

/** A row of `status.stacks`, as far as it is shown. */
export interface StackView {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly running: string | null;
  readonly since: string;
  readonly reason: string | null;
  readonly waitsFor: string | null;
  readonly until: string | null;
  readonly images: readonly { readonly service: string; readonly ref: VersionView }[];
  readonly health: { readonly state: string; readonly message: string } | null;
}

const words: Readonly<Record<string, readonly [word: string, colour: string]>> = {
  current: ["as git says", "good"],
  waiting: ["waits", "wait"],
  held: ["held", "wait"],
  failed: ["failed", "bad"],
  deploying: ["is being deployed", "wait"],
  probing: ["started, health is watched", "wait"],
  "rolling-back": ["goes back to the last good one", "bad"],
  "rolled-back": ["rolled back", "bad"],
};

const waits: Readonly<Record<string, string>> = {
  git: "another commit",
  hold: "the hold to end",
  retry: "the next try",
  window: "its window",
};

const mostServices = 6;

const ill: readonly string[] = ["unhealthy", "looping", "exited"];

/** Whether a person should look at it. */
export function isInTrouble({ state, health }: StackView): boolean {
  return state === "failed" || state.startsWith("roll") || (health !== null && ill.includes(health.state));
}

/** The table, those in trouble first. */
export function StackTable({ stacks, tell }: { readonly stacks: readonly StackView[]; readonly tell: Tell }): Markup {
  const rows = stacks.toSorted((a, b) => Number(isInTrouble(b)) - Number(isInTrouble(a)) || (a.name < b.name ? -1 : 1));
  return (
    <DataTable
      kind="stacks"
      caption="Stacks of this host"
      columns={["Stack", "State", "Health", "Services", "Commit", "Since"]}
      rows={rows.map((stack) => {
        const [word, colour] = words[stack.state] ?? [stack.state, "wait"];
        return {
          head: <b>{stack.name}</b>,
          cells: [
            <>
              <span class={`state ${colour}`}>{word}</span>
              {stack.reason === null ? "" : <p>{stack.reason}</p>}
              {stack.waitsFor === null ? "" : (
                <p class="quiet">
                  waits for {waitWord(stack.waitsFor)}
                  {stack.until === null ? "" : <>, until {tell(stack.until)}</>}
                </p>
              )}
            </>,
            stack.health === null ? null : <Health health={stack.health} />,
            stack.images.length === 0 ? null : <Services images={stack.images} />,
            stack.running === null ? null : <code>{stack.running.slice(0, 10)}</code>,
            tell(stack.since, "short"),
          ],
        };
      })}
    />
  );
}

function Health({ health: { state, message } }: { readonly health: NonNullable<StackView["health"]> }): Markup {
  const colour = state === "healthy" ? "good" : ill.includes(state) ? "bad" : "wait";
  return (
    <>
      <span class={`state ${colour}`}>{state}</span>
      {message === "" ? "" : <p>{message}</p>}
    </>
  );
}

function Services({ images }: { readonly images: StackView["images"] }): Markup {
  const more = images.length - mostServices;
  return (
    <>
      {images.slice(0, mostServices).map(({ service, ref }) => (
        <p>
          {service} <Version version={{ ...ref, digest: ref.tag === null ? ref.digest : null }} />
        </p>
      ))}
      {more > 0 ? <p class="quiet">and {more} more</p> : ""}
    </>
  );
}

function waitWord(what: string): string {
  return waits[what] ?? what;
}
