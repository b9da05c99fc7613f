// The program as main.ts starts it, but it ends itself by SIGKILL after the step that MAGOS_STOP_AFTER names.
import { denoSystem } from "../../src/adapters/system/deno_system.ts";
import { cli } from "../../src/cli/cli.ts";
import type { System } from "../../src/core/ports/system.ts";

const system = denoSystem();
const stopAfter = Deno.env.get("MAGOS_STOP_AFTER");
const stopping: System = {
  ...system,
  log: {
    event(level, name, fields): void {
      if ((name === "update.step" || name === "apply.step") && fields?.["step"] === stopAfter) {
        Deno.kill(Deno.pid, "SIGKILL");
      }
      system.log.event(level, name, fields);
    },
  },
};

Deno.exit(await cli(Deno.args, stopping));
