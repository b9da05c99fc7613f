// The repository's own configuration file, which may add what the host leaves open (contracts.md 2.1).
import { type Config, repositoryLayer } from "../core/documents/config.ts";
import { type ConfigLayer, readConfigFile } from "../core/documents/config_layer.ts";
import type { Problem } from "../core/model/problem.ts";
import type { DeliveryRules } from "../core/plan/lane.ts";
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
export function planSettings(
  config: Config,
  machine: Pick<PlanOptions, "shortNames">,
): Omit<PlanOptions, "choose" | "offline" | "listsUnfollowed"> {
  return {
    shortNames: machine.shortNames,
    apps: config.apps,
    paths: config.update.paths,
    policies: config.update.policies,
    pin: config.update.pin,
    exclude: config.update.exclude,
    fluxVersioning: config.fluxVersioning,
    strictNamespaces: config.strictNamespaces,
    secretFiles: config.fluxSecrets,
    gates: config.gates,
    scanInterval: config.registries.scanIntervalSeconds * 1000,
  };
}

/** What a configuration says of deliveries. */
export function deliveryRules({ update }: Config): DeliveryRules {
  const { delivery, branch, timeZone, commitPer, message } = update;
  return { delivery, branch, timeZone, commitPer, message };
}

/** The repository's file. */
export interface RepositoryConfig {
  /** Without the keys that are the host's alone. */
  readonly layer: ConfigLayer;
  readonly ignored: readonly { readonly key: string; readonly line: number }[];
  readonly file: string;
}

/** Reads the file, or gives null when there is none. Ends the verb when it is wrong. */
export async function readRepositoryConfig(session: Session, root: string): Promise<RepositoryConfig | null> {
  const found = await findRepositoryConfig(session, root);
  const problems = found?.layer.problems ?? [];
  if (problems.some((problem) => problem.severity === "error")) throw new VerbFailure(problems);
  return found;
}

/** Reads the file as far as it can be understood; its problems are those of the layer. */
export async function findRepositoryConfig(session: Session, root: string): Promise<RepositoryConfig | null> {
  const { files, env, hostname } = session.system;
  const real = orFail(await files.realPath(root)) ?? root;
  for (const file of repositoryConfigFiles) {
    const text = orFail(await readInside(files, real, file));
    if (text === null) continue;
    const layer = readConfigFile(text, file, { HOSTNAME: hostname, ...env });
    const { layer: own, ignored } = repositoryLayer(layer);
    const lineOf = (key: string): number => Number(layer.settings.get(key)?.source.split(":").at(-1) ?? 1);
    return { layer: own, ignored: ignored.map((key) => ({ key, line: lineOf(key) })), file };
  }
  return null;
}

/** A warning for each key that is ignored because a merged line must not set it. */
export function ignoredKeys({ file, ignored }: RepositoryConfig): readonly Problem[] {
  return ignored.map(({ key, line }) => ({
    code: "config.host_only",
    severity: "warning",
    file,
    line,
    message: `"${key}" is ignored in the repository's own file`,
    cure: "set it in the host's file: a merged line must not change it",
  }));
}
