// Configuration and machine to what runs stacks here: engine, secrets, probes and hooks. Beside wire.ts it alone knows adapters.
import { findEngine } from "../adapters/compose/create_engine.ts";
import { createSecretsFolder } from "../adapters/secrets/secrets_folder.ts";
import { createSopsDecryptor } from "../adapters/secrets/sops_decryptor.ts";
import { denoProbe } from "../adapters/system/deno_probe.ts";
import { shellHooks } from "../adapters/system/shell_hooks.ts";
import type { Config } from "../core/documents/config.ts";
import { type Failure, failure, type Result, success } from "../core/model/problem.ts";
import type { Engine } from "../core/ports/engine.ts";
import type { System } from "../core/ports/system.ts";
import type { ApplyPorts } from "../reconcile/apply_ports.ts";

/** What runs stacks on this host, and which container magos itself runs in, where it does. */
export interface HostWorld
  extends Pick<ApplyPorts, "engine" | "decryptor" | "secrets" | "probe" | "hooks" | "stackFolder" | "mask"> {
  readonly self: string | null;
}

/** Finds the engine. Fails when there is none, or no private place for secrets is known. */
export async function openHost(system: System, config: Config, stateDir: string): Promise<Result<HostWorld>> {
  const runtimeDir = runtimeFolder(system, config);
  if (!runtimeDir.ok) return runtimeDir;
  const engine = await findHostEngine(system, config);
  if (!engine.ok) return engine;
  const refused = config.apply.backup === null ? null : refuseBackup(engine.value);
  if (refused !== null) return { ok: false, failure: refused };
  return success({
    engine: engine.value,
    decryptor: createSopsDecryptor({ ...system, ageKeyFile: config.apply.ageKeyFile }),
    secrets: createSecretsFolder({ ...system, runtimeDir: runtimeDir.value }),
    probe: denoProbe(system.http),
    hooks: shellHooks(system.process, system.env),
    stackFolder: (stack) => `${stateDir}/stacks/${stack}`,
    mask: system.mask,
    self: await ownContainer(system),
  });
}

/** The engine that runs stacks here. Fails with `engine.missing` or `engine.too_old`. */
export function findHostEngine(system: System, config: Config): Promise<Result<Engine>> {
  const { authFile, registriesConf } = config.registries;
  return findEngine({ ...system, authFile, registriesConf }, config.apply.engine);
}

/** Why `apply.backup` cannot be kept with an engine; null when it can. */
export function refuseBackup({ name, exportsVolumes }: Engine): Failure | null {
  if (exportsVolumes) return null;
  const message = `apply.backup: ${name} exports no volumes`;
  const cure =
    "run the stacks with podman on this host itself, or take apply.backup out and save what matters in a pre hook";
  return failure("engine.no_export", message, { cure }).failure;
}

/** `$RUNTIME_DIRECTORY`, else `$XDG_RUNTIME_DIR/magos`; root: `/run/magos` (contracts.md 2.2). */
export function runtimeFolder({ env, uid }: System, { runtimeDir }: Config): Result<string> {
  if (runtimeDir !== null) return success(runtimeDir);
  // systemd may name several folders, the first is ours.
  const given = env["RUNTIME_DIRECTORY"]?.split(":")[0];
  if (given) return success(given);
  if (uid === 0) return success("/run/magos");
  if (env["XDG_RUNTIME_DIR"]) return success(`${env["XDG_RUNTIME_DIR"]}/magos`);
  return failure("config.missing", "no place in memory is known for decrypted secrets", {
    cure: "set state.runtimeDir to a folder on a tmpfs, or log in so that XDG_RUNTIME_DIR is set",
  });
}

/** Engines give a container's short id as its host name, and leave a file that tells a container from a machine. */
async function ownContainer({ files, hostname }: System): Promise<string | null> {
  for (const path of ["/run/.containerenv", "/.dockerenv"]) {
    const found = await files.stat(path);
    if (found.ok && found.value !== null) return hostname;
  }
  return null;
}
