// What a file that should hold an SSH private key holds instead; ssh itself tells most of these apart badly.

/** Why it cannot be used, as the end of a sentence that begins with the path. */
export interface KeyFault {
  readonly why: string;
  readonly cure: string;
}

const makeCure = "make a deploy key with `ssh-keygen -t ed25519 -N '' -f FILE`";

/** Null for a key without a passphrase, in OpenSSH's own form or in PEM. Nothing of the text is repeated. */
export function sshKeyFault(text: string): KeyFault | null {
  if (/^PuTTY-User-Key-File-/.test(text)) {
    return { why: "is a key of PuTTY", cure: "export it as an OpenSSH key: puttygen FILE -O private-openssh" };
  }
  if (/^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+/.test(text)) {
    return { why: "is a public key", cure: "name the private one, the file of the same name without .pub" };
  }
  const [, kind, body = ""] = /^-----BEGIN ([A-Z ]*PRIVATE KEY)-----\r?\n([^]*?)-----END \1-----/m.exec(text) ?? [];
  if (kind === undefined) return { why: "holds no private key", cure: makeCure };
  if (kind.startsWith("OPENSSH")) return opensshFault(body);
  const isLocked = kind.startsWith("ENCRYPTED") || /^Proc-Type: 4,ENCRYPTED/m.test(body);
  return isLocked ? locked : null;
}

const locked: KeyFault = {
  why: "has a passphrase, and nobody is there to type it",
  cure: "take it off with `ssh-keygen -p -N '' -f FILE`, or make a deploy key without one",
};

// `openssh-key-v1\0`, then the length and the name of the cipher; `none` for a key without a passphrase (PROTOCOL.key).
const magic = "openssh-key-v1\0";

function opensshFault(body: string): KeyFault | null {
  const damaged = { why: "holds a damaged private key", cure: makeCure };
  const base64 = body.replaceAll(/\s+/g, "");
  if (base64 === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return damaged;
  const bytes = atob(base64);
  if (!bytes.startsWith(magic)) return damaged;
  const at = magic.length + 4;
  const size = bytes.charCodeAt(at - 1);
  const cipher = bytes.slice(at, at + size);
  return cipher === "none" ? null : locked;
}
