// The machine as one record: what main.ts hands to the command line.
import { maskSecrets, type Secret } from "../../core/model/secret.ts";
import type { System } from "../../core/ports/system.ts";
import { denoClock } from "./deno_clock.ts";
import { denoFiles } from "./deno_files.ts";
import { denoHttp } from "./deno_http.ts";
import { denoProcess } from "./deno_process.ts";
import { denoRandom } from "./deno_random.ts";
import { nodeServe } from "./node_serve.ts";
import { denoTerminal } from "./deno_terminal.ts";
import { sdNotify } from "./sd_notify.ts";
import { configureLogtape, logtapeLog } from "./logtape_log.ts";

/** Builds the ports on Deno, listens for the signals that end a run, and reads the environment once. */
export function denoSystem(): System {
  const secrets: Secret[] = [];
  const env = Deno.env.toObject();
  const stderr = denoTerminal(Deno.stderr);
  const system: System = {
    http: denoHttp,
    process: denoProcess(secrets),
    files: denoFiles,
    clock: denoClock,
    random: denoRandom,
    log: logtapeLog,
    serve: nodeServe,
    stdout: denoTerminal(Deno.stdout),
    stderr,
    env,
    cwd: Deno.cwd(),
    hostname: Deno.hostname(),
    uid: Deno.uid(),
    stop: stopSignal(),
    service: sdNotify(env),
    onHangup: (listener) => {
      Deno.addSignalListener("SIGHUP", listener);
      return () => Deno.removeSignalListener("SIGHUP", listener);
    },
    residentBytes: () => Deno.memoryUsage().rss,
    configureLog: (settings) => configureLogtape(settings, stderr.write, env["JOURNAL_STREAM"] !== undefined),
    keepSecret: (secret) => {
      // A daemon decrypts the same files again and again.
      if (!secrets.some((kept) => kept.reveal() === secret.reveal())) secrets.push(secret);
    },
    mask: (text) => maskSecrets(text, secrets),
  };
  system.configureLog({ level: "warning", format: "auto" });
  return system;
}

/** The name of the signal is the abort reason, so that the exit code can tell them apart. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => controller.abort(name));
  }
  return controller.signal;
}
