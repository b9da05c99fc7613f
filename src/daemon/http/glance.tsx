// How it stands, in a few tiles: images and stacks counted, both passes with their next time, registries that rest.
import { imageStates, type ImageView } from "./image_table.tsx";
import type { Markup, Tell } from "./moment.tsx";
import { isInTrouble, type StackView } from "./stack_table.tsx";

/** `status.passes.update` and `.apply`. */
export interface PassView {
  readonly running: boolean;
  readonly lastRun: string | null;
  readonly lastResult: string | null;
  readonly nextRun: string | null;
}

/** A row of `status.registries`, as far as it is shown. */
export interface RegistryView {
  readonly host: string;
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly pausedUntil: string | null;
}

interface GlanceView {
  readonly repo: { readonly url: string; readonly branch: string; readonly head: string | null };
  readonly passes: { readonly update: PassView; readonly apply: PassView | null };
  readonly images: readonly ImageView[];
  readonly stacks: readonly StackView[];
  readonly registries: readonly RegistryView[];
}

const results: Readonly<Record<string, readonly [word: string, colour: string]>> = {
  done: ["done", "good"],
  nothing: ["nothing to do", "good"],
  partly: ["partly done", "wait"],
};

/** The tiles. */
export function Glance({ status, tell }: { readonly status: GlanceView; readonly tell: Tell }): Markup {
  const { repo, passes, images, stacks, registries } = status;
  return (
    <section aria-label="At a glance">
      <dl class="tiles">
        <div>
          <dt>Images</dt>
          <dd>
            <Count number={images.length} word="followed" />
            {imageStates.map(({ state, counted, colour }) => (
              <Part number={images.filter((image) => image.state === state).length} word={counted} colour={colour} />
            ))}
          </dd>
        </div>
        {stacks.length === 0 ? "" : (
          <div>
            <dt>Stacks</dt>
            <dd>
              <Count number={stacks.length} word="on this host" />
              <Part number={stacks.filter(isInTrouble).length} word="in trouble" colour="bad" />
              <Part number={stacks.filter((stack) => isUnderWay(stack)).length} word="under way" colour="wait" />
            </dd>
          </div>
        )}
        <Pass name="Update pass" pass={passes.update} tell={tell} />
        {passes.apply === null ? "" : <Pass name="Apply pass" pass={passes.apply} tell={tell} />}
        <div class="wide">
          <dt>Repository</dt>
          <dd>
            <p>{repo.url}</p>
            <p class="quiet">
              {repo.head === null ? "not fetched yet" : (
                <>
                  {repo.branch} at <code>{repo.head.slice(0, 10)}</code>
                </>
              )}
            </p>
          </dd>
        </div>
        {registries.some(hasNews) ? <Registries registries={registries.filter(hasNews)} tell={tell} /> : ""}
      </dl>
    </section>
  );
}

function isUnderWay({ state }: StackView): boolean {
  return state === "deploying" || state === "probing";
}

function hasNews({ pausedUntil, remaining }: RegistryView): boolean {
  return pausedUntil !== null || remaining !== null;
}

function Count({ number, word }: { readonly number: number; readonly word: string }): Markup {
  return (
    <p>
      <b class="big">{number}</b> {word}
    </p>
  );
}

function Part(
  { number, word, colour }: { readonly number: number; readonly word: string; readonly colour: string },
): Markup | null {
  return number === 0 ? null : <p class={colour}>{number} {word}</p>;
}

function Pass({ name, pass, tell }: { readonly name: string; readonly pass: PassView; readonly tell: Tell }): Markup {
  const { running, lastRun, lastResult, nextRun } = pass;
  const [word, colour] = running
    ? ["runs now", "wait"]
    : lastResult === null
    ? ["has not run yet", "quiet"]
    : results[lastResult] ?? [lastResult, "bad"];
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <p class={`state ${colour}`}>{word}</p>
        {lastRun === null ? "" : <p>began {tell(lastRun)}</p>}
        {nextRun === null ? "" : <p>next {tell(nextRun)}</p>}
      </dd>
    </div>
  );
}

function Registries(
  { registries, tell }: { readonly registries: readonly RegistryView[]; readonly tell: Tell },
): Markup {
  return (
    <div class="wide">
      <dt>Registries</dt>
      <dd>
        {registries.map(({ host, limit, remaining, pausedUntil }) => (
          <>
            <p>
              <b>{host}</b> {remaining === null ? "" : `${remaining}${limit === null ? "" : ` of ${limit}`} pulls left`}
            </p>
            {pausedUntil === null ? "" : <p class="wait">left alone until {tell(pausedUntil)}</p>}
          </>
        ))}
      </dd>
    </div>
  );
}
