// The command line: words in, an exit code out. Everything it needs of the machine comes with `system`.
import { Command, CommanderError, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import type { System } from "../core/ports/system.ts";
import type { GlobalFlags } from "./global_flags.ts";
import { answerFailure, exitCodes, runVerb } from "./session.ts";
import { version } from "./version.ts";
import { applyVerb } from "./verbs/apply.ts";
import { bootstrapVerb } from "./verbs/bootstrap.ts";
import { completionVerb } from "./verbs/completion.ts";
import { configVerb } from "./verbs/config.ts";
import { demoVerb } from "./verbs/demo.ts";
import { doctorVerb } from "./verbs/doctor.ts";
import { explainVerb } from "./verbs/explain.ts";
import { exportVerb } from "./verbs/export.ts";
import { historyVerb } from "./verbs/history.ts";
import { holdVerb } from "./verbs/hold.ts";
import { initVerb } from "./verbs/init.ts";
import { patchVerb } from "./verbs/patch.ts";
import { planVerb } from "./verbs/plan.ts";
import { policyVerb } from "./verbs/policy.ts";
import { daemonVerb } from "./verbs/run.ts";
import { rollbackVerb } from "./verbs/rollback.ts";
import { scanVerb } from "./verbs/scan.ts";
import type { Start } from "./verbs/start.ts";
import { statusVerb } from "./verbs/status.ts";
import { unholdVerb } from "./verbs/unhold.ts";
import { unitVerb } from "./verbs/unit.ts";
import { updateVerb } from "./verbs/update.ts";
import { validateVerb } from "./verbs/validate.ts";
import { versionVerb } from "./verbs/version.ts";

/** Runs one command line to its exit code (contracts.md 1.1). Bugs come out as exceptions. */
export async function cli(argv: readonly string[], system: System): Promise<number> {
  let code: number = exitCodes.done;
  const complaints: string[] = [];
  let stopIsGood = false;
  const program = buildProgram(system, (flags): Start => async (verb, options) => {
    stopIsGood = options?.runsUntilStopped ?? false;
    code = await runVerb(system, flags(), verb, options);
  }, (text) => complaints.push(text));
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version were asked for; everything else is wrong usage.
    if (error.exitCode === 0) return exitCodes.done;
    return wrongUsage(system, argv, complaints.join("") || error.message);
  }
  if (!system.stop.aborted || stopIsGood) return code;
  return system.stop.reason === "SIGINT" ? 130 : 143;
}

type StartFor = (flags: () => GlobalFlags) => Start;

function buildProgram(system: System, startFor: StartFor, complain: (text: string) => void): CommandUnknownOpts {
  const program = new Command("magos")
    .description("GitOps for homelabs and small servers: follows image tags by policy and writes their digests to git")
    .version(`magos ${version}`, "--version", "print the version")
    .option("--config <file>", "the host's configuration file")
    .option("--repo <url|path>", "the GitOps repository")
    .option("--json", "print exactly one JSON document")
    .option("-q, --quiet", "print errors only")
    .option("-v, --verbose", "log every step")
    .addOption(new Option("--log-format <format>", "how the log is written").choices(["text", "json"] as const))
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: system.stdout.write, writeErr: complain });
  const flags = (): GlobalFlags => program.opts();
  const start = startFor(flags);
  const verbs = [
    demoVerb(start),
    initVerb(start),
    bootstrapVerb(start),
    planVerb(start),
    updateVerb(start),
    daemonVerb(start),
    applyVerb(start),
    rollbackVerb(start),
    explainVerb(start),
    holdVerb(start),
    unholdVerb(start),
    scanVerb(start),
    statusVerb(start),
    historyVerb(start),
    doctorVerb(start),
    validateVerb(start),
    policyVerb(start),
    patchVerb(start),
    exportVerb(start),
    unitVerb(start),
    configVerb(start),
    completionVerb(system, program as unknown as CommandUnknownOpts),
    versionVerb(system, flags),
  ] as unknown as readonly CommandUnknownOpts[];
  for (const verb of verbs) program.addCommand(inherit(verb, program as unknown as CommandUnknownOpts));
  return program as unknown as CommandUnknownOpts;
}

/** Commands made apart do not take over the program's settings by themselves. */
function inherit(verb: CommandUnknownOpts, from: CommandUnknownOpts): CommandUnknownOpts {
  verb.copyInheritedSettings(from);
  for (const part of verb.commands) inherit(part, from);
  return verb;
}

function wrongUsage(system: System, argv: readonly string[], complaint: string): number {
  const message = complaint.replace(/^error: /, "").trim().split("\n").join(" ");
  return answerFailure(system, { json: argv.includes("--json") }, [{
    code: "usage.invalid",
    severity: "error",
    message: message.startsWith("Usage:") ? "no verb was given" : message,
    cure: "magos --help lists the verbs, magos VERB --help their options",
  }]);
}
