// magos apply: one apply pass, to the containers that run.
import { Command } from "@commander-js/extra-typings";
import { parseDuration } from "../../core/model/duration.ts";
import { failure } from "../../core/model/problem.ts";
import { type ApplyFacts, applyReport } from "../../core/report/apply_report.ts";
import { lookAtStacks, problemsIn } from "../../reconcile/apply_pass.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { runApply } from "../../reconcile/run_apply.ts";
import { outcomeOf } from "../../reconcile/stack_order.ts";
import { applyPorts, settingsFor, trustOf } from "../apply_session.ts";
import { openSource } from "../plan_source.ts";
import { renderApply } from "../render/apply_text.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import { openWorld } from "../wire.ts";
import { openHost } from "../wire_host.ts";
import type { Start } from "./start.ts";

/** As commander read them. */
type ApplyFlags = {
  readonly dryRun?: true;
  readonly detailedExitcode?: true;
  readonly accept?: string;
  readonly wait: string;
};

/** The verb. */
export function applyVerb(start: Start): Command<[string[]], ApplyFlags> {
  return new Command("apply")
    .description(
      "run one apply pass: bring the stacks of this host to what git says, and back when they are not healthy",
    )
    .argument("[stack...]", "only these stacks")
    .option("--dry-run", "show what would be done; touches nothing")
    .option("--detailed-exitcode", "with --dry-run: exit with 3 when something is to be done")
    .option("--accept <revision>", "with repo.verifyCommits: build on this commit and all before it, once")
    .option("--wait <duration>", "how long to wait for a pass that is running", "10m")
    .addHelpText("after", "\nExamples:\n  magos apply --dry-run\n  magos apply jellyfin\n")
    .action((stacks, flags) =>
      start((session) => flags.dryRun ? dryRun(session, stacks, flags) : apply(session, stacks, flags))
    );
}

async function apply(session: Session, stacks: readonly string[], flags: ApplyFlags): Promise<number> {
  if (flags.detailedExitcode) orFail(alone("--detailed-exitcode goes with --dry-run", "add --dry-run"));
  const waitSeconds = orFail(parseDuration(flags.wait));
  const { system, config } = session;
  const world = orFail(await openWorld(system, config));
  try {
    const ports = await applyPorts(session, world);
    const settings = settingsFor(session, world);
    session.progress.update("fetching", 0, 0);
    const run = orFail(
      await runApply(ports, {
        branch: config.repo.branch,
        settingsFor: settings,
        verify: trustOf(session, settings),
        accept: flags.accept ?? null,
        only: stacks.length === 0 ? null : stacks,
        self: ports.self,
        impatient: true,
        host: config.apply.host ?? system.hostname,
        trigger: "manual",
        stateDir: world.stateDir,
        waitSeconds,
        onWait: (holder) => system.stderr.write(`waiting for another pass (${holder})\n`),
      }),
    );
    session.progress.clear();
    const { report, id, result, previousRevision, seconds } = run;
    return answer(session, {
      ...report,
      run: id,
      result,
      previousRevision,
      seconds,
      problems: [...world.problems, ...report.problems],
    });
  } finally {
    world.close();
  }
}

async function dryRun(session: Session, stacks: readonly string[], flags: ApplyFlags): Promise<number> {
  if (flags.accept !== undefined) {
    orFail(alone("--accept and --dry-run do not go together: looking accepts nothing", "leave one of them out"));
  }
  const { system, config } = session;
  const begun = system.clock.monotonic();
  const world = orFail(await openWorld(system, config));
  try {
    const host = orFail(await openHost(system, config, world.stateDir));
    const { checkout, problems: doubts } = await openSource(session, world);
    try {
      const settings = await settingsFor(session, world)(checkout);
      const only = stacks.length === 0 ? null : stacks;
      const ports = { ...system, ...world, ...host };
      const looked = orFail(await lookAtStacks(ports, checkout, settings, { only, self: host.self, impatient: true }));
      session.progress.clear();
      const outcomes = looked.plan.stacks.map((plan) =>
        outcomeOf(
          plan,
          plan.state,
          plan.steps.map((step) => ({ message: null, ...step, state: "planned", seconds: null })),
        )
      );
      const facts: ApplyFacts = {
        run: "",
        host: settings.host,
        revision: checkout.revision,
        previousRevision: null,
        signer: null,
        result: "dry-run",
        stacks: outcomes,
        seconds: Math.round(system.clock.monotonic() - begun) / 1000,
        problems: [...world.problems, ...doubts, ...problemsIn(looked)],
      };
      const code = answer(session, facts);
      const isPending = outcomes.some(({ steps }) => steps.length > 0);
      return code === exitCodes.done && flags.detailedExitcode && isPending ? exitCodes.pending : code;
    } finally {
      await checkout.close();
    }
  } finally {
    world.close();
  }
}

function answer(session: Session, facts: ApplyFacts): number {
  session.print(applyReport(facts), () => renderApply(session.system, facts));
  session.report(facts.problems);
  return hasErrors(facts.problems) ? exitCodes.partly : exitCodes.done;
}

function alone(message: string, cure: string): ReturnType<typeof failure> {
  return failure("usage.invalid", message, { cure });
}
