// magos run: both passes on their schedules, and the HTTP server. What systemd starts.
import { Command } from "@commander-js/extra-typings";
import { createBell } from "../../daemon/bell.ts";
import { newDaemonState } from "../../daemon/daemon_state.ts";
import { type DaemonPorts, type DaemonRequests, runDaemon } from "../../daemon/run_daemon.ts";
import { createWantedScans } from "../../daemon/wanted_scans.ts";
import { engage, type Engagement } from "../daemon_work.ts";
import { exitCodes, openSession, problemsOfError, type Session } from "../session.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function daemonVerb(start: Start): Command<[], Record<string, never>> {
  return new Command("run")
    .description("run passes on their schedules and answer HTTP, until it is stopped")
    .addHelpText("after", "\nSIGHUP reads the configuration anew and runs; SIGTERM ends it.\n\nExample:\n  magos run\n")
    .action(() => start(run, { runsUntilStopped: true })) as unknown as Command<[], Record<string, never>>;
}

async function run(session: Session): Promise<number> {
  const { system } = session;
  const { clock, log } = system;
  const bell = createBell();
  const requests: DaemonRequests = { reload: false, passes: new Map() };
  let current = await engage(session);
  const state = newDaemonState(current.work.schedules.apply !== null, clock.monotonic());
  const reload: DaemonPorts["reload"] = async () => {
    const next = await engageAnew(session, (why) => {
      state.configProblem = why;
      log.event("error", "config.kept_old", { problem: why });
    });
    if (next === null) return null;
    state.configProblem = null;
    current.world.close();
    current = next;
    log.event("info", "config.reloaded", { file: next.session.host.file });
    return next.work;
  };
  const stopHangups = system.onHangup(() => {
    requests.reload = true;
    bell.ring();
  });
  try {
    const wanted = createWantedScans(clock);
    await runDaemon({ ...system, bell, wanted, state, requests, reload }, current.work);
    return exitCodes.done;
  } finally {
    stopHangups();
    current.world.close();
  }
}

/** The configuration as it is on disk now, in a world of its own; null when it cannot be used. */
async function engageAnew(session: Session, onBad: (why: string) => void): Promise<Engagement | null> {
  try {
    return await engage(await openSession(session.system, session.flags));
  } catch (error) {
    onBad(problemsOfError(error).map(({ message }) => message).join("; "));
    return null;
  }
}
