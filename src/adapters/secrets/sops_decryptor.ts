// The decryptor by the host's own sops: an exact environment, plaintext by a pipe, and its failures told apart.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Secret } from "../../core/model/secret.ts";
import type { Decryptor, EncryptedFile } from "../../core/ports/decryptor.ts";
import type { Files } from "../../core/ports/files.ts";
import type { Output, Process } from "../../core/ports/process.ts";
import { secretValues } from "../../core/stack/secret_values.ts";
import { recipientsOf } from "./recipients.ts";

/** What the decryptor works with. */
export interface SopsParts {
  readonly process: Process;
  readonly files: Files;
  /** The environment magos was started with; only the names below reach sops. */
  readonly env: Readonly<Record<string, string>>;
  /** `apply.secrets.ageKeyFile`; null: whatever `SOPS_*` says, and sops's own places. */
  readonly ageKeyFile: string | null;
  /** Told of every decrypted value before anything else is done with it. */
  readonly keepSecret: (secret: Secret) => void;
}

const timeout = 60_000;
const largestFile = 4 * 1024 * 1024;

const passedOn = [
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "XDG_RUNTIME_DIR",
  "GNUPGHOME",
  "SOPS_AGE_KEY",
  "SOPS_AGE_KEY_CMD",
  "SOPS_AGE_KEY_FILE",
  "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
  "SOPS_DECRYPTION_ORDER",
  "SOPS_GPG_EXEC",
];

/** Makes the decryptor. Nothing is run until a file is to be decrypted. */
export function createSopsDecryptor(parts: SopsParts): Decryptor {
  return { decrypt: (file, signal) => decrypt(parts, file, signal) };
}

async function decrypt(
  parts: SopsParts,
  file: EncryptedFile,
  signal: AbortSignal | undefined,
): Promise<Result<Uint8Array>> {
  const ran = await parts.process.run({
    program: "sops",
    args: ["--decrypt", "--input-type", file.format, "--output-type", file.format, file.path],
    env: environment(parts),
    timeout,
    maxOutput: largestFile,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!ran.ok) {
    return failure("process.missing", `${file.shown} cannot be decrypted: ${ran.failure.message}`, {
      file: file.shown,
      cure: "install sops",
    });
  }
  if (ran.value.code !== 0 || ran.value.ended !== null) return await refusal(parts, file, ran.value);
  for (const secret of secretValues(file.format, ran.value.stdout)) parts.keepSecret(secret);
  return success(ran.value.stdout);
}

function environment({ env, ageKeyFile }: SopsParts): Record<string, string> {
  const names = ageKeyFile === null ? passedOn : passedOn.filter((name) => !name.startsWith("SOPS_AGE_"));
  const passed = names.flatMap((name) => env[name] ? [[name, env[name]] as const] : []);
  return { ...Object.fromEntries(passed), ...(ageKeyFile === null ? {} : { SOPS_AGE_KEY_FILE: ageKeyFile }) };
}

/** sops tells its failures by words; its exit codes overlap. What it says may quote the file, so little is repeated. */
async function refusal(parts: SopsParts, file: EncryptedFile, output: Output): Promise<Result<never>> {
  const place = { file: file.shown };
  const { stderr, ended } = output;
  if (ended !== null) {
    return failure("secrets.failed", `sops was ended while it decrypted ${file.shown}: ${ended}`, place);
  }
  if (/metadata not found/.test(stderr)) {
    return failure("secrets.not_encrypted", `${file.shown} is not encrypted: sops finds no metadata in it`, {
      ...place,
      cure: "encrypt it with sops, and take what it holds for known: it was in git in the clear",
    });
  }
  if (/data key|master key/i.test(stderr)) return await keyMissing(parts, file);
  if (/MAC mismatch|message authentication failed|verify MAC|does not match sops' data format/i.test(stderr)) {
    return failure("secrets.tampered", `${file.shown} was changed after it was encrypted`, {
      ...place,
      cure: "look at its history, and encrypt it again with sops",
    });
  }
  return failure("secrets.failed", `sops cannot decrypt ${file.shown} (code ${output.code})`, {
    ...place,
    cure: `run sops --decrypt ${file.shown} by hand to see why`,
  });
}

async function keyMissing(parts: SopsParts, file: EncryptedFile): Promise<Result<never>> {
  const read = await parts.files.read(file.path, largestFile);
  const recipients = read.ok && read.value !== null ? recipientsOf(new TextDecoder().decode(read.value)) : [];
  const which = recipients.length === 0 ? "" : `; it was encrypted for ${recipients.join(", ")}`;
  const where = parts.ageKeyFile ?? "SOPS_AGE_KEY_FILE, or sops's own place for keys";
  return failure("secrets.key_missing", `no key on this host opens ${file.shown}${which}`, {
    file: file.shown,
    cure: `put the private key of one of these into ${where}, or add this host's key with sops updatekeys`,
  });
}
