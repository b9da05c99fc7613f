// Encrypted files to plaintext, and the one place where plaintext may lie (contracts.md 2.4).
import type { Result } from "../model/problem.ts";
import type { SecretFormat } from "../model/stack.ts";

/** An encrypted file. */
export interface EncryptedFile {
  /** Absolute. */
  readonly path: string;
  /** How it is told in messages: its path in the repository. */
  readonly shown: string;
  readonly format: SecretFormat;
}

/**
 * Fails with `secrets.key_missing` and the recipients that would do, `secrets.tampered` when the content was changed after
 * it was encrypted, `secrets.not_encrypted` for a file that sops did not write, else `secrets.failed`.
 */
export interface Decryptor {
  /** The whole plaintext in the file's own format. It is in memory only. */
  decrypt(file: EncryptedFile, signal?: AbortSignal): Promise<Result<Uint8Array>>;
}

/** One decrypted file to lay down. */
export interface PlainFile {
  /** Without folders: `db.env`. */
  readonly name: string;
  readonly content: Uint8Array;
  /** Whether containers have it mounted: then whoever runs in them has to be able to read it. */
  readonly isMounted: boolean;
}

/**
 * Folders of plaintext, one for each stack, in memory of the machine. The folder above them is its owner's alone, so nobody
 * else comes near them but containers that have one mounted.
 */
export interface SecretsFolder {
  /** The absolute folder that `${MAGOS_SECRETS}` stands for; it may not be there yet. */
  folderOf(stack: string): string;
  /** Makes the folder hold exactly these files. `secrets.not_private` when it would lie on a disk or open to others. */
  lay(stack: string, files: readonly PlainFile[]): Promise<Result<string>>;
  /** Lays files beside the folder, in the place of what was laid there before; what the folder holds stays. */
  stage(stack: string, files: readonly PlainFile[]): Promise<Result<void>>;
  /** Puts what was laid beside the folder into it. What is there under other names stays: it may still be mounted. */
  swap(stack: string): Promise<Result<void>>;
  /** Removes what was laid beside the folder. */
  unstage(stack: string): Promise<Result<void>>;
  /** Removes all files but these. */
  keepFiles(stack: string, names: readonly string[]): Promise<Result<void>>;
  /** Removes single files: what the engine had to read only once. */
  remove(stack: string, names: readonly string[]): Promise<Result<void>>;
  /** Removes all folders but those of the stacks named. */
  keepOnly(stacks: readonly string[]): Promise<Result<void>>;
  /** Where generated files without secrets go that are as short-lived: the Compose file with our labels. */
  writeGenerated(stack: string, name: string, text: string): Promise<Result<string>>;
}
