// magos run: both passes on their schedules, and the HTTP server. What systemd starts.
import { Command } from "@commander-js/extra-typings";
import type { Problem } from "../../core/model/problem.ts";
import { createBell } from "../../daemon/bell.ts";
import { newDaemonState } from "../../daemon/daemon_state.ts";
import { createApp } from "../../daemon/http/create_app.ts";
import { type DaemonPorts, type DaemonRequests, runDaemon } from "../../daemon/run_daemon.ts";
import { createWantedScans } from "../../daemon/wanted_scans.ts";
import { documentsOf } from "../daemon_documents.ts";
import { createDaemonServer, type DaemonServer } from "../daemon_server.ts";
import { engage, type Engagement } from "../daemon_work.ts";
import { createEngaged } from "../engaged.ts";
import { exitCodes, openSession, orFail, problemsOfError, type Session } from "../session.ts";
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
  const engaged = createEngaged(await engage(session));
  const [bell, wanted] = [createBell(), createWantedScans(clock)];
  const requests: DaemonRequests = { reload: false, passes: new Map() };
  const state = newDaemonState(engaged.current.work.schedules.apply !== null, clock.monotonic());
  const shared = { clock, log, bell, wanted, requests, state };
  const documents = documentsOf(engaged);
  const app = createApp({ ...shared, documents, settings: () => engaged.current.http });
  const server = createDaemonServer(system, (request) => app.fetch(request));
  const reload: DaemonPorts["reload"] = async () => {
    const next = await engageAnew(session, server);
    if ("problems" in next) {
      state.configProblem = next.problems.map(({ message }) => message).join("; ");
      log.event("error", "config.kept_old", { problem: state.configProblem });
      return null;
    }
    state.configProblem = null;
    engaged.replace(next);
    log.event("info", "config.reloaded", { file: next.session.host.file });
    return next.work;
  };
  const stopHangups = system.onHangup(() => {
    requests.reload = true;
    bell.ring();
  });
  try {
    orFail(await server.listenAt(session.config.daemon.server));
    await runDaemon({ ...system, ...shared, reload }, engaged.current.work);
    return exitCodes.done;
  } finally {
    await server.close();
    engaged.close();
    // Last: from then on a hangup ends the process, as if the end had not been a good one.
    stopHangups();
  }
}

/** The configuration as it is on disk now, in a world of its own, with the server where it wants it; or why not. */
async function engageAnew(
  session: Session,
  server: DaemonServer,
): Promise<Engagement | { readonly problems: readonly Problem[] }> {
  try {
    const next = await engage(await openSession(session.system, session.flags));
    try {
      orFail(await server.listenAt(next.session.config.daemon.server));
      return next;
    } catch (error) {
      next.world.close();
      throw error;
    }
  } catch (error) {
    return { problems: problemsOfError(error) };
  }
}
