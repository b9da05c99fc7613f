// A request's body, read as far as its bounds let it.
import type { Clock } from "../../core/ports/clock.ts";

/** Contracts 5.2. */
const largestBody = 1024 * 1024;
const longestRead = 10_000;

/** The bytes, or null for a body that is too large or does not come in time. */
export function readBounded(request: Request, clock: Clock): Promise<Uint8Array | null> {
  const length = saidLength(request.headers);
  if (length === null) return readPieces(request, clock);
  return length > largestBody ? Promise.resolve(null) : readWhole(request, clock);
}

/** What the head says, which the server holds the sender to; null: the body ends where it ends. */
export function saidLength(headers: Headers): number | null {
  const length = headers.get("content-length");
  return length === null || headers.has("transfer-encoding") ? null : Number(length);
}

/** At once: a stream of pieces costs several times as much, and a flood has to pay for nothing but its signature. */
async function readWhole(request: Request, clock: Clock): Promise<Uint8Array | null> {
  const done = new AbortController();
  const late = clock.sleep(longestRead, done.signal).then(() => null);
  try {
    const bytes = await Promise.race([request.arrayBuffer(), late]);
    return bytes === null || bytes.byteLength > largestBody ? null : new Uint8Array(bytes);
  } catch {
    // The sender went away.
    return null;
  } finally {
    done.abort();
  }
}

async function readPieces(request: Request, clock: Clock): Promise<Uint8Array | null> {
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const done = new AbortController();
  const late = clock.sleep(longestRead, done.signal).then(() => done.signal.aborted ? undefined : reader.cancel());
  try {
    return await readAll(reader, clock, clock.monotonic() + longestRead);
  } catch {
    // The sender went away.
    return null;
  } finally {
    done.abort();
    await late.catch(() => {});
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  clock: Clock,
  end: number,
): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (clock.monotonic() >= end) return null;
    if (done) return joined(pieces, size);
    size += value.length;
    if (size > largestBody) {
      await reader.cancel();
      return null;
    }
    pieces.push(value);
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
