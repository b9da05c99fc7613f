// A key that opens the one repository and nothing else: made here, its public half given to the forge.
import { failure, type Problem, problemOf, type Result, success } from "../../core/model/problem.ts";
import type { ForgeSetup } from "../../core/ports/forge_setup.ts";
import type { System } from "../../core/ports/system.ts";
import { sshPlace } from "../wire.ts";
import { findKnownHosts } from "./known_hosts.ts";

/** What a host needs to log in by key. Files are absolute. */
export interface KeyLogin {
  readonly url: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  /** In words: what was made and what was there. */
  readonly said: readonly string[];
}

/** The forge, and where the files of this host lie. */
export interface KeyOrder {
  readonly setup: ForgeSetup;
  readonly sshUrl: string;
  readonly folder: string;
  readonly readOnly: boolean;
}

/** Null with the reason when the token may keep no keys, or the server's own key is not known. */
export type KeyOutcome = { readonly login: KeyLogin } | { readonly login: null; readonly why: Problem };

/** Makes it, or takes what an earlier run has made. Fails when something is wrong that no other login would mend. */
export async function makeKeyLogin(system: System, order: KeyOrder): Promise<Result<KeyOutcome>> {
  const { setup, sshUrl, folder, readOnly } = order;
  const place = sshPlace(sshUrl);
  if (place === null) return without("the forge names no SSH address that magos takes");
  const [keyFile, knownHostsFile] = [`${folder}/deploy_key`, `${folder}/known_hosts`];
  const known = await findKnownHosts(system, setup, place, knownHostsFile);
  if (!known.ok) {
    if (known.failure.code !== "git.host_unknown") return known;
    return success({ login: null, why: problemOf(known.failure, {}, "warning") });
  }
  const there = await setup.deployKeys();
  if (!there.ok) return there;
  if (there.value === null) return without("the token may not look at deploy keys");
  const made = await makeKey(system, keyFile);
  if (!made.ok) return made;
  const { key, isNew } = made.value;
  const same = there.value.find((it) => it.key === key);
  if (same !== undefined && same.readOnly && !readOnly) {
    return failure("bootstrap.incomplete", `the deploy key "${same.title}" of this host may only read`, {
      cure: "delete it at the forge and run magos bootstrap again, or add --read-only for a host that only applies",
    });
  }
  const title = `magos on ${system.hostname}`;
  const added = same === undefined ? await setup.addDeployKey({ title, key, readOnly }) : success(true);
  if (!added.ok) {
    // Forges take a key for one repository alone, and this one may have been made for another.
    if (isNew || added.failure.code !== "forge.protocol") return added;
    const cure = `when ${keyFile} was made for another repository: remove it and ${keyFile}.pub, and run it again`;
    return { ok: false, failure: { ...added.failure, cure } };
  }
  if (!added.value) {
    if (isNew) { for (const path of [keyFile, `${keyFile}.pub`]) await system.files.remove(path); }
    return without("the token may not add deploy keys");
  }
  const written = await system.files.write(
    knownHostsFile,
    known.value.lines.map((line) => `${line}\n`).join(""),
    0o644,
  );
  if (!written.ok) return written;
  const what = `deploy key "${same?.title ?? title}", which may ${(same?.readOnly ?? readOnly) ? "only read" : "push"}`;
  return success({
    login: {
      url: sshUrl,
      keyFile,
      knownHostsFile,
      said: [`${what}: ${same === undefined ? "made" : "was there"}`, `host keys: ${known.value.source}`],
    },
  });
}

function without(message: string): Result<KeyOutcome> {
  return success({ login: null, why: { code: "bootstrap.incomplete", severity: "warning", message } });
}

/** The public half; an earlier run's key is used again. */
async function makeKey(
  system: System,
  path: string,
): Promise<Result<{ readonly key: string; readonly isNew: boolean }>> {
  const { files, process, env, hostname } = system;
  const info = await files.stat(path);
  if (!info.ok) return info;
  if (info.value === null) {
    // Made aside: the key of a run that was killed here, or of a disk that was full, would be half a key.
    const fresh = `${path}.new`;
    for (const half of [fresh, `${fresh}.pub`]) {
      const removed = await files.remove(half);
      if (!removed.ok) return removed;
    }
    const ran = await process.run({
      program: "ssh-keygen",
      // A passphrase would have to lie beside the key.
      args: ["-q", "-t", "ed25519", "-N", "", "-C", `magos@${hostname}`, "-f", fresh],
      env: { PATH: env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", HOME: "/nonexistent", LC_ALL: "C" },
      timeout: 20_000,
    });
    if (!ran.ok) return ran;
    if (ran.value.code !== 0) {
      return failure(
        "bootstrap.incomplete",
        `ssh-keygen cannot make ${path}: ${ran.value.stderr.trim().slice(0, 300)}`,
        {
          cure: "see that the folder can be written",
        },
      );
    }
    for (const end of [".pub", ""]) {
      const synced = await files.sync(`${fresh}${end}`);
      const moved = synced.ok ? await files.rename(`${fresh}${end}`, `${path}${end}`) : synced;
      if (!moved.ok) return moved;
    }
  }
  const read = await files.read(`${path}.pub`, 16 * 1024);
  if (!read.ok) return read;
  const [, key] = /^(ssh-ed25519 [A-Za-z0-9+/=]+)/.exec(new TextDecoder().decode(read.value ?? new Uint8Array())) ?? [];
  if (key !== undefined) return success({ key, isNew: info.value === null });
  return failure("bootstrap.incomplete", `${path} is there, and ${path}.pub holds no ed25519 key`, {
    cure: `remove ${path} if nothing uses it, and run magos bootstrap again`,
  });
}
