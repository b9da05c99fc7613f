// What runs on this host: each stack with its state and health.
import { type Markup, moment } from "./moment.tsx";

/** A row of `status.stacks`, as far as it is shown. */
export interface StackView {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly running: string | null;
  readonly since: string;
  readonly waitsFor: string | null;
  readonly health: { readonly state: string; readonly message: string } | null;
}

/** Heading and table. */
export function StackTable({ stacks }: { readonly stacks: readonly StackView[] }): Markup {
  return (
    <>
      <h2>Stacks</h2>
      <div class="scroll" tabindex={0} role="region" aria-label="Stacks">
        <table>
          <thead>
            <tr>{["Stack", "Kind", "State", "Health", "Runs", "Since"].map((name) => <th scope="col">{name}</th>)}</tr>
          </thead>
          <tbody>
            {stacks.map((stack) => (
              <tr>
                <td class="name">{stack.name}</td>
                <td>{stack.kind}</td>
                <td class="state">
                  {stack.state}
                  {stack.waitsFor === null ? "" : `, waits for ${stack.waitsFor}`}
                </td>
                <td class={stack.health?.state === "healthy" ? "good" : "wait"}>
                  {stack.health === null ? "–" : `${stack.health.state} ${stack.health.message}`}
                </td>
                <td>{stack.running === null ? "–" : <code>{stack.running.slice(0, 10)}</code>}</td>
                <td>{moment(stack.since)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
