// The program as main.ts starts it, but its first update pass hangs for ever: with MAGOS_HANG=busy the loop stands
// still in it; with MAGOS_HANG=await the loop goes round, the pass waits for a git that never ends, and half an hour is
// a second. `$HOME/hung` says that it has hung; the next start is a good one.
import { denoSystem } from "../../src/adapters/system/deno_system.ts";
import { cli } from "../../src/cli/cli.ts";
import type { System } from "../../src/core/ports/system.ts";

const system = denoSystem();
const mark = `${Deno.env.get("HOME")}/hung`;
const secondsASecond = 1800;

function hasHung(): boolean {
  return [...Deno.readDirSync(Deno.env.get("HOME") ?? "/")].some(({ name }) => name === "hung");
}

function hanging(): System {
  const { process, clock, log } = system;
  if (Deno.env.get("MAGOS_HANG") === "busy") {
    const event: System["log"]["event"] = (level, name, fields) => {
      log.event(level, name, fields);
      if (name !== "update.step") return;
      Deno.writeTextFileSync(mark, "");
      for (;;);
    };
    return { ...system, log: { event } };
  }
  return {
    ...system,
    clock: { ...clock, monotonic: () => clock.monotonic() * secondsASecond },
    process: {
      run(command) {
        if (!command.args.includes("fetch")) return process.run(command);
        Deno.writeTextFileSync(mark, "");
        return new Promise(() => {});
      },
    },
  };
}

Deno.exit(await cli(Deno.args, hasHung() ? system : hanging()));
