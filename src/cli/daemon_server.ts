// The daemon's server on this machine: started, moved when the configuration says so, closed.
import type { ServerConfig } from "../core/documents/daemon_config.ts";
import { type Result, success } from "../core/model/problem.ts";
import type { RunningServer } from "../core/ports/serve.ts";
import type { System } from "../core/ports/system.ts";

/** Listens where the configuration says. */
export interface DaemonServer {
  /** Moves to another address; the old one stays when the new one cannot be listened on (`server.unusable`). */
  listenAt(server: ServerConfig | null): Promise<Result<void>>;
  close(): Promise<void>;
}

type Handler = (request: Request) => Response | Promise<Response>;

/** A reader who never ends must not hold up the end of the daemon. */
const longestGoodbye = 3000;

/** Not listening yet. */
export function createDaemonServer({ serve, clock, log }: System, handler: Handler): DaemonServer {
  let running: RunningServer | null = null;
  let address = "";
  const end = async (server: RunningServer | null): Promise<void> => {
    if (server === null) return;
    const closed = new AbortController();
    await Promise.race([server.close().finally(() => closed.abort()), clock.sleep(longestGoodbye, closed.signal)]);
  };
  return {
    async listenAt(server) {
      const wanted = server === null ? "" : `${server.hostname} ${server.port}`;
      if (wanted === address) return success(undefined);
      const before = running;
      if (server === null) running = null;
      else {
        const started = await serve.start(handler, server);
        if (!started.ok) return started;
        running = started.value;
        log.event("info", "server.listening", { address: urlOf(started.value) });
      }
      address = wanted;
      await end(before);
      return success(undefined);
    },
    close: () => end(running),
  };
}

function urlOf({ hostname, port }: RunningServer): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
