// The host keys of a git server: published by the forge over TLS, or believed by the user already. Never by first sight.
import { sshFingerprint } from "../../core/model/fingerprint.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { ForgeSetup } from "../../core/ports/forge_setup.ts";
import type { System } from "../../core/ports/system.ts";

/** Where a server listens for SSH. */
export interface SshPlace {
  readonly host: string;
  readonly port: number;
}

/** Lines for a file of known hosts. */
export interface KnownHosts {
  readonly lines: readonly string[];
  /** In words: why they are believed. */
  readonly source: string;
}

/**
 * Finds them; `file` is the one that magos will use. Fails with `git.host_unknown`, which shows what the server itself
 * says: to compare it is the user's part (contracts 5.2, network in between).
 */
export async function findKnownHosts(
  system: System,
  setup: ForgeSetup,
  place: SshPlace,
  file: string,
): Promise<Result<KnownHosts>> {
  const home = system.env["HOME"];
  const files = [file, ...home ? [`${home}/.ssh/known_hosts`] : [], "/etc/ssh/ssh_known_hosts"];
  for (const path of files) {
    const lines = await linesIn(system, path, place);
    if (lines.length > 0) return success({ lines, source: `${path} holds them` });
  }
  const published = await setup.hostKeys();
  if (!published.ok) return published;
  const [name] = nameOf(place);
  if (published.value.length > 0) {
    const lines = published.value.map((key) => `${name} ${key}`);
    return success({ lines, source: `${setup.api} publishes them` });
  }
  return await unknown(system, place, file);
}

/** `host`, or `[host]:port` for another port than SSH's own. */
function nameOf({ host, port }: SshPlace): readonly [string] {
  return [port === 22 ? host : `[${host}]:${port}`];
}

async function linesIn(system: System, path: string, place: SshPlace): Promise<readonly string[]> {
  const info = await system.files.stat(path);
  if (!info.ok || info.value === null) return [];
  const [name] = nameOf(place);
  const ran = await system.process.run({
    program: "ssh-keygen",
    args: ["-F", name, "-f", path],
    env: environment(system),
    timeout: 10_000,
  });
  if (!ran.ok || ran.value.code !== 0) return [];
  const found = new TextDecoder().decode(ran.value.stdout).split("\n");
  // A revoked key, or one of an authority, is not what is looked for.
  return found.filter((line) => line !== "" && !/^[#@]/.test(line)).map((line) =>
    [name, ...line.trim().split(/\s+/).slice(1, 3)].join(" ")
  );
}

async function unknown(system: System, place: SshPlace, file: string): Promise<Result<never>> {
  const { host, port } = place;
  const ran = await system.process.run({
    program: "ssh-keyscan",
    args: ["-T", "5", "-p", String(port), "--", host],
    env: environment(system),
    timeout: 15_000,
    maxOutput: 64 * 1024,
  });
  const said = ran.ok ? new TextDecoder().decode(ran.value.stdout).split("\n") : [];
  const prints = said.flatMap((line) => {
    const [, kind, key] = /^\S+ ([a-z0-9@.-]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
    return kind === undefined || key === undefined ? [] : [`${kind} ${sshFingerprint(key)}`];
  });
  const shown = prints.length === 0 ? "it does not answer" : `it shows ${prints.join(", ")}`;
  return failure("git.host_unknown", `no SSH host key of ${host} is known here; ${shown}`, {
    host,
    cure: `compare that with what the owner of ${host} publishes; when it is the same, keep it: ` +
      `ssh-keyscan -p ${port} ${host} >> ${file}; then run magos bootstrap again`,
  });
}

function environment({ env }: System): Readonly<Record<string, string>> {
  return { PATH: env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", HOME: env["HOME"] ?? "/nonexistent", LC_ALL: "C" };
}
