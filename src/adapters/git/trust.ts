// Whose signatures count, brought into the form that git's helpers read: copies of the host's files in the state folder.
import type { VerifyCommits } from "../../core/documents/config.ts";
import { parseAllowedSigners, type TrustedKey } from "../../core/documents/allowed_signers.ts";
import { keyringBytes, readKeyring } from "../../core/documents/openpgp_keys.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { GitContext } from "./context.ts";
import { readTrustFile } from "./trust_file.ts";

/** Settings and variables under which git judges signatures, and the keys that it then believes. */
export interface Trust {
  readonly keys: readonly TrustedKey[];
  readonly config: readonly (readonly [string, string])[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Reads and checks the host's files. The copies are what git's helpers see, so that nobody can swap a file after the
 * check. A `bots` entry that is no key's name is refused: a misspelt bot would pass for a person.
 */
export async function openTrust(context: GitContext, verify: VerifyCommits): Promise<Result<Trust>> {
  const folder = `${context.folder}/trust`;
  const gpgHome = `${folder}/gnupg`;
  for (const path of [folder, gpgHome]) {
    const made = await context.files.makeFolder(path, 0o700);
    if (!made.ok) return made;
  }
  const ssh = await readSigners(context, verify.allowedSigners);
  if (!ssh.ok) return ssh;
  const gpg = await readKeys(context, verify.gpgKeys);
  if (!gpg.ok) return gpg;
  const copies: readonly (readonly [string, Uint8Array])[] = [
    [`${folder}/allowed_signers`, ssh.value.bytes],
    [`${gpgHome}/keys.gpg`, gpg.value.bytes],
    [`${gpgHome}/gpg.conf`, new TextEncoder().encode(gpgSettings(gpgHome))],
  ];
  for (const [path, bytes] of copies) {
    const written = await writeOnce(context, path, bytes);
    if (!written.ok) return written;
  }
  const keys = [...ssh.value.keys, ...gpg.value.keys];
  const unknown = verify.bots.find((bot) => !keys.some((key) => namesOf(key).includes(bot)));
  if (unknown !== undefined) return unknownBot(unknown);
  return success({
    keys,
    config: [
      ["gpg.ssh.allowedSignersFile", `${folder}/allowed_signers`],
      ["gpg.ssh.program", "ssh-keygen"],
      ["gpg.openpgp.program", "gpg"],
      // S/MIME has no trust file here.
      ["gpg.x509.program", "false"],
    ],
    env: { GNUPGHOME: gpgHome },
  });
}

/** All that a key may be called by in `bots`. */
export function namesOf({ fingerprints, names }: TrustedKey): readonly string[] {
  return [...names, ...fingerprints];
}

interface Source {
  readonly bytes: Uint8Array;
  readonly keys: readonly TrustedKey[];
}

const nothing: Result<Source> = success({ bytes: new Uint8Array(), keys: [] });

async function readSigners(context: GitContext, path: string | null): Promise<Result<Source>> {
  if (path === null) return nothing;
  const bytes = await readTrustFile(context, "allowedSigners", path);
  if (!bytes.ok) return bytes;
  const keys = parseAllowedSigners(new TextDecoder().decode(bytes.value));
  if (keys.length > 0) return success({ bytes: bytes.value, keys });
  return failure("config.unusable_signers", `repo.verifyCommits.allowedSigners: ${path} holds no key`, {
    file: path,
    cure: "write one signer a line: you@example.org ssh-ed25519 AAAA...",
  });
}

async function readKeys(context: GitContext, path: string | null): Promise<Result<Source>> {
  if (path === null) return nothing;
  const file = await readTrustFile(context, "gpgKeys", path);
  if (!file.ok) return file;
  const bytes = keyringBytes(file.value);
  const keys = bytes === null ? null : readKeyring(bytes);
  if (bytes !== null && keys !== null && keys.length > 0) return success({ bytes, keys });
  return failure("config.unusable_signers", `repo.verifyCommits.gpgKeys: ${path} holds no public key`, {
    file: path,
    cure: "write it with gpg --armor --export KEY...",
  });
}

// Only the keys of the file, all believed alike; no agent, no network, nothing asked of anybody.
function gpgSettings(home: string): string {
  const options = ["batch", "no-tty", "no-autostart", "no-auto-key-retrieve", "disable-dirmngr", "lock-never"];
  return ["no-default-keyring", `keyring ${home}/keys.gpg`, "trust-model always", ...options, ""].join("\n");
}

/** Leaves a copy alone that is right already: another process may be reading it. */
async function writeOnce({ files }: GitContext, path: string, bytes: Uint8Array): Promise<Result<void>> {
  const there = await files.read(path, bytes.length + 1);
  const same = there.ok && there.value !== null && there.value.length === bytes.length &&
    there.value.every((byte, index) => byte === bytes[index]);
  return same ? success(undefined) : await files.write(path, bytes, 0o600);
}

function unknownBot(bot: string): Result<never> {
  return failure("config.unusable_signers", `repo.verifyCommits.bots: no trusted key goes by the name "${bot}"`, {
    cure: "write the name as it stands in allowedSigners, an address of a gpg key, or a key's fingerprint",
  });
}
