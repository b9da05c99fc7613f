// Bodies of answers, read no further than they are wanted: a compressed megabyte can hold a gigabyte.
import { joinBytes } from "../../core/model/bytes.ts";

/** What reading came to. `broken`: the stream ended with an error, told in `why`. */
export type BoundedBody =
  | { readonly state: "whole"; readonly bytes: Uint8Array }
  | { readonly state: "cut"; readonly bytes: Uint8Array }
  | { readonly state: "broken"; readonly why: string };

/** Reads at most `limit` decoded bytes and cancels the rest; Content-Length is never believed (registries 2.4). */
export async function readBounded(response: Response, limit: number): Promise<BoundedBody> {
  if (response.body === null) return { state: "whole", bytes: new Uint8Array() };
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return { state: "whole", bytes: joinBytes(chunks) };
      if (size + value.length > limit) {
        chunks.push(value.subarray(0, limit - size));
        await discard(reader);
        return { state: "cut", bytes: joinBytes(chunks) };
      }
      chunks.push(value);
      size += value.length;
    }
  } catch (error) {
    return { state: "broken", why: error instanceof Error ? error.message : String(error) };
  }
}

/** Gives the connection free without reading. */
export async function dropBody(response: Response): Promise<void> {
  if (response.body !== null) await discard(response.body);
}

// A stream that already failed refuses to be cancelled; there is nothing left to free then.
async function discard(stream: { cancel(): Promise<void> }): Promise<void> {
  try {
    await stream.cancel();
  } catch {
    return;
  }
}
