// The keys that automations sign with: from Secrets to files that live as long as a delivery. Nothing goes out unsigned.
import { signingKeyOf, type SigningSecret } from "../core/documents/secret_parts.ts";
import type { Automation } from "../core/model/automation.ts";
import { failure, type Problem, problemOf, type Result } from "../core/model/problem.ts";
import type { Files } from "../core/ports/files.ts";
import type { Random } from "../core/ports/random.ts";
import type { SecretBook } from "./read_secrets.ts";

/** Keys by automation, and the automations that have none that can be used. */
export interface FoundKeys {
  readonly keys: ReadonlyMap<string, SigningSecret>;
  readonly refused: ReadonlyMap<Automation, Problem>;
}

/** Finds the key of each automation that names one. */
export function findSigningKeys(automations: readonly Automation[], secrets: SecretBook): FoundKeys {
  const keys = new Map<string, SigningSecret>();
  const refused = new Map<Automation, Problem>();
  for (const automation of automations) {
    if (automation.signingKey === null) continue;
    const key = keyFor(automation, automation.signingKey, secrets);
    if (key.ok) keys.set(automation.key, key.value);
    else {refused.set(automation, {
        ...problemOf(key.failure),
        file: automation.file,
        line: automation.line,
        column: 1,
      });}
  }
  return { keys, refused };
}

function keyFor(
  { key: name }: Automation,
  { type, secret: wanted }: NonNullable<Automation["signingKey"]>,
  secrets: SecretBook,
): Result<SigningSecret> {
  const who = `the commits of ${name} cannot be signed, so none are made`;
  if (type === "gpg") {
    return failure("flux.unsupported", `${who}: magos signs with SSH keys, and with those of its own gpg keyring`, {
      cure: "set signingKey.type to ssh; or take signingKey out and name a key of this machine in update.commit.sign",
    });
  }
  const secret = secrets.get(wanted) ?? failure("flux.no_secret", `there is no Secret ${wanted}`);
  const key = secret.ok ? signingKeyOf(secret.value, type) : secret;
  if (!key.ok) return { ok: false, failure: { ...key.failure, message: `${who}: ${key.failure.message}` } };
  if (key.value.passphrase === null) return key;
  return failure("flux.unsupported", `${who}: the key in the Secret ${wanted} has a password`, {
    cure: "use a key without one: ssh-keygen -t ed25519 -N '' -f FILE",
  });
}

/** Key files by automation. */
export type KeyFiles = ReadonlyMap<string, { readonly ssh: string }>;

/**
 * Runs `work` while the keys lie in files that only this user can read, and removes them. What a killed pass left is
 * removed as well: the pass lock is held.
 */
export async function withKeyFiles<T>(
  keys: FoundKeys["keys"],
  folder: string,
  { files, random }: { readonly files: Files; readonly random: Random },
  work: (keyFiles: KeyFiles) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (keys.size === 0) return await work(new Map());
  const cleared = await files.remove(folder);
  const made = cleared.ok ? await files.makeFolder(folder, 0o700) : cleared;
  if (!made.ok) return made;
  try {
    const written = new Map<string, { readonly ssh: string }>();
    for (const [automation, { key }] of keys) {
      const ssh = `${folder}/${random.hex(16)}`;
      const created = await files.createFile(ssh, 0o600);
      const wrote = created.ok ? await files.write(ssh, `${key.reveal().trimEnd()}\n`, 0o600) : created;
      if (!wrote.ok) return wrote;
      written.set(automation, { ssh });
    }
    return await work(written);
  } finally {
    await files.remove(folder);
  }
}
