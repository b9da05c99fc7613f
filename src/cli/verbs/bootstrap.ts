// magos bootstrap: from config/flux.yaml and a token to a host that works. Safe to repeat: what is there stays.
import { Command } from "@commander-js/extra-typings";
import type { Config } from "../../core/documents/config.ts";
import { failure, type Problem, type Result, success } from "../../core/model/problem.ts";
import type { System } from "../../core/ports/system.ts";
import { type BootstrapAnswer, bootstrapReport, type BootstrapStep } from "../../core/report/bootstrap_report.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { chooseLogin } from "../bootstrap/choose_login.ts";
import { startHost } from "../bootstrap/start_host.ts";
import { hostFolder, readHostConfig, renewToken, writeHostConfig } from "../bootstrap/host_config.ts";
import { type BootstrapOrder, readOrder } from "../bootstrap/read_order.ts";
import { exitCodes, openSession, orFail, type Session } from "../session.ts";
import type { Start } from "./start.ts";

/** What the words ask for. */
export type BootstrapOptions = {
  readonly user?: true;
  readonly readOnly?: true;
  readonly dryRun?: true;
};

/** The verb. */
export function bootstrapVerb(start: Start): Command<[string | undefined], BootstrapOptions> {
  return new Command("bootstrap")
    .description("set up this host from config/flux.yaml and config/secrets-flux.yaml: login, clone, first plan, unit")
    .argument("[dir]", "the folder that holds config/; default: the working directory")
    .option("--user", "for your own service manager, not the system's")
    .option("--read-only", "a host that only applies: it gets a key that may not push")
    .option("--dry-run", "look at files and token, and say what would be done")
    .addHelpText("after", "\nExamples:\n  magos bootstrap --dry-run\n  magos bootstrap ~/homelab --user\n")
    .action((dir, options) => start((session) => bootstrap(session, dir, options)));
}

async function bootstrap(session: Session, dir: string | undefined, options: BootstrapOptions): Promise<number> {
  const { system } = session;
  if (session.flags.repo !== undefined) {
    orFail(
      failure("usage.invalid", "bootstrap takes the repository from config/flux.yaml", { cure: "leave --repo out" }),
    );
  }
  const folder = orFail(await requireFolder(session, dir ?? "."));
  const order = orFail(await readOrder(system, folder));
  const home = orFail(requireHome(session, options));
  const config = `${home}/config.yaml`;
  const there = orFail(await readHostConfig(system, config, order.repo));
  const settled = there === null
    ? await settleLogin(session, order, home, options)
    : await keepLogin(session, order, home, there, options);
  if (options.dryRun) {
    const rest = (["clone", "push", "plan", "unit"] as const).map((step): BootstrapStep => (
      { step, state: "planned", message: "not done: this is a dry run" }
    ));
    return answer(session, { ...settled, config, commands: [], steps: [...settled.steps, ...rest] });
  }
  const host = await openSession(asService(system, home), { ...session.flags, config });
  const started = await startHost(host, { user: options.user ?? false, readOnly: options.readOnly ?? false });
  return answer(session, {
    config,
    steps: [...settled.steps, ...started.steps],
    commands: [...started.commands, ...order.token === null ? [] : [`rm ${order.tokenFile}`]],
    problems: [...settled.problems, ...started.problems],
  });
}

interface Settled {
  readonly steps: readonly BootstrapStep[];
  readonly problems: readonly Problem[];
}

/** The machine as the service will see it: what the caller's environment says of the repository is his alone. */
function asService(system: System, home: string): System {
  const own = /^(MD_REPO|MAGOS_TOKEN|MAGOS_REPO|MAGOS_REPO_(URL|BRANCH|AUTH_.*))$/;
  return {
    ...system,
    cwd: home,
    env: Object.fromEntries(Object.entries(system.env).filter(([name]) => !own.test(name))),
  };
}

async function keepLogin(
  { system }: Session,
  order: BootstrapOrder,
  home: string,
  there: Config,
  options: BootstrapOptions,
): Promise<Settled> {
  const dryRun = options.dryRun ?? false;
  const message = `${home}/config.yaml names it`;
  if (!orFail(await renewToken(system, home, order, there, dryRun))) {
    return { steps: [{ step: "login", state: "there", message }], problems: [] };
  }
  const renewed = `${message}; ${home}/token now holds the newer token of ${order.tokenFile}`;
  return { steps: [{ step: "login", state: dryRun ? "planned" : "done", message: renewed }], problems: [] };
}

async function settleLogin(
  session: Session,
  order: BootstrapOrder,
  folder: string,
  options: BootstrapOptions,
): Promise<Settled> {
  const { system, config } = session;
  const [readOnly, dryRun] = [options.readOnly ?? false, options.dryRun ?? false];
  if (!dryRun) orFail(await system.files.makeFolder(folder, 0o700));
  session.progress.update("asking the forge", 0, 0);
  const login = orFail(await chooseLogin(session, { order, folder, readOnly, dryRun }));
  session.progress.clear();
  const state = dryRun ? "planned" as const : "done" as const;
  const words = {
    key: "a deploy key; magos needs the token no more: delete it at the forge",
    "would-be-key": "a deploy key, when the token may make one; it would be needed no more",
    token: `the token itself, kept in ${folder}/token`,
    none: "none",
  };
  const steps: readonly BootstrapStep[] = [
    ...login.said.map((message) => ({ step: "token" as const, state: "done" as const, message })),
    { step: "login", state, message: words[login.kind] },
    { step: "config", state, message: `${folder}/config.yaml` },
  ];
  if (!dryRun) orFail(await writeHostConfig(system, folder, order, login, config));
  return { steps, problems: login.kind === "token" ? login.problems : [] };
}

function answer(session: Session, given: BootstrapAnswer): number {
  session.print(bootstrapReport(given), () => render(given));
  session.report(given.problems);
  return hasErrors(given.problems) ? exitCodes.partly : exitCodes.done;
}

function render({ steps, commands }: BootstrapAnswer): string {
  const lines = steps.map(({ step, state, message }) => `${state.padEnd(7)}  ${step.padEnd(6)}  ${message}`);
  return `${[...lines, ...commands.length === 0 ? [] : ["then:", ...commands.map((it) => `  ${it}`)]].join("\n")}\n`;
}

async function requireFolder({ system }: Session, dir: string): Promise<Result<string>> {
  const real = await system.files.realPath(dir.startsWith("/") ? dir : `${system.cwd}/${dir}`);
  if (!real.ok) return real;
  return real.value === null
    ? failure("usage.invalid", `there is no folder ${dir}`, { cure: "name the folder that holds config/flux.yaml" })
    : success(real.value);
}

function requireHome({ system }: Session, { user, dryRun }: BootstrapOptions): Result<string> {
  if (!user && !dryRun && system.uid !== null && system.uid !== 0) {
    return failure("usage.invalid", "only root sets up the system's own service", {
      cure: "add --user to set magos up for yourself, or run it as root",
    });
  }
  const folder = hostFolder(system, user ? "user" : "system");
  if (folder !== null) return success(folder);
  return failure("usage.invalid", "neither HOME nor XDG_CONFIG_HOME is set", { cure: "set HOME" });
}
