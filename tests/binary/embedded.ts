// What `deno compile` put into a binary, read back: its settings and its files.
import * as z from "zod";
import { readElf } from "./elf.ts";

const list = z.array(z.string()).nullable();

/** Deno's spelling: null is nothing, an empty list is everything, other lists name what. */
const permissions = z.looseObject({
  allow_env: list,
  deny_env: list,
  ignore_env: list,
  allow_net: list,
  deny_net: list,
  allow_ffi: list,
  deny_ffi: list,
  allow_read: list,
  deny_read: list,
  ignore_read: list,
  allow_run: list,
  deny_run: list,
  allow_sys: list,
  deny_sys: list,
  allow_write: list,
  deny_write: list,
  allow_import: list,
  deny_import: list,
  prompt: z.boolean(),
});

const settings = z.looseObject({
  argv: z.array(z.string()),
  code_cache_key: z.unknown(),
  permissions,
  v8_flags: z.array(z.string()),
  log_level: z.string().nullable(),
  ca_stores: list,
  unsafely_ignore_certificate_errors: list,
  env_vars_from_env_file: z.record(z.string(), z.string()),
  entrypoint_key: z.string(),
  preload_modules: z.array(z.string()),
  require_modules: z.array(z.string()),
  node_modules: z.unknown(),
  unstable_config: z.looseObject({ features: z.array(z.string()) }),
  app_name: z.string().nullable(),
  app_version: z.string().nullish(),
});

/** The settings that Deno's runtime part reads when the binary starts. */
export type Settings = z.infer<typeof settings>;
/** The permissions among them. */
export type Permissions = Settings["permissions"];

/** A file inside the binary; `path` starts where the build did. */
export interface EmbeddedFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A binary as it was read back. */
export interface Embedded {
  readonly machine: string;
  readonly settings: Settings;
  readonly files: readonly EmbeddedFile[];
}

type Entry =
  | { readonly Dir: { readonly n: string; readonly e: readonly Entry[] } }
  | { readonly File: { readonly n: string; readonly o: readonly [number, number] } };

const entry: z.ZodType<Entry> = z.lazy(() =>
  z.union([
    z.strictObject({ Dir: z.looseObject({ n: z.string(), e: z.array(entry) }) }),
    z.strictObject({ File: z.looseObject({ n: z.string(), o: z.tuple([z.number(), z.number()]) }) }),
  ])
);

const magic = new TextEncoder().encode("d3n0l4nd");
const text = new TextDecoder();

/** Reads a compiled binary. @throws {Error} when it is none, or one of another layout than Deno 2.9's. */
export function readEmbedded(bytes: Uint8Array<ArrayBuffer>): Embedded {
  const elf = readElf(bytes);
  const section = elf.section(".note.sui");
  if (section === null) throw new Error("nothing is embedded: there is no section .note.sui");
  const start = afterMagic(section);
  const length = sizeAt(section, start);
  const json = section.subarray(start + 8, start + 8 + length);
  const rest = section.subarray(start + 8 + length);
  return { machine: elf.machine, settings: settings.parse(JSON.parse(text.decode(json))), files: readFiles(rest) };
}

/** Where the magic ends; it stands there once or twice. */
function afterMagic(section: Uint8Array): number {
  let at = find(section.subarray(0, 256), magic, 0);
  if (at < 0) throw new Error("the embedded part does not begin as Deno's does");
  while (startsAt(section, magic, at)) at += magic.length;
  return at;
}

/** The tree of files is a JSON text behind its own length, and the bytes of all files follow behind theirs. */
function readFiles(rest: Uint8Array<ArrayBuffer>): readonly EmbeddedFile[] {
  const opening = new TextEncoder().encode('[{"');
  for (let at = find(rest, opening, 8); at >= 0; at = find(rest, opening, at + 1)) {
    const length = sizeAt(rest, at - 8);
    if (length > rest.length - at - 8) continue;
    const tree = parseTree(text.decode(rest.subarray(at, at + length)));
    if (tree === null) continue;
    const data = at + length + 8;
    return tree.flatMap((one) => listEntry(one, "", rest.subarray(data, data + sizeAt(rest, data - 8))));
  }
  throw new Error("the embedded part holds no list of files");
}

function parseTree(json: string): readonly Entry[] | null {
  try {
    return z.array(entry).parse(JSON.parse(json));
  } catch {
    return null;
  }
}

function listEntry(entry: Entry, folder: string, data: Uint8Array<ArrayBuffer>): readonly EmbeddedFile[] {
  if ("Dir" in entry) return entry.Dir.e.flatMap((one) => listEntry(one, `${folder}${entry.Dir.n}/`, data));
  const [offset, length] = entry.File.o;
  return [{ path: folder + entry.File.n, bytes: data.subarray(offset, offset + length) }];
}

function sizeAt(bytes: Uint8Array, at: number): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(at, true));
}

function startsAt(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  return wanted.every((byte, index) => bytes[at + index] === byte);
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (startsAt(bytes, wanted, at)) return at;
  }
  return -1;
}
