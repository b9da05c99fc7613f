// The repository's own configuration file, which may add what the host leaves open (contracts.md 2.1).
import { type Config, repositoryLayer } from "../core/documents/config.ts";
import { type ConfigLayer, readConfigFile } from "../core/documents/config_layer.ts";
import type { PlanOptions } from "../reconcile/plan_pass.ts";
import type { Checkout } from "../core/ports/git.ts";
import { readInside } from "../reconcile/checkout_reader.ts";
import { orFail, type Session, VerbFailure } from "./session.ts";

/** Where a repository keeps its configuration; the first that is there counts. */
export const repositoryConfigFiles = ["configs/config.yaml", "magos.yaml"] as const;

/** The configuration for a checkout. Ends the verb when the repository's file is wrong. */
export async function configFor(session: Session, checkout: Checkout): Promise<Config> {
  const found = await readRepositoryConfig(session, checkout.root);
  return found === null ? session.config : session.configWith(found.layer);
}

/** What a configuration says of planning. */
export function planSettings(config: Config): Omit<PlanOptions, "choose" | "offline"> {
  return {
    apps: config.apps,
    paths: config.update.paths,
    policies: config.update.policies,
    pin: config.update.pin,
    fluxVersioning: config.fluxVersioning,
    scanInterval: config.registries.scanIntervalSeconds * 1000,
  };
}

/** The repository's layer without the keys that are the host's alone, and those keys; null when there is no file. */
export async function readRepositoryConfig(
  session: Session,
  root: string,
): Promise<{ readonly layer: ConfigLayer; readonly ignored: readonly string[]; readonly file: string } | null> {
  const { files, env, hostname } = session.system;
  const real = orFail(await files.realPath(root)) ?? root;
  for (const file of repositoryConfigFiles) {
    const text = orFail(await readInside(files, real, file));
    if (text === null) continue;
    const layer = readConfigFile(text, file, { HOSTNAME: hostname, ...env });
    if (layer.problems.some((problem) => problem.severity === "error")) throw new VerbFailure(layer.problems);
    return { ...repositoryLayer(layer), file };
  }
  return null;
}
