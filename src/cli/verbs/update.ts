// magos update: one update pass, to the commit on the remote.
import { Command } from "@commander-js/extra-typings";
import { failure, type Problem, type Result, success } from "../../core/model/problem.ts";
import { parseDuration } from "../../core/model/duration.ts";
import type { PlanFacts } from "../../core/report/plan_report.ts";
import { updateReport } from "../../core/report/plan_report.ts";
import { hasErrors, runUpdate, type UpdateRun } from "../../reconcile/run_update.ts";
import { chooseNamed, type Hurry } from "../choose_targets.ts";
import { deliveredReport } from "../delivered_report.ts";
import { lookAtPlan } from "../look.ts";
import { renderDelivered, renderDeliveries } from "../render/delivery_text.ts";
import { freshnessLine, renderDecisions, renderPlans } from "../render/plan_text.ts";
import { renderUnfollowed } from "../render/unfollowed_text.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import { passPorts, updateOptions } from "../update_run.ts";
import { openWorld, type World } from "../wire.ts";
import type { Start } from "./start.ts";

/** As commander read them. */
type UpdateFlags = {
  readonly dryRun?: true;
  readonly now?: string;
  readonly reason?: string;
  readonly accept?: string;
  readonly wait: string;
};

/** The verb. */
export function updateVerb(start: Start): Command<[string[]], UpdateFlags> {
  return new Command("update")
    .description("run one update pass: scan, decide, patch, commit, push")
    .argument("[image...]", "ask the registries only about these images")
    .option("--dry-run", "stop before anything is written; the same as plan")
    .option("--now <image>", "do not wait for this image's minAge; every other gate holds")
    .option("--reason <text>", "why, with --now")
    .option("--accept <revision>", "with repo.verifyCommits: build on this commit and all before it, once")
    .option("--wait <duration>", "how long to wait for a pass that is running", "10m")
    .addHelpText("after", "\nExample:\n  magos update --repo https://git.example.org/you/homelab.git\n")
    .action((images, options) =>
      start((session) => options.dryRun ? dryRun(session, images, options) : update(session, images, options))
    );
}

async function dryRun(session: Session, images: readonly string[], flags: UpdateFlags): Promise<number> {
  if (flags.accept !== undefined) orFail(noAccept());
  const begun = session.system.clock.monotonic();
  return await lookAtPlan(
    session,
    { choose: chooseNamed(images, orFail(hurryOf(flags))), offline: false, listsUnfollowed: true },
    (look, world) => {
      const { system } = session;
      const facts = { ...look, at: system.clock.now(), requests: world.registry.requests() };
      const run = { id: "", result: "dry-run", seconds: secondsSince(session, begun) };
      session.print(
        updateReport(facts, run),
        () =>
          renderPlans(system, look) + renderDeliveries(look.deliveries) +
          (look.unfollowed === null ? "" : renderUnfollowed(look.unfollowed, false)) +
          freshnessLine(look.plan, facts.requests),
      );
      session.report(look.problems);
      return hasErrors(look.problems) ? exitCodes.partly : exitCodes.done;
    },
  );
}

/** Runs one pass, prints what it did, and answers with the exit code. */
export async function update(session: Session, images: readonly string[], flags: UpdateFlags): Promise<number> {
  const waitSeconds = orFail(parseDuration(flags.wait));
  const choose = chooseNamed(images, orFail(hurryOf(flags)));
  const { system } = session;
  const world = orFail(await openWorld(system, session.config));
  try {
    const ports = await passPorts(session, world);
    session.progress.update("fetching", 0, 0);
    const options = updateOptions(session, world, {
      choose,
      waitSeconds,
      trigger: "manual",
      accept: flags.accept ?? null,
    });
    const run = orFail(await runUpdate(ports, options));
    session.progress.clear();
    const problems = [...world.problems, ...run.report.problems];
    const facts = factsOf(session, world, run);
    session.print(
      updateReport({ ...facts, problems }, run),
      () => renderUpdate(session, run) + freshnessLine(facts.plan, facts.requests),
    );
    session.report(problems);
    return exitCodeOf(run, problems);
  } finally {
    world.close();
  }
}

function noAccept(): Result<never> {
  return failure("usage.invalid", "--accept and --dry-run do not go together: looking accepts nothing", {
    cure: "leave one of them out",
  });
}

function hurryOf(flags: UpdateFlags): Result<Hurry | null> {
  const { now, reason } = flags;
  if (now === undefined && reason === undefined) return success(null);
  if (now !== undefined && reason?.trim()) return success({ image: now, reason: reason.trim().slice(0, 200) });
  return failure("usage.invalid", "--now and --reason go together", {
    cure: 'write it like: magos update --now ghcr.io/you/app --reason "security fix"',
  });
}

function factsOf(session: Session, world: World, run: UpdateRun): PlanFacts {
  const { plan, complete, problems } = run.report;
  return {
    plan,
    complete,
    at: session.system.clock.now(),
    deliveries: run.report.deliveries.map((it) => deliveredReport(it, run.report.attempts)),
    requests: world.registry.requests(),
    problems,
  };
}

function renderUpdate(session: Session, run: UpdateRun): string {
  const { plan, deliveries } = run.report;
  return `${renderDecisions(session.system, plan)}\n${renderDelivered(deliveries)}`;
}

function exitCodeOf(run: UpdateRun, problems: readonly Problem[]): number {
  if (run.result === "failed") return exitCodes.failed;
  return run.result === "partly" || hasErrors(problems) ? exitCodes.partly : exitCodes.done;
}

function secondsSince(session: Session, begun: number): number {
  return Math.round(session.system.clock.monotonic() - begun) / 1000;
}
