// The signature of a commit that is about to be made: git runs ssh-keygen or gpg, and nobody is ever asked for anything.
import type { SigningKey } from "../../core/documents/config.ts";
import { type Failure, failure } from "../../core/model/problem.ts";
import type { Output } from "../../core/ports/process.ts";
import { cleanWords } from "./classify.ts";

/** What `commit-tree` needs to sign. */
export interface SigningParts {
  readonly key: SigningKey;
  readonly args: readonly string[];
  readonly config: readonly (readonly [string, string])[];
  readonly env: Readonly<Record<string, string>>;
}

/** Arguments, settings and variables for this key. `env` is what magos was started with. */
export function signingParts(key: SigningKey, env: Readonly<Record<string, string>>): SigningParts {
  if ("ssh" in key) {
    return {
      key,
      args: ["-S"],
      config: [["gpg.format", "ssh"], ["gpg.ssh.program", "ssh-keygen"], ["user.signingKey", key.ssh]],
      // A key with a passphrase fails at once instead of asking the terminal behind magos's back.
      env: { SSH_ASKPASS: "false", SSH_ASKPASS_REQUIRE: "force" },
    };
  }
  const home = env["GNUPGHOME"] || (env["HOME"] ? `${env["HOME"]}/.gnupg` : null);
  return {
    key,
    args: ["-S"],
    config: [["gpg.format", "openpgp"], ["gpg.openpgp.program", "gpg"], ["user.signingKey", key.gpg]],
    // The keyring is the user's own; all else that git does sees an empty home.
    env: home === null ? {} : { GNUPGHOME: home },
  };
}

const signingWords = /load key|load public key|private key|passphrase|gpg failed to sign|cannot run (ssh-keygen|gpg)/i;

/** Why a commit could not be signed, or null when it was not the signature that failed. */
export function signingFailure(output: Output, { key }: SigningParts): Failure | null {
  const program = "ssh" in key ? "ssh-keygen" : "gpg";
  const { stderr, ended } = output;
  if (/cannot run (ssh-keygen|gpg)/.test(stderr)) {
    return failure("process.missing", `update.commit.sign is set, and ${program} is not installed`, {
      cure: `install ${program === "gpg" ? "gnupg" : "openssh-client"}, or take update.commit.sign out`,
    }).failure;
  }
  if (ended === null && !signingWords.test(stderr)) return null;
  if (ended !== null && ended !== "timeout") return null;
  const which = "ssh" in key ? key.ssh : `gpg key ${key.gpg}`;
  const said = ended === "timeout" ? `${program} did not end in time` : cleanWords(stderr);
  return failure("git.signing_failed", `nothing can be signed with ${which}: ${said}`, { cure: cureFor(key, stderr) })
    .failure;
}

function cureFor(key: SigningKey, said: string): string {
  if (!("ssh" in key)) {
    return "check with `gpg --list-secret-keys` that this user's keyring holds the secret key, and that it has no passphrase";
  }
  if (/too open|UNPROTECTED/i.test(said)) return `chmod 600 ${key.ssh}`;
  if (/passphrase/i.test(said)) return "use a key without a passphrase: ssh-keygen -t ed25519 -N '' -f FILE";
  return "let update.commit.sign.ssh name a private key file that magos's user can read";
}
