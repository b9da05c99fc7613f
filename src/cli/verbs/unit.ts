// magos unit: the units that run magos on this host, shown or put where systemd looks.
import { Argument, Command } from "@commander-js/extra-typings";
import { failure, type Problem, type Result, success } from "../../core/model/problem.ts";
import type { System } from "../../core/ports/system.ts";
import { type PlacedUnit, type UnitAnswer, unitReport } from "../../core/report/unit_report.ts";
import { quadletUnit } from "../../core/stack/quadlet_unit.ts";
import { systemdUnits } from "../../core/stack/systemd_units.ts";
import { installUnits, unitFolder } from "../install_units.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import { orderUnits } from "../unit_order.ts";
import type { Start } from "./start.ts";

/** What the words ask for. */
export type UnitOptions = {
  readonly user?: true;
  readonly timer?: true;
  readonly install?: true;
  readonly force?: true;
};

/** The kinds of units. */
export type UnitKind = "systemd" | "quadlet";

/** The verb. */
export function unitVerb(start: Start): Command<[UnitKind], UnitOptions> {
  return new Command("unit")
    .description("print the unit that runs magos, hardened for what it does on this host, or install it")
    .addArgument(new Argument("<kind>", "who starts it").choices(["systemd", "quadlet"] as const))
    .option("--user", "for your own service manager, not the system's")
    .option("--timer", "single passes by a timer, instead of the daemon")
    .option("--install", "write it where systemd looks")
    .option("--force", "with --install: replace units that were changed by hand")
    .addHelpText(
      "after",
      "\nExamples:\n  magos unit systemd --user --timer\n  magos unit systemd --install\n  magos unit quadlet --user\n",
    )
    .action((kind, options) => start((session) => unit(session, kind, options)));
}

async function unit(session: Session, kind: UnitKind, options: UnitOptions): Promise<number> {
  const answer = await answerUnits(session, kind, options);
  session.print(unitReport(answer), () => renderUnits(answer));
  session.report(answer.problems);
  return exitCodes.done;
}

/** Makes the units, installs them when asked, and tells what is left to do. Ends the verb when that fails. */
export async function answerUnits(session: Session, kind: UnitKind, options: UnitOptions): Promise<UnitAnswer> {
  const { system } = session;
  const scope = options.user ? "user" : "system";
  if (kind === "quadlet" && options.timer) {
    orFail(failure("usage.invalid", "--timer is for magos unit systemd: a container runs the daemon", {
      cure: "leave --timer out, or use magos unit systemd --timer",
    }));
  }
  const { order, problems } = orFail(await orderUnits(session, scope, options.timer ? "timer" : "daemon"));
  const files = kind === "systemd" ? systemdUnits(order) : [quadletUnit(order, "localhost/magos:latest")];
  const folder = orFail(folderOf(system, kind, scope));
  const relevant = kind === "quadlet" ? problems.filter(({ code }) => code !== "unit.no_program") : problems;
  const user = scope === "user" ? "--user " : "";
  const starts = files.filter(({ name }) => name === "magos.service" || name.endsWith(".timer")).map(({ name }) =>
    name
  );
  const commands = [
    `systemctl ${user}daemon-reload`,
    kind === "systemd" ? `systemctl ${user}enable --now ${starts.join(" ")}` : `systemctl ${user}start magos.service`,
    ...scope === "user" ? ["loginctl enable-linger"] : [],
  ];
  if (!options.install) {
    const shown = files.map(({ name, text }): PlacedUnit => ({ path: `${folder}/${name}`, text, state: "shown" }));
    return { files: shown, commands, problems: relevant };
  }
  const placed = orFail(await installUnits(system, folder, files, options.force ?? false));
  const reloaded = await reload(system, scope);
  return {
    files: placed,
    commands: reloaded === "done" ? commands.slice(1) : commands,
    problems: reloaded === "missing" ? [...relevant, noSystemd] : relevant,
  };
}

function folderOf(system: System, kind: UnitKind, scope: "user" | "system"): Result<string> {
  const folder = unitFolder(system, kind, scope);
  if (folder !== null) return success(folder);
  return failure("usage.invalid", "neither HOME nor XDG_CONFIG_HOME is set, so your units have no place", {
    cure: "set HOME, or leave --user out",
  });
}

const noSystemd: Problem = {
  code: "unit.no_systemd",
  severity: "warning",
  message: "there is no systemctl on the PATH: nothing on this machine starts the unit",
  cure: "let what starts services here start magos run, or cron magos update",
};

/** Whether the service manager has read its units anew; where it has not, the user is told to. */
async function reload({ process, env }: System, scope: "user" | "system"): Promise<"done" | "failed" | "missing"> {
  const names = ["PATH", "HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];
  const passed = names.flatMap((name) => env[name] ? [[name, env[name]] as const] : []);
  const ran = await process.run({
    program: "systemctl",
    args: [...scope === "user" ? ["--user"] : [], "daemon-reload"],
    env: Object.fromEntries(passed),
    timeout: 20_000,
  });
  if (!ran.ok) return "missing";
  return ran.value.code === 0 && ran.value.ended === null ? "done" : "failed";
}

/** One unit as it is, several with their paths above; of installed ones what became of them. */
function renderUnits({ files, commands }: UnitAnswer): string {
  const isShown = files.every(({ state }) => state === "shown");
  if (isShown && files.length === 1) return files.map(({ text }) => text).join("");
  if (isShown) return files.map(({ path, text }) => `# ${path}\n${text}`).join("\n");
  const lines = files.map(({ path, state }) => `${path}: ${state}`);
  return `${[...lines, "then:", ...commands.map((command) => `  ${command}`)].join("\n")}\n`;
}
