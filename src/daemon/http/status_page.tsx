// The page a person sees: what is followed, what waits and until when, what runs, and what passes did. No script, no form.
import { ImageTable, type ImageView } from "./image_table.tsx";
import { type Markup, moment } from "./moment.tsx";
import { RunTable, type RunView } from "./run_table.tsx";
import { StackTable, type StackView } from "./stack_table.tsx";

interface PassView {
  readonly running: boolean;
  readonly lastRun: string | null;
  readonly lastResult: string | null;
  readonly nextRun: string | null;
}

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
    readonly registries: readonly { readonly host: string; readonly pausedUntil: string | null }[];
    readonly problems: readonly { readonly severity: string; readonly message: string; readonly cure?: string }[];
  };
  readonly history: { readonly runs: readonly RunView[] };
  readonly notReady: readonly string[];
}

/** Problems shown; the rest is counted. */
const mostProblems = 20;

/** The whole document. Everything that others wrote is escaped by the renderer. */
export function StatusPage({ status, history, notReady }: StatusView): Markup {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`magos on ${status.host}`}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <h1>magos on {status.host}</h1>
          <span class={notReady.length === 0 ? "state good" : "state bad"}>
            {notReady.length === 0 ? "at work" : "needs you"}
          </span>
          <span class="quiet">version {status.version}, seen at {moment(status.at)}</span>
        </header>
        <main>
          {notReady.map((line) => <p class="bad" role="status">{line}</p>)}
          <dl>
            <dt>Repository</dt>
            <dd>
              <code>{status.repo.url}</code> {status.repo.branch}{" "}
              {status.repo.head === null ? "" : <code>{status.repo.head.slice(0, 10)}</code>}
            </dd>
            <Pass name="Update pass" pass={status.passes.update} />
            {status.passes.apply === null ? "" : <Pass name="Apply pass" pass={status.passes.apply} />}
            {status.registries.filter(({ pausedUntil }) => pausedUntil !== null).map(({ host, pausedUntil }) => (
              <>
                <dt>{host}</dt>
                <dd class="wait">left alone until {moment(pausedUntil)}</dd>
              </>
            ))}
          </dl>
          {status.problems.length === 0 ? "" : <Problems problems={status.problems} />}
          <h2>Images</h2>
          <ImageTable images={status.images} />
          {status.stacks.length === 0 ? "" : <StackTable stacks={status.stacks} />}
          <h2>Last passes</h2>
          <RunTable runs={history.runs} />
          <p class="quiet">
            <a href="/api/v1/status">status as JSON</a>, <a href="/api/v1/history">history as JSON</a>,{" "}
            <a href="/metrics">metrics</a>
          </p>
        </main>
      </body>
    </html>
  );
}

function Pass({ name, pass }: { readonly name: string; readonly pass: PassView }): Markup {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {pass.running ? "running now" : pass.lastRun === null ? "has not run" : pass.lastResult}
        {pass.lastRun === null ? "" : <>, began {moment(pass.lastRun)}</>}
        {pass.nextRun === null ? "" : <>, next {moment(pass.nextRun)}</>}
      </dd>
    </>
  );
}

function Problems({ problems }: { readonly problems: StatusView["status"]["problems"] }): Markup {
  const rest = problems.length - mostProblems;
  return (
    <>
      <h2>Problems</h2>
      <ul class="problems">
        {problems.slice(0, mostProblems).map(({ severity, message, cure }) => (
          <li>
            <span class={severity === "error" ? "bad" : "wait"}>{severity}:</span> {message}
            {cure === undefined ? "" : <span class="quiet">({cure})</span>}
          </li>
        ))}
      </ul>
      {rest > 0 ? <p class="quiet">and {rest} more; magos status shows all</p> : ""}
    </>
  );
}
