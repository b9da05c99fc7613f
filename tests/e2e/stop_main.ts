// The program as main.ts starts it, but it ends itself by SIGKILL after the step that MAGOS_STOP_AFTER names; with
// MAGOS_STOP_WITH=SIGSTOP it stands still there, once it has said so.
import { denoSystem } from "../../src/adapters/system/deno_system.ts";
import { cli } from "../../src/cli/cli.ts";
import type { System } from "../../src/core/ports/system.ts";

const system = denoSystem();
const stopAfter = Deno.env.get("MAGOS_STOP_AFTER");
const signal = Deno.env.get("MAGOS_STOP_WITH") === "SIGSTOP" ? "SIGSTOP" : "SIGKILL";
const stopping: System = {
  ...system,
  log: {
    event(level, name, fields): void {
      if ((name === "update.step" || name === "apply.step") && fields?.["step"] === stopAfter) {
        if (signal === "SIGSTOP") system.stdout.write("standing still\n");
        Deno.kill(Deno.pid, signal);
      }
      system.log.event(level, name, fields);
    },
  },
};

Deno.exit(await cli(Deno.args, stopping));
