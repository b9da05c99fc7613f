// A host that has a configuration, brought to work: the repository cloned, the push tried, a first plan, the unit.
import { type Problem, problemOf } from "../../core/model/problem.ts";
import type { BootstrapStep } from "../../core/report/bootstrap_report.ts";
import { chooseNamed } from "../choose_targets.ts";
import { lookAtPlan } from "../look.ts";
import { orFail, type Session, VerbFailure } from "../session.ts";
import { answerUnits } from "../verbs/unit.ts";
import { openRemote, openWorld } from "../wire.ts";

/** What came of it. */
export interface StartedHost {
  readonly steps: readonly BootstrapStep[];
  readonly commands: readonly string[];
  readonly problems: readonly Problem[];
}

const pushTimeout = 30_000;

/** Ends the verb when the repository cannot be read; all else is told and does not keep the rest from being done. */
export async function startHost(
  session: Session,
  options: { readonly user: boolean; readonly readOnly: boolean },
): Promise<StartedHost> {
  const cloned = await clone(session, options.readOnly);
  const planned = await planFirst(session);
  const unit = await installUnit(session, options.user);
  return {
    steps: [...cloned.steps, ...planned.steps, ...unit.steps],
    commands: unit.commands,
    problems: [
      ...cloned.problems,
      ...planned.problems,
      ...unit.problems,
      ...options.readOnly && session.config.daemon.apply === null ? [idle] : [],
    ],
  };
}

/** Deploying is off until the owner says how often (contracts 2.2). */
const idle: Problem = {
  code: "bootstrap.incomplete",
  severity: "warning",
  message: "this host only applies, and apply.schedule is not set: nothing will be deployed",
  cure: "add `apply: { schedule: { every: 5m } }` to its config.yaml, and run magos bootstrap again for the unit",
};

type Part = Omit<StartedHost, "commands">;

async function clone(session: Session, readOnly: boolean): Promise<Part> {
  const { system, config, host, progress } = session;
  const world = orFail(await openWorld(system, config));
  try {
    const remote = orFail(await openRemote(system, config, host.token, world.stateDir));
    progress.update("cloning", 0, 0);
    const head = orFail(await remote.git.head(config.repo.branch));
    orFail(await remote.git.fetch(head));
    const message = `${remote.url}: ${head.branch} is at ${head.revision.slice(0, 12)}; login: ${remote.login}`;
    const done: BootstrapStep = { step: "clone", state: "done", message };
    if (readOnly) {
      return { steps: [done, { step: "push", state: "skipped", message: "this host only reads" }], problems: [] };
    }
    const right = await remote.mayPush(pushTimeout);
    progress.clear();
    const push: BootstrapStep = right.ok
      ? { step: "push", state: "done", message: "the login may push; what protects the branch shows at the first one" }
      : { step: "push", state: "failed", message: right.failure.message };
    return { steps: [done, push], problems: right.ok ? [] : [problemOf(right.failure)] };
  } finally {
    world.close();
  }
}

async function planFirst(session: Session): Promise<Part> {
  const options = { choose: chooseNamed([]), offline: false, listsUnfollowed: false };
  try {
    return await lookAtPlan(session, options, ({ plan, problems }) => {
      const count = (state: string): number => plan.decisions.filter((it) => it.state === state).length;
      const parts = [`${count("selected")} to change`, `${count("current")} current`, `${count("held")} held`];
      return { steps: [{ step: "plan", state: "done", message: parts.join(", ") }], problems };
    });
  } catch (error) {
    if (!(error instanceof VerbFailure)) throw error;
    return { steps: [{ step: "plan", state: "failed", message: error.message }], problems: error.problems };
  }
}

async function installUnit(session: Session, user: boolean): Promise<StartedHost> {
  try {
    const { files, commands, problems } = await answerUnits(session, "systemd", {
      install: true,
      ...user ? { user: true } : {},
    });
    const steps = files.map(({ path, state }): BootstrapStep => ({
      step: "unit",
      state: state === "unchanged" ? "there" : "done",
      message: path,
    }));
    return { steps, commands, problems };
  } catch (error) {
    if (!(error instanceof VerbFailure)) throw error;
    return {
      steps: [{ step: "unit", state: "failed", message: error.message }],
      commands: [],
      problems: error.problems,
    };
  }
}
