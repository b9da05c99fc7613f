// What `hold` and `unhold` share: the world, the values that are followed, the pass, and the answer.
import type { HoldsEdit } from "../core/documents/change_holds.ts";
import type { Hold, Holds } from "../core/model/hold.ts";
import { parseDuration } from "../core/model/duration.ts";
import type { Result } from "../core/model/problem.ts";
import { maskSecrets, type Secret } from "../core/model/secret.ts";
import type { ExcludedTarget } from "../core/patch/exclude.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import { holdSubject } from "../core/plan/hold_message.ts";
import { isInForce } from "../core/policy/holds.ts";
import type { Checkout } from "../core/ports/git.ts";
import type { History } from "../core/ports/history.ts";
import { deliveryEnd } from "../core/report/delivery_report.ts";
import type { HoldFacts } from "../core/report/hold_report.ts";
import type { DeliveryReport } from "../core/report/plan_report.ts";
import { readHolds } from "../core/documents/holds.ts";
import type { CheckoutReader } from "../reconcile/checkout_reader.ts";
import { type HoldReport, runHold } from "../reconcile/hold_pass.ts";
import { humanHolds } from "../reconcile/human_holds.ts";
import { runId } from "../reconcile/run_id.ts";
import { surveyCheckout } from "../reconcile/survey_checkout.ts";
import { verifyRules } from "../reconcile/survey_commit.ts";
import { configFor, planSettings } from "./repository_config.ts";
import { orFail, type Session } from "./session.ts";
import { openGit, openMirrorPast, openWorld, type World } from "./wire.ts";

/** What the repository follows, and what it leaves out on purpose. */
export interface Followed {
  readonly found: readonly FoundTarget[];
  readonly excluded: readonly ExcludedTarget[];
}

/** What a command makes of the list, knowing what is followed. `mask` blanks what must not be seen. */
export type HoldCommand = (
  text: string | null,
  followed: Followed,
  mask: (text: string) => string,
) => Result<HoldsEdit | null>;

/** How the command is carried out. */
export interface HoldCall {
  readonly image: string;
  readonly wait: string;
  readonly apart: boolean;
  readonly command: HoldCommand;
  readonly isOfImage: (hold: Hold) => boolean;
}

/** Runs the pass to the facts that are printed. */
export async function changeHolds(
  session: Session,
  call: HoldCall,
): Promise<HoldFacts & { readonly report: HoldReport }> {
  const { system, config, host } = session;
  const waitSeconds = orFail(parseDuration(call.wait));
  const world = orFail(await openWorld(system, config));
  try {
    const secrets: Secret[] = [];
    const keepSecret = (secret: Secret): void => {
      secrets.push(secret);
      system.keepSecret(secret);
    };
    const git = orFail(await openGit({ ...system, keepSecret }, config, host.token, world.stateDir));
    const history = openMirrorPast(system, world.stateDir);
    const ports = { ...system, ...world, git, history, progress: session.progress.update };
    let holds: readonly Hold[] = [];
    const report = orFail(
      await runHold(ports, {
        folder: world.stateDir,
        what: `${call.apart ? "unhold" : "hold"} ${call.image}`,
        waitSeconds,
        stop: system.stop,
        onWait: (holder) => system.stderr.write(`waiting for another pass (${holder})\n`),
      }, {
        branch: config.repo.branch,
        run: { id: runId(system.clock.now(), system.random.hex(6)), host: system.hostname },
        image: call.image,
        apart: call.apart,
        verify: config.repo.verifyCommits === null ? null : verifyRules(
          system.files,
          config.repo.verifyCommits.bots,
          async (checkout) => planSettings(await configFor(session, checkout), world),
        ),
        authorFor: async (checkout) => (await configFor(session, checkout)).update.author,
        edit: async (text, checkout, reader) => {
          const followed = await followedIn(session, world, checkout, reader);
          const edit = call.command(text, followed, (shown) => maskSecrets(shown, secrets));
          if (!edit.ok) return edit;
          const human = await holdsByHand(history, world, session, checkout, followed.found);
          if (!human.ok) return human;
          // What waits for a person to merge it is still in force.
          const after = call.apart ? text : edit.value?.text ?? text;
          holds = inForce(session, after, human.value).filter(call.isOfImage);
          return edit;
        },
      }),
    );
    session.progress.clear();
    return { ...factsOf(session, call, report), holds, report };
  } finally {
    world.close();
  }
}

/** What the checkout follows. */
export async function followedIn(
  session: Session,
  world: World,
  checkout: Checkout,
  reader: CheckoutReader,
): Promise<Followed> {
  const config = await configFor(session, checkout);
  const surveyed = await surveyCheckout(reader, planSettings(config, world));
  return { found: surveyed.files.flatMap((file) => file.found), excluded: surveyed.excluded };
}

/** The holds of people who went back by hand. */
export async function holdsByHand(
  history: History,
  world: World,
  { system }: Session,
  checkout: Checkout,
  found: readonly FoundTarget[],
): Promise<Result<Holds["human"]>> {
  const targets = found.map(({ target }) => target);
  const asked = await humanHolds(checkout.revision, targets, { history, store: world.store, log: system.log });
  return asked.ok ? { ok: true, value: asked.value.human } : asked;
}

/** Those of the list, then those of git. */
export function inForce({ system }: Session, text: string | null, human: Holds["human"]): readonly Hold[] {
  const listed = readHolds(text).holds ?? [];
  return [...listed.filter((hold) => isInForce(hold, system.clock.now(), null)), ...[...human.values()].flat()];
}

function factsOf(session: Session, call: HoldCall, report: HoldReport): Omit<HoldFacts, "holds"> {
  const { change, problems } = report;
  return {
    at: session.system.clock.now(),
    image: call.image,
    added: change?.added ?? [],
    removed: change?.removed ?? [],
    delivery: deliveryOf(call, report),
    problems,
  };
}

function deliveryOf({ apart }: HoldCall, report: HoldReport): DeliveryReport | null {
  const { change, outcome, base, branch, attempts, problems } = report;
  if (change === null || outcome === null) return null;
  const end = deliveryEnd(outcome);
  return {
    group: null,
    delivery: apart ? "branch" : "push",
    base,
    branch,
    subject: holdSubject(change),
    changes: change.added.length + change.removed.length,
    commits: 1,
    ...end,
    url: null,
    number: null,
    attempts,
    problems: end.commit !== null ? [] : problems.filter((problem) => problem.code.startsWith("git.")),
  };
}
