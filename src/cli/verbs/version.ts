// magos version.
import { Command } from "@commander-js/extra-typings";
import type { System } from "../../core/ports/system.ts";
import type { GlobalFlags } from "../global_flags.ts";
import { version } from "../version.ts";

/** The verb. It reads no configuration, so that it works whatever is broken. */
export function versionVerb(system: System, flags: () => GlobalFlags): Command<[], Record<string, never>> {
  return new Command("version")
    .description("print the version")
    .addHelpText("after", "\nExample:\n  magos version --json\n")
    .action(() => {
      const json = JSON.stringify({ schema: "magos.version/v1", name: "magos", version });
      system.stdout.write(flags().json ? `${json}\n` : `magos ${version}\n`);
    }) as unknown as Command<[], Record<string, never>>;
}
