// magos config: which setting holds and who says so, and the schema for editors.
import { Command } from "@commander-js/extra-typings";
import { mergeLayers } from "../../core/documents/config.ts";
import { configJsonSchema, configKeys } from "../../core/documents/config_keys.ts";
import { problemReport } from "../../core/report/reference_report.ts";
import { renderTable } from "../render/table.ts";
import { ignoredKeys, readRepositoryConfig } from "../repository_config.ts";
import { exitCodes, type Session } from "../session.ts";
import { openClone } from "../wire.ts";
import type { Start } from "./start.ts";

/** The verb with its two parts. */
export function configVerb(start: Start): Command<[], Record<string, never>> {
  const config = new Command("config").description("show the configuration, or its schema");
  config.command("show")
    .description("print every setting in force and where it comes from")
    .addHelpText("after", "\nExample:\n  magos config show\n")
    .action(() => start(show));
  config.command("schema")
    .description("print the JSON Schema of the configuration, for editors")
    .addHelpText("after", "\nExample:\n  magos config schema > ~/.config/magos/config.schema.json\n")
    .action(() => start(schema));
  return config as unknown as Command<[], Record<string, never>>;
}

async function show(session: Session): Promise<number> {
  const repository = await repositoryFile(session);
  const layers = [...session.host.layers, ...repository === null ? [] : [repository.layer]];
  const merged = mergeLayers(layers);
  const keys = Object.keys(configKeys).flatMap((key) => {
    const setting = merged.get(key);
    return setting === undefined ? [] : [{ key, value: setting.value, source: setting.source }];
  });
  const ignored = repository === null ? [] : ignoredKeys(repository);
  const problems = [...session.host.problems, ...ignored];
  const rows = keys.map(({ key, value, source }) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
    source,
  ]);
  session.print(
    { schema: "magos.config/v1", keys, problems: problems.map(problemReport) },
    () =>
      rows.length === 0
        ? "Nothing is set; every key has its default.\n"
        : renderTable(["KEY", "VALUE", "SOURCE"], rows),
  );
  session.report(ignored);
  return exitCodes.done;
}

function schema(session: Session): Promise<number> {
  session.system.stdout.write(JSON.stringify(configJsonSchema(), null, session.flags.json ? 0 : 2) + "\n");
  return Promise.resolve(exitCodes.done);
}

/** The file of the clone that the user stands in, unless it is the host's own file as well. */
async function repositoryFile(session: Session): Promise<Awaited<ReturnType<typeof readRepositoryConfig>>> {
  const clone = await openClone(session.system, session.system.cwd);
  if (!clone.ok) return null;
  const found = await readRepositoryConfig(session, clone.value.root);
  return found === null || `${clone.value.root}/${found.file}` === session.host.file ? null : found;
}
