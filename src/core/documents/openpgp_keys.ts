// A file of public gpg keys: its bytes as a keyring, and the names that each key goes by (RFC 4880, sections 4, 6, 12).
import { openpgpFingerprint } from "../model/fingerprint.ts";
import type { TrustedKey } from "./allowed_signers.ts";

const armored = /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([^]*?)-----END PGP PUBLIC KEY BLOCK-----/g;

/** The binary form of an exported key file, armored or not; null when it holds none. */
export function keyringBytes(file: Uint8Array): Uint8Array | null {
  // The first bit of every packet is set, which no character of an armor has (RFC 4880, 4.2).
  if (((file[0] ?? 0) & 0x80) !== 0) return file;
  const text = new TextDecoder().decode(file);
  const blocks = [...text.matchAll(armored)].map(([, block = ""]) => {
    // Headers end at the first blank line.
    const body = /^(?:[^\r\n]+\r?\n)*\r?\n([^]*)$/.exec(block)?.[1] ?? "";
    // The last line, `=` and four characters, is the checksum of the armor.
    return base64Bytes(body.replace(/\r?\n=[A-Za-z0-9+/]{4}\s*$/, ""));
  });
  if (blocks.length === 0) return null;
  const joined = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    joined.set(block, at);
    at += block.length;
  }
  return joined;
}

/** The keys of a keyring: fingerprints of primary key and sub-keys, and the addresses of its user ids. Null: garbled. */
export function readKeyring(bytes: Uint8Array): readonly TrustedKey[] | null {
  const keys: { readonly fingerprints: string[]; readonly names: string[] }[] = [];
  let at = 0;
  while (at < bytes.length) {
    const packet = packetAt(bytes, at);
    if (packet === null) return null;
    at = packet.next;
    const key = keys.at(-1);
    if (packet.tag === primaryKey) keys.push({ fingerprints: [openpgpFingerprint(packet.body)], names: [] });
    else if (packet.tag === subKey) key?.fingerprints.push(openpgpFingerprint(packet.body));
    else if (packet.tag === userId) key?.names.push(addressOf(new TextDecoder().decode(packet.body)));
  }
  return keys;
}

const [primaryKey, userId, subKey] = [6, 13, 14];

interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly next: number;
}

function packetAt(bytes: Uint8Array, at: number): Packet | null {
  const header = bytes[at] ?? 0;
  if ((header & 0x80) === 0) return null;
  const isNew = (header & 0x40) !== 0;
  const length = isNew ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, header & 3);
  if (length === null || length.start + length.size > bytes.length) return null;
  const next = length.start + length.size;
  return { tag: isNew ? header & 0x3f : (header >> 2) & 0x0f, body: bytes.slice(length.start, next), next };
}

interface Length {
  readonly start: number;
  readonly size: number;
}

function oldLength(bytes: Uint8Array, at: number, type: number): Length | null {
  // Type 3 is a packet without end, which no key is.
  if (type === 3) return null;
  const octets = 1 << type;
  return { start: at + octets, size: numberAt(bytes, at, octets) };
}

function newLength(bytes: Uint8Array, at: number): Length | null {
  const first = bytes[at] ?? 0;
  if (first < 192) return { start: at + 1, size: first };
  if (first < 224) return { start: at + 2, size: ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192 };
  return first === 255 ? { start: at + 5, size: numberAt(bytes, at + 1, 4) } : null;
}

function numberAt(bytes: Uint8Array, at: number, octets: number): number {
  return bytes.slice(at, at + octets).reduce((sum, byte) => sum * 256 + byte, 0);
}

function addressOf(user: string): string {
  return /<([^<>]*)>\s*$/.exec(user)?.[1] ?? user;
}

function base64Bytes(text: string): Uint8Array {
  // What is no letter of the alphabet is passed over, as gpg does.
  return Uint8Array.from(atob(text.replace(/[^A-Za-z0-9+/]/g, "")), (character) => character.charCodeAt(0));
}
