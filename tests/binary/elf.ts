// An ELF program to the machine it is for and one of its sections.

/** e_machine of the machines that magos is built for (ELF gABI, table "Machine"). */
const machines: Readonly<Record<number, string>> = { 0x3e: "amd64", 0xb7: "arm64" };

/** A 64-bit little-endian ELF file, as far as a build is read back. */
export interface Elf {
  /** `amd64`, `arm64`, or the number in hexadecimal. */
  readonly machine: string;
  /** The bytes of a section, null where there is none of that name. */
  section(name: string): Uint8Array<ArrayBuffer> | null;
}

/** Reads the headers. @throws {Error} when it is no such file. */
export function readElf(bytes: Uint8Array<ArrayBuffer>): Elf {
  const isElf = [0x7f, 0x45, 0x4c, 0x46, 2, 1].every((byte, at) => bytes[at] === byte);
  if (!isElf || bytes.length < 64) throw new Error("no 64-bit little-endian ELF file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const number = view.getUint16(0x12, true);
  const table = Number(view.getBigUint64(0x28, true));
  const [size, count, names] = [0x3a, 0x3c, 0x3e].map((at) => view.getUint16(at, true)) as [number, number, number];
  const header = (index: number): { name: number; offset: number; size: number } => {
    const at = table + index * size;
    const wide = (field: number): number => Number(view.getBigUint64(at + field, true));
    return { name: view.getUint32(at, true), offset: wide(24), size: wide(32) };
  };
  const section = (wanted: string): Uint8Array<ArrayBuffer> | null => {
    const start = count === 0 ? 0 : header(names).offset;
    for (let index = 0; index < count; index++) {
      const { name, offset, size } = header(index);
      if (textAt(bytes, start + name) === wanted) return bytes.subarray(offset, offset + size);
    }
    return null;
  };
  return { machine: machines[number] ?? `0x${number.toString(16)}`, section };
}

function textAt(bytes: Uint8Array, start: number): string {
  return new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
}
