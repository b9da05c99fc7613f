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
  readonly waitsFor: string | null;
  readonly images: readonly { readonly service: string; readonly ref: VersionView }[];
  readonly health: { readonly state: string; readonly message: string } | null;
}

const words: Readonly<Record<string, readonly [word: string, colour: string]>> = {
  current: ["as git says", "good"],
  failed: ["failed", "bad"],
  deploying: ["is being deployed", "wait"],
  probing: ["started, health is watched", "wait"],
  "rolling-back": ["goes back to the last good one", "bad"],
  "rolled-back": ["rolled back", "bad"],
};

const mostServices = 6;

/** Whether a person should look at it. */
export function isInTrouble({ state, health }: StackView): boolean {
  return state === "failed" || state.startsWith("roll") || health?.state === "unhealthy";
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
        // Else it is the health of what ran before, or of what was rolled back.
        const isPresent = stack.state === "current" || stack.state === "failed";
        return {
          head: <b>{stack.name}</b>,
          cells: [
            <>
              <span class={`state ${colour}`}>{word}</span>
              {stack.health === null || stack.health.message === "" ? "" : <p>{stack.health.message}</p>}
              {stack.waitsFor === null ? "" : <p class="quiet">waits for {waitWord(stack.waitsFor)}</p>}
            </>,
            stack.health === null || !isPresent ? null : <Health state={stack.health.state} />,
            stack.images.length === 0 ? null : <Services images={stack.images} />,
            stack.running === null ? null : <code>{stack.running.slice(0, 10)}</code>,
            tell(stack.since, "short"),
          ],
        };
      })}
    />
  );
}

function Health({ state }: { readonly state: string }): Markup {
  const colour = state === "healthy" ? "good" : state === "unhealthy" ? "bad" : "wait";
  return <span class={`state ${colour}`}>{state}</span>;
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
  if (what === "git") return "another commit";
  return what === "retry" ? "the next try" : what;
}
