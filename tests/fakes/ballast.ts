// A disk filled up by a file of its own, and emptied again by taking that away.
import assert from "node:assert/strict";

/** Takes all room of the disk but so many KiB. */
export function fillDisk(disk: string, leave: number): void {
  using ballast = Deno.openSync(`${disk}/ballast`, { write: true, create: true });
  const block = new Uint8Array(4096);
  let size = ballast.seekSync(0, Deno.SeekMode.End);
  try {
    while (true) size += ballast.writeSync(block);
  } catch (error) {
    assert.match(String(error), /No space left on device/);
  }
  ballast.truncateSync(Math.max(0, size - leave * 1024));
}

/** Gives the room back. */
export async function emptyDisk(disk: string): Promise<void> {
  await Deno.remove(`${disk}/ballast`);
}
