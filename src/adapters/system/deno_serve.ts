// An HTTP server by Deno.serve.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { RunningServer, Serve } from "../../core/ports/serve.ts";

/** Listens on this machine. Fails with `server.unusable` when the address is taken or not allowed. */
export const denoServe: Serve = {
  start(handler, { hostname, port }): Promise<Result<RunningServer>> {
    try {
      const server = Deno.serve({ hostname, port, onListen: () => {} }, handler);
      return Promise.resolve(success({
        hostname,
        port: server.addr.port,
        close: () => server.shutdown(),
      }));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return Promise.resolve(failure("server.unusable", `cannot listen on ${hostname}:${port}: ${why}`, {
        cure: "choose another address, or end the program that uses it",
      }));
    }
  },
};
