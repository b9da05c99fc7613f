// The file of ssh signers (ssh-keygen(1), "ALLOWED SIGNERS"): which names go with which key.
import { sshFingerprint } from "../model/fingerprint.ts";

/** A key that a host trusts, under every name that its file has for it. */
export interface TrustedKey {
  readonly fingerprints: readonly string[];
  readonly names: readonly string[];
}

/**
 * The keys of the file. ssh-keygen judges signatures by the file itself; this reading serves to know whose key is a
 * bot's, and takes no part in believing anybody. Lines that hold no key are passed over, as ssh-keygen does.
 */
export function parseAllowedSigners(text: string): readonly TrustedKey[] {
  const keys: TrustedKey[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, quoted, plain, rest = ""] = /^\s*(?:"([^"]*)"|([^\s"#]\S*))\s+(.*)$/.exec(line) ?? [];
    const names = quoted ?? plain;
    const key = /(?:^|\s)(?:sk-)?(?:ssh|ecdsa)-\S+\s+(AAAA[A-Za-z0-9+/]+=*)/.exec(rest)?.[1];
    if (names === undefined || key === undefined) continue;
    keys.push({ fingerprints: [sshFingerprint(key)], names: names.split(",").filter((name) => name !== "") });
  }
  return keys;
}
