// Listening for HTTP on this machine.
import type { Result } from "../model/problem.ts";

/** A server that answers until it is closed. */
export interface RunningServer {
  readonly hostname: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a server; port 0 lets the system choose. A request is there to be read: another cannot be built from it. */
export interface Serve {
  start(
    handler: (request: Request) => Response | Promise<Response>,
    options: { readonly hostname: string; readonly port: number },
  ): Promise<Result<RunningServer>>;
}
