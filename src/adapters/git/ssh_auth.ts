// One SSH key and the host keys that are believed: checked before git is asked to speak, then said to ssh in full.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Files } from "../../core/ports/files.ts";
import type { GitAuthSource } from "./auth.ts";
import { readSecretFile, type SecretFile } from "./secret_file.ts";
import { hostOfSshAddress } from "./ssh_address.ts";
import { sshCommand } from "./ssh_command.ts";
import { sshKeyFault } from "./ssh_key.ts";

/** What the configuration says, and the machine. */
export interface SshParts {
  readonly files: Files;
  /** Who runs magos; null where the system knows no user ids. */
  readonly uid: number | null;
  /** As `parseRemote` gave it. */
  readonly url: string;
  readonly keyFile: string | null;
  readonly knownHostsFile: string | null;
}

/**
 * Never an agent, never another key, never a host key that is not in the file. `get` fails with `config.missing` when a
 * file is not named, with `config.unreadable`, `config.invalid_value` or `config.secret_exposed` when it cannot be used.
 */
export function sshAuth(parts: SshParts): GitAuthSource {
  return { get: () => check(parts), refused: () => Promise.resolve(false) };
}

async function check(parts: SshParts): Promise<Result<{ readonly sshCommand: string }>> {
  const { files, keyFile, knownHostsFile } = parts;
  const { host, port } = hostOfSshAddress(parts.url);
  const scan = `ssh-keyscan ${port === 22 ? "" : `-p ${port} `}${host}`;
  const knownCure =
    `collect the keys with \`${scan}\`, compare them with what the server's owner publishes, keep them in a file, and name it in repo.auth.knownHostsFile`;
  if (keyFile === null) {
    return failure("config.missing", "repo.url is an SSH address, and repo.auth.sshKeyFile is not set", {
      cure: "make a deploy key with `ssh-keygen -t ed25519 -N '' -f FILE`, give FILE.pub write access at the forge, " +
        "and name FILE in repo.auth.sshKeyFile",
    });
  }
  if (knownHostsFile === null) {
    return failure("config.missing", "repo.url is an SSH address, and repo.auth.knownHostsFile is not set", {
      cure: knownCure,
    });
  }
  const key = await readSecretFile(files, keyFile, "repo.auth.sshKeyFile");
  if (!key.ok) return key;
  const closed = requireClosed(key.value, keyFile, parts.uid);
  if (!closed.ok) return closed;
  const fault = sshKeyFault(key.value.text);
  if (fault !== null) {
    return failure("config.invalid_value", `${keyFile} ${fault.why}`, { file: keyFile, cure: fault.cure });
  }
  const known = await readSecretFile(files, knownHostsFile, "repo.auth.knownHostsFile");
  if (!known.ok) return { ok: false, failure: { ...known.failure, cure: knownCure } };
  const command = sshCommand(keyFile, knownHostsFile);
  return command === null
    ? failure("config.invalid_value", "the path of an SSH file holds a character that ssh cannot take", {
      cure: 'keep the files of repo.auth at paths without ", \\, ${ and line ends',
    })
    : success({ sshCommand: command });
}

// As ssh does: of a file of its own user it takes no bit of others; root's, as systemd hands them out, may be a group's.
function requireClosed({ mode, uid }: SecretFile, path: string, self: number | null): Result<void> {
  const open = mode === null ? 0 : mode & (uid !== null && uid === self ? 0o077 : 0o007);
  if (open === 0) return success(undefined);
  return failure("config.secret_exposed", `${path} may be used by others: its mode is 0${(mode ?? 0).toString(8)}`, {
    file: path,
    cure: `chmod 0600 ${path}`,
  });
}
