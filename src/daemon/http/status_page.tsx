// The page a person sees: what needs him, how it stands at a glance, then stacks, images and passes. No script, no form.
import { Glance, type PassView, type RegistryView } from "./glance.tsx";
import { ImageTable, type ImageView } from "./image_table.tsx";
import { type Markup, momentsAt, type Tell } from "./moment.tsx";
import { type Need, needsYou, type ProblemView, worthKnowing } from "./needs_you.ts";
import { readable } from "./page_text.ts";
import { RunTable, type RunView } from "./run_table.tsx";
import { StackTable, type StackView } from "./stack_table.tsx";

/** The parts of the documents that are shown. */
export interface StatusView {
  readonly status: {
    readonly version: string;
    readonly host: string;
    readonly at: string;
    readonly repo: { readonly url: string; readonly branch: string; readonly head: string | null };
    readonly passes: { readonly update: PassView; readonly apply: PassView | null };
    readonly images: readonly ImageView[];
    readonly stacks: readonly StackView[];
    readonly holds: readonly HoldView[];
    readonly registries: readonly RegistryView[];
    readonly problems: readonly ProblemView[];
  };
  readonly history: { readonly runs: readonly RunView[] };
  readonly notReady: readonly string[];
  /** IANA name: the zone that times are told in. */
  readonly timeZone: string;
}

interface HoldView {
  readonly image: string;
  readonly tag: string | null;
  readonly above: string | null;
  readonly reason: string;
  readonly by: string;
  readonly until: string | null;
}

/** Lines of one list; the rest is counted. */
const mostNeeds = 20;

/** The whole document. Everything that others wrote is made plain first, and escaped by the renderer. */
export function StatusPage(view: StatusView): Markup {
  const { status, history, notReady, timeZone } = readable(view);
  const tell = momentsAt(status.at, timeZone);
  const needs = needsYou(notReady, status.problems, status.stacks);
  const notes = worthKnowing(status.problems);
  const state = needs.length === 0 ? "at work" : `${needs.length} ${needs.length === 1 ? "needs" : "need"} you`;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${needs.length === 0 ? "" : `${state}: `}magos on ${status.host}`}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <h1>magos on {status.host}</h1>
          <span class={needs.length === 0 ? "state good" : "state bad"}>{state}</span>
          <nav aria-label="Parts of this page">
            {status.stacks.length === 0 ? "" : <a href="#stacks">Stacks</a>}
            <a href="#images">Images</a>
            {status.holds.length === 0 ? "" : <a href="#holds">Holds</a>}
            <a href="#passes">Last passes</a>
          </nav>
        </header>
        <main>
          <section aria-labelledby="needs" class={needs.length === 0 ? "news" : "news some"}>
            <h2 id="needs">What needs you</h2>
            {needs.length === 0 ? <p class="good">Nothing.</p> : <Needs needs={needs} />}
            {notes.length === 0 ? "" : (
              <details>
                <summary>{notes.length} more to know</summary>
                <Needs needs={notes} />
              </details>
            )}
          </section>
          <Glance status={status} tell={tell} />
          {status.stacks.length === 0 ? "" : (
            <section aria-labelledby="stacks">
              <h2 id="stacks">Stacks</h2>
              <StackTable stacks={status.stacks} tell={tell} />
            </section>
          )}
          <section aria-labelledby="images">
            <h2 id="images">Images</h2>
            <ImageTable images={status.images} tell={tell} />
          </section>
          {status.holds.length === 0 ? "" : (
            <section aria-labelledby="holds">
              <h2 id="holds">Holds</h2>
              <Holds holds={status.holds} tell={tell} />
            </section>
          )}
          <section aria-labelledby="passes">
            <h2 id="passes">Last passes</h2>
            <RunTable runs={history.runs} tell={tell} />
          </section>
        </main>
        <footer>
          <p>
            magos {status.version}, seen at {tell(status.at)}, times in {timeZone}
          </p>
          <p>
            <a href="/api/v1/status">Status as JSON</a>
            <a href="/api/v1/history">History as JSON</a>
            <a href="/metrics">Metrics</a>
          </p>
        </footer>
      </body>
    </html>
  );
}

function Needs({ needs }: { readonly needs: readonly Need[] }): Markup {
  return (
    <>
      <ul>
        {needs.slice(0, mostNeeds).map(({ where, what, cure }) => (
          <li>
            {where === null ? "" : <b>{where}:</b>} {what}
            {cure === null ? "" : <p class="quiet">{cure}</p>}
          </li>
        ))}
      </ul>
      <Rest number={needs.length - mostNeeds} />
    </>
  );
}

function Rest({ number }: { readonly number: number }): Markup | null {
  return number <= 0 ? null : <p class="quiet">and {number} more; magos status shows all</p>;
}

function Holds({ holds, tell }: { readonly holds: readonly HoldView[]; readonly tell: Tell }): Markup {
  return (
    <>
      <ul>
        {holds.slice(0, mostNeeds).map(({ image, tag, above, reason, by, until }) => (
          <li>
            <b>{image}</b> {tag === null ? "" : <code>{tag}</code>}{" "}
            {above === null ? "" : `until a release above ${above}`} {until === null ? "" : <>until {tell(until)}</>}
            <p class="quiet">
              {reason === "" ? "no reason was given" : reason}
              {by === "" ? "" : `, by ${by}`}
            </p>
          </li>
        ))}
      </ul>
      <Rest number={holds.length - mostNeeds} />
    </>
  );
}
